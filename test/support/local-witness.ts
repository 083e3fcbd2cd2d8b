/** A witness in memory behind a line that can be cut, and the policies that name several. */
import { generateKeyPairSync } from 'node:crypto';
import { makeCosigner } from '../../src/adapters/witness/cosigner.ts';
import type { WitnessLine, WitnessReply } from '../../src/audit-log/witnessing/witness-asking.ts';
import { judgeAddCheckpoint } from '../../src/audit-log/witnessing/witness-verdict.ts';
import { formatCosignerKey } from '../../src/merkle/cosignature.ts';
import { parseWitnessPolicy, type WitnessPolicy } from '../../src/merkle/witness-policy.ts';
import { MemoryWitnessBook } from './memory-witness-book.ts';
import type { SignedTree } from './signed-tree.ts';

export class LocalWitness {
  readonly name: string;
  readonly book = new MemoryWitnessBook();
  readonly asked: string[] = [];
  /** Takes the place of the witness's own answers. */
  instead: ((body: string) => WitnessReply | Promise<WitnessReply>) | undefined;
  readonly #cosigner;
  readonly #tree: SignedTree;

  constructor(name: string, tree: SignedTree, now: () => number = Date.now) {
    this.name = name;
    this.#tree = tree;
    this.#cosigner = makeCosigner(`${name}.example`, generateKeyPairSync('ed25519').privateKey, now);
  }

  get key() {
    return this.#cosigner.key;
  }

  answer(body: string): WitnessReply {
    const logs = new Map([[this.#tree.origin, [this.#tree.key]]]);
    const verdict = judgeAddCheckpoint(body, { logs, book: this.book, cosigner: this.#cosigner });
    if (verdict.status === 200) return { status: 200, body: verdict.lines };
    if (verdict.status === 409) return { status: 409, body: `${verdict.known}\n` };
    return { status: verdict.status, body: verdict.why };
  }

  readonly line: WitnessLine = {
    ask: async (body) => {
      this.asked.push(body);
      return this.instead === undefined ? this.answer(body) : this.instead(body);
    },
    served: async () => this.book.head(this.#tree.origin)?.note,
  };

  cut(why = 'it cannot be reached'): void {
    this.instead = () => Promise.reject(new Error(why));
  }
}

/** A policy of these witnesses of which `least` are enough. */
export function policyOf(witnesses: readonly LocalWitness[], least: number): WitnessPolicy {
  const lines = witnesses.map(
    ({ name, key }) => `witness ${name} ${formatCosignerKey(key)} https://${name}.example`,
  );
  const names = witnesses.map(({ name }) => name).join(' ');
  return parseWitnessPolicy(
    [...lines, `group all-of-them ${least} ${names}`, 'quorum all-of-them'].join('\n'),
  );
}
