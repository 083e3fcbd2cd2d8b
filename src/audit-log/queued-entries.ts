/** Entries that wait for the writer, and whom to answer. */
import type { FramedEntry } from './entry-frame.ts';
import type { MessageFromWriter, TaggedLimit } from './log-messages.ts';
import type { StandingFact } from './ports.ts';

/** Where the answer to a message goes. */
export type Answer = (message: MessageFromWriter, transfer?: ArrayBuffer[]) => void;

/** Entries that came in one message. */
export interface QueuedEntries {
  readonly entries: readonly FramedEntry[];
  readonly limits: ReadonlyMap<number, readonly TaggedLimit[]> | undefined;
  readonly facts: readonly StandingFact[];
  readonly answer: Answer;
}
