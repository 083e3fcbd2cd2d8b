/** Checkpoints that other instances signed of the same log: followed only where they are proved to go on from ours (RFC 6962 section 2.1.2). */
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { verifyConsistency } from '../../merkle/consistency-proof.ts';
import { NoteError, openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import { type AuditStore, CleanRollback, type StoreState } from '../ports.ts';
import { consistencyProof } from '../proving/proofs.ts';
import type { HashReader } from '../writing/log-head.ts';

type Tree = Pick<Checkpoint, 'size' | 'root'>;

/**
 * INVARIANT: no instance ever signs, or takes up as its head, a tree that does not begin with the one it signed or took up last:
 * a store that was rolled back or rewritten is found by each instance's own head file.
 */
export class OtherSigners {
  readonly #store: AuditStore & HashReader;
  readonly #key: VerifierKey;

  constructor(store: AuditStore & HashReader, key: VerifierKey) {
    this.#store = store;
    this.#key = key;
  }

  /**
   * The newest checkpoint of all: the stored one where it covers more than `head`, else `head`.
   *
   * @throws {CleanRollback} where the store cannot be asked. @throws {Error} where the stored one is of another tree.
   */
  async newest(head: string | undefined): Promise<string | undefined> {
    const stored = await this.#asked(async () => this.#store.checkpoint());
    if (stored === undefined || stored === head) return head;
    const newer = this.#read(stored);
    const older = head === undefined ? undefined : this.#read(head);
    if (older !== undefined && newer.size < older.size) return head;
    await this.#assertExtends(older, newer);
    return older?.size === newer.size ? head : stored;
  }

  /** True where the state is past `head` and goes on from it. Throws as `newest` does. */
  async goesOn(head: string | undefined, { size, range }: StoreState): Promise<boolean> {
    const older = head === undefined ? undefined : this.#read(head);
    if (older !== undefined && size <= older.size) return false;
    await this.#assertExtends(older, { size, root: rootOfRange(range) });
    return true;
  }

  async #assertExtends(smaller: Tree | undefined, larger: Tree): Promise<void> {
    // Every tree begins with no entries, so that there is nothing to prove.
    if (smaller === undefined || smaller.size === 0) return;
    const proof = await this.#asked(() => consistencyProof(this.#store, smaller.size, larger.size));
    if (verifyConsistency({ smaller, larger, proof })) return;
    throw new Error(
      `the store was forked or rolled back: its ${larger.size} entries do not begin with the ${smaller.size} that the head file is signed for`,
    );
  }

  #read(note: string): Checkpoint {
    try {
      const checkpoint = parseCheckpoint(openSignedNote(note, [this.#key]));
      if (checkpoint.origin === this.#key.name) return checkpoint;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
    }
    throw new Error("the store holds a checkpoint that this log's key did not sign");
  }

  /** A store that does not answer is asked again later; one that lacks what it should hold is a doubt. */
  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    return ask().catch((error: unknown) => {
      if (error instanceof RangeError) throw error;
      throw new CleanRollback('the audit store could not be asked for its checkpoints', { cause: error });
    });
  }
}
