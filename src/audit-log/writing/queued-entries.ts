/** Entries that wait for the writer, and whom to answer. */
import type { ShownOnce } from '../../domain/audit-entry.ts';
import type { StandingFact } from '../ports.ts';
import type { FramedEntry } from './entry-frame.ts';
import type { MessageFromWriter, OlderEntriesChange, TaggedLimit } from './log-messages.ts';

/** Where the answer to a message goes. */
export type Answer = (message: MessageFromWriter, transfer?: ArrayBuffer[]) => void;

/** Entries that came in one message. */
export interface QueuedEntries {
  readonly entries: readonly FramedEntry[];
  /** What the entries point into. */
  readonly frame: ArrayBuffer;
  readonly limits: ReadonlyMap<number, readonly TaggedLimit[]> | undefined;
  readonly once?: ReadonlyMap<number, ShownOnce> | undefined;
  /** Facts that change with an entry, in order, by its place among them. */
  readonly facts: ReadonlyMap<number, readonly StandingFact[]>;
  /** What they do to older entries, by their place among them. */
  readonly changes?: ReadonlyMap<number, OlderEntriesChange> | undefined;
  readonly answer: Answer;
}
