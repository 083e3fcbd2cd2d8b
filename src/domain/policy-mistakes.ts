/** What is wrong with policy files, in sentences that say where, what, and what to write instead. */

export interface PolicyMistake {
  /** Path below the policy folder, with forward slashes: "agreements/DSA-2026-014.yaml". */
  readonly file: string;
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong, without a full stop. */
  readonly what: string;
  /** What to write instead, without a full stop. */
  readonly write: string;
}

/** The policy files cannot be understood whole, so none of them is used. Holds every mistake of every file. */
export class PolicyMistakes extends Error {
  override readonly name = 'PolicyMistakes';
  readonly mistakes: readonly PolicyMistake[];

  constructor(mistakes: readonly PolicyMistake[]) {
    super(
      mistakes.length === 1
        ? 'one mistake in the policy files'
        : `${mistakes.length} mistakes in the policy files`,
    );
    this.mistakes = mistakes;
  }
}

/** One line for people: "agreements/x.yaml:12: what is wrong. what to write." */
export function mistakeInWords({ file, line, what, write }: PolicyMistake): string {
  const advice = write.charAt(0).toUpperCase() + write.slice(1);
  return `${file}:${line}: ${what}. ${advice}${advice.endsWith('?') ? '' : '.'}`;
}
