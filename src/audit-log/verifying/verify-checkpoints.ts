/** Checks checkpoints (C2SP tlog-checkpoint) for `verify` as the tree grows past their sizes: signature, origin, root. */
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { NoteError, openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import type { Findings } from './verify-findings.ts';

/** A checkpoint as the store keeps it: `size` beside the note. */
export interface KeptCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Checkpoints of more than `above` entries, smallest first, at most `most`. */
export type CheckpointsAbove = (
  above: number,
  most: number,
) => readonly KeptCheckpoint[] | Promise<readonly KeptCheckpoint[]>;

const PAGE = 256;

/** Walks the stored checkpoints in the order of their sizes, a page at a time. */
export class CheckpointTrail {
  readonly #above: CheckpointsAbove;
  readonly #key: VerifierKey;
  readonly #findings: Findings;
  /** Read and not judged yet, smallest first. */
  readonly #waiting: KeptCheckpoint[] = [];
  #readUpTo = -1;
  #allRead = false;
  /** The last size at which the tree had the root that was signed. */
  #agreedUpTo = 0;
  #firstWrong: number | undefined;
  #alsoWrong = 0;
  #newest: Checkpoint | undefined;

  constructor(above: CheckpointsAbove, key: VerifierKey, findings: Findings) {
    this.#above = above;
    this.#key = key;
    this.#findings = findings;
  }

  /** Reads on, until every checkpoint of at most `size` entries has been read. */
  async reach(size: number): Promise<void> {
    while (!this.#allRead && this.#readUpTo <= size) {
      const page = await this.#above(this.#readUpTo, PAGE);
      this.#waiting.push(...page);
      this.#readUpTo = page.at(-1)?.size ?? this.#readUpTo;
      this.#allRead = page.length < PAGE;
    }
  }

  /** Size of the next checkpoint that was read, or infinity after it: the tree stops there and calls `check`. */
  get due(): number {
    return this.#waiting[0]?.size ?? Number.POSITIVE_INFINITY;
  }

  /** The newest checkpoint that holds in every way. */
  get newest(): Checkpoint | undefined {
    return this.#newest;
  }

  /** Judges the checkpoint that is due against the tree of its size; without a root, by itself alone. */
  check(root: Uint8Array | undefined): void {
    const kept = this.#waiting.shift();
    if (kept === undefined) return;
    const name = `checkpoint ${kept.size}`;
    const checkpoint = openCheckpoint(kept.note, this.#key, name, this.#findings);
    if (checkpoint === undefined) return;
    if (checkpoint.size !== kept.size) {
      this.#findings.add(`${name} was changed: it is signed for ${checkpoint.size} entries`);
    } else if (root !== undefined) {
      this.#compare(checkpoint, root);
    }
  }

  /** Judges the checkpoints that the log does not reach, and says how many did not agree. */
  async finish(entries: number): Promise<void> {
    do {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        this.#findings.add(
          `checkpoint ${next.size} covers more than the ${entries} entries that are there: the tail was cut or the store rolled back`,
        );
        this.check(undefined);
      }
      await this.reach(this.#readUpTo);
    } while (this.#waiting.length > 0);
    if (this.#alsoWrong > 0) {
      this.#findings.add(
        `${this.#alsoWrong} checkpoints after ${this.#firstWrong} do not agree with the entries either`,
      );
    }
  }

  #compare(checkpoint: Checkpoint, root: Uint8Array): void {
    if (Buffer.compare(checkpoint.root, root) === 0) {
      this.#agreedUpTo = checkpoint.size;
      this.#newest = checkpoint;
      return;
    }
    if (this.#firstWrong !== undefined) {
      this.#alsoWrong += 1;
      return;
    }
    this.#firstWrong = checkpoint.size;
    this.#findings.add(
      `checkpoint ${checkpoint.size} does not agree with the entries: from entry ${this.#agreedUpTo} to ${checkpoint.size - 1}, one was changed, added, removed or moved`,
    );
  }
}

/** The checkpoint of a note that the key signed for the log of the key's name; otherwise undefined and a finding. */
export function openCheckpoint(
  note: string,
  key: VerifierKey,
  name: string,
  findings: Findings,
): Checkpoint | undefined {
  try {
    const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
    if (checkpoint.origin === key.name) return checkpoint;
    findings.add(`${name} is of another log`);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    findings.add(`${name} was changed or is not signed by the key given: ${error.message}`);
  }
  return undefined;
}
