/** What a witness remembers, in memory: for tests that need many books. */
import type { CosignedHead, WitnessBook } from '../../src/audit-log/witnessing/witness-verdict.ts';

export class MemoryWitnessBook implements WitnessBook {
  readonly heads = new Map<string, CosignedHead>();
  readonly evidence: string[] = [];

  head(origin: string): CosignedHead | undefined {
    return this.heads.get(origin);
  }

  replace(origin: string, before: number, after: CosignedHead): boolean {
    if ((this.heads.get(origin)?.size ?? 0) !== before) return false;
    this.heads.set(origin, after);
    return true;
  }

  keepEvidence(_origin: string, _checkpoint: unknown, note: string): void {
    if (!this.evidence.includes(note)) this.evidence.push(note);
  }
}
