/** The conditions on records (docs/formats/row-conditions.md): which of them one record has met so far. */
import type { ConditionUse } from './plan-node.ts';

export class RowConditions {
  readonly #met: Uint8Array;
  #left: number;

  constructor(count: number) {
    this.#met = new Uint8Array(count);
    this.#left = count;
  }

  /** Begins a record: nothing is met, so what does not stand in it meets nothing. */
  begin(): void {
    if (this.#left === this.#met.length) return;
    this.#met.fill(0);
    this.#left = this.#met.length;
  }

  /** Looks at one value of the field that the condition names. */
  test({ id, among, normalise }: ConditionUse, text: string): void {
    const value = normalise(text);
    if (this.#met[id] !== 0 || value === undefined || !among.has(value)) return;
    this.#met[id] = 1;
    this.#left -= 1;
  }

  get allMet(): boolean {
    return this.#left === 0;
  }
}
