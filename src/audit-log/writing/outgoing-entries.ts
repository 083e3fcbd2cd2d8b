/** What the gateway's thread has drafted and not sent to the writer yet: leaves, sealed rows, limits, facts. */
import type { EntryDraft, EntryKind, LimitToCount, ShownOnce } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { LARGEST_LEAF } from '../../domain/leaf.ts';
import { roomForFacts } from '../facts/standing-facts.ts';
import type { StandingFact } from '../ports.ts';
import type { KeptOfEntry } from '../proving/mint-receipt.ts';
import { type SealedNote, sealNote } from '../sealing/sealed-note.ts';
import { Sealer } from '../sealing/sealer.ts';
import type { SealingKeys } from '../sealing/sealing-keys.ts';
import { EntryFrame } from './entry-frame.ts';
import { LeafRenderer } from './leaf-text.ts';
import type { AppendMessage, OlderEntriesChange, TaggedLimit } from './log-messages.ts';
import type { LogPlace } from './log-place.ts';
import { type NoteMembers, noteLeaf } from './note-leaf.ts';

const NO_SEAL = { row: Buffer.alloc(0), rowBytes: 0 };
const OF_A_NOTE: KeptOfEntry = {
  bodySalt: undefined,
  commitments: { person: undefined, caseReference: undefined, token: undefined },
};

export class OutgoingEntries {
  readonly #place: LogPlace;
  readonly #sealer: Sealer;
  readonly #renderer: LeafRenderer;
  readonly #frame = new EntryFrame();
  #limits: Map<number, readonly TaggedLimit[]> | undefined;
  #once: Map<number, ShownOnce> | undefined;
  #facts: Map<number, readonly StandingFact[]> | undefined;
  #changes: Map<number, OlderEntriesChange> | undefined;

  constructor(place: LogPlace, keys: SealingKeys) {
    this.#place = place;
    this.#sealer = new Sealer(keys);
    this.#renderer = new LeafRenderer(place);
  }

  get count(): number {
    return this.#frame.count;
  }

  /** @throws {GatewayError} `internal-error` for a draft that no leaf can say: nothing was added then. */
  add(draft: EntryDraft): KeptOfEntry {
    const bodySalt = this.#sealer.seal(draft);
    const leaf = this.#renderer.render(draft, this.#sealer.commitments);
    const limits = draft.limits?.length ? draft.limits.map((limit) => this.#tagged(limit, draft)) : undefined;
    const { row, rowBytes } = this.#sealer;
    const { part = 0, last } = draft.result;
    const goesOn = draft.kind === 'released' && last !== true ? part : 0;
    if (!this.#frame.add(draft.kind, draft.facts.exchange, draft.facts.atMs, leaf, row, rowBytes, goesOn))
      throw tooLarge();
    if (limits !== undefined) this.#limitNewest(limits);
    this.#onceNewest(draft.once);
    const { person, caseReference, token } = this.#sealer.commitments;
    return { bodySalt, commitments: { person, caseReference, token } };
  }

  /**
   * INVARIANT: all of them or none: a part of an answer whose entry cannot be written must not leave a gap before those
   * that follow it.
   *
   * @throws {GatewayError} as `add` does: nothing of all of them was added then.
   */
  addTogether(drafts: readonly EntryDraft[]): readonly KeptOfEntry[] {
    const before = this.#frame.mark();
    try {
      return drafts.map((draft) => this.add(draft));
    } catch (error) {
      for (let place = before.count; place < this.#frame.count; place += 1) {
        this.#limits?.delete(place);
        this.#once?.delete(place);
      }
      this.#frame.goBackTo(before);
      throw error;
    }
  }

  /** @throws {GatewayError} `internal-error` for members that the kind does not have, or too many. */
  addNote(
    kind: EntryKind,
    atMs: number,
    members: NoteMembers,
    facts: readonly StandingFact[],
    sealed?: SealedNote,
    change?: OlderEntriesChange,
    once?: ShownOnce,
  ): KeptOfEntry {
    const whole = sealed === undefined ? members : sealNote(this.#sealer, kind, members, sealed);
    const leaf = noteLeaf(this.#place, kind, atMs, whole);
    // The writer adds what the leaf says of the facts, and there a leaf that is too large would be too late.
    const leafBytes = Buffer.byteLength(leaf.head) + Buffer.byteLength(leaf.tail);
    if (facts.length > 0 && leafBytes + roomForFacts(facts.length) > LARGEST_LEAF) throw tooLarge();
    const { row, rowBytes } = sealed === undefined ? NO_SEAL : this.#sealer;
    if (!this.#frame.add(kind, undefined, atMs, leaf, row, rowBytes)) throw tooLarge();
    this.#onceNewest(once);
    if (facts.length > 0) {
      this.#facts ??= new Map();
      this.#facts.set(this.#frame.count - 1, facts);
    }
    if (change !== undefined) {
      this.#changes ??= new Map();
      this.#changes.set(this.#frame.count - 1, change);
    }
    return OF_A_NOTE;
  }

  /** All that was added, as the message to the writer; empty afterwards. */
  take(): AppendMessage {
    const { count } = this.#frame;
    const frame = this.#frame.take();
    const [limits, once, facts, changes] = [this.#limits, this.#once, this.#facts, this.#changes];
    this.#limits = undefined;
    this.#once = undefined;
    this.#facts = undefined;
    this.#changes = undefined;
    return { type: 'append', frame, count, limits, once, facts, changes };
  }

  /** Takes back frames whose entries are durable. */
  giveBack(frames: readonly ArrayBuffer[]): void {
    this.#frame.giveBack(frames);
  }

  #tagged({ person, people, ...limit }: LimitToCount, { facts }: EntryDraft): TaggedLimit {
    const tag =
      person === undefined ? '' : this.#sealer.personTag(facts.auth?.issuer, person).toString('base64url');
    if (people === undefined) return { ...limit, person: tag };
    return { ...limit, person: tag, people: this.#sealer.subjectTags(people) };
  }

  #onceNewest(once: ShownOnce | undefined): void {
    if (once === undefined) return;
    this.#once ??= new Map();
    this.#once.set(this.#frame.count - 1, once);
  }

  #limitNewest(limits: readonly TaggedLimit[]): void {
    this.#limits ??= new Map();
    this.#limits.set(this.#frame.count - 1, limits);
  }
}

function tooLarge(): GatewayError {
  return new GatewayError('internal-error', 'the entry is larger than a leaf may be');
}
