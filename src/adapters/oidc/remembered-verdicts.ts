/** Callers that were proved before, by the SHA-256 of their token; bounded, the least used goes first. */
import type { IssuerKeys } from './issuer-keys.ts';
import type { ProvedToken } from './judged-claims.ts';

export interface Verdict extends ProvedToken {
  /** Of the issuer; what they proved is looked at again from their `settledUntilMs` on. */
  readonly keys: Pick<IssuerKeys, 'settledUntilMs'>;
  /** From this instant on the token has expired, clock skew included. */
  readonly goodUntilMs: number;
}

export class RememberedVerdicts {
  readonly #most: number;
  readonly #verdicts = new Map<string, Verdict>();

  /** @param most how many are remembered at once. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#verdicts.size;
  }

  get(tokenHash: string): Verdict | undefined {
    const verdict = this.#verdicts.get(tokenHash);
    if (verdict === undefined) return undefined;
    // A Map keeps the order of insertion, so taking out and putting in moves to the end.
    this.#verdicts.delete(tokenHash);
    this.#verdicts.set(tokenHash, verdict);
    return verdict;
  }

  add(tokenHash: string, verdict: Verdict): void {
    this.#verdicts.set(tokenHash, verdict);
    if (this.#verdicts.size <= this.#most) return;
    const [oldest] = this.#verdicts.keys();
    if (oldest !== undefined) this.#verdicts.delete(oldest);
  }

  drop(tokenHash: string): void {
    this.#verdicts.delete(tokenHash);
  }

  clear(): void {
    this.#verdicts.clear();
  }
}
