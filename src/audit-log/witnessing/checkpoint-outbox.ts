/** Sends each party a checkpoint once a day, so that somebody outside can prove what the log was (docs/formats/outbox.md). */
import { londonClock, londonDate, startOfDay } from '../../domain/london-time.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import type { LogReader, StandingFact } from '../ports.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';
import { checkpointMessage, isMailAddress } from './checkpoint-message.ts';

/** Takes messages on their way; files in a folder, or a service. */
export interface Outbox {
  /** Holds a message ready under its name, durably, where nobody takes it yet; one of the same name is replaced. */
  stage(name: string, text: string): void;
  /** Names of the messages that are held ready. */
  staged(): readonly string[];
  /** Lets a message that is held ready go. */
  release(name: string): void;
  /** Throws away a message that is held ready. */
  drop(name: string): void;
}

export interface Party {
  readonly organisation: string;
  /** Full name. */
  readonly name: string;
  /** E-mail of the data protection officer. */
  readonly address: string | undefined;
}

export interface CheckpointOutboxOptions {
  readonly reader: Pick<LogReader, 'fact'>;
  readonly outbox: Outbox;
  /** Everybody who is a party of an agreement now. */
  readonly parties: () => readonly Party[];
  /** The newest checkpoint with all signatures that are known, or undefined before the first. */
  readonly checkpoint: () => Promise<{ readonly note: string; readonly size: number } | undefined>;
  readonly countersigned: () => string;
  readonly key: VerifierKey;
  readonly operatorContact: string;
  /** Hour of London's clocks from which the day's message is due. */
  readonly hour: number;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  readonly append: (kind: 'report', members: NoteMembers, facts: readonly StandingFact[]) => Promise<unknown>;
}

/** Kind of the fact that an organisation was sent the message of a date; its key is the organisation. */
export const CHECKPOINT_SENT = 'checkpoint sent';

/** The date whose message is due at an instant: today from that hour on, yesterday before it. */
export function dueDate(nowMs: number, hour: number): string {
  const { minute } = londonClock(nowMs);
  return minute >= hour * 60 ? londonDate(nowMs) : londonDate(startOfDay(nowMs) - 1);
}

/**
 * INVARIANT: a message goes out once, whatever stops the process: it is held ready first, then the entry says that it goes, then
 * it is let go. What the entry says and is still held ready goes at the next look; what no entry says is made anew.
 */
export class CheckpointOutbox {
  readonly #options: CheckpointOutboxOptions;
  #looking: Promise<void> | undefined;
  #without: readonly string[] = [];

  constructor(options: CheckpointOutboxOptions) {
    this.#options = options;
  }

  /** Sends what is due. Rejects where something stands in the way; the next look goes on from there. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Resolves when no look is under way. */
  async settled(): Promise<void> {
    await this.#looking?.catch(() => undefined);
  }

  /** What is not as it should be: a sentence for each party that cannot be written to. */
  attention(): readonly string[] {
    return this.#without.map(
      (organisation) =>
        `the daily checkpoint cannot be sent to ${organisation}: its file names no e-mail address of its data protection officer`,
    );
  }

  async #look(): Promise<void> {
    const { parties, now, hour } = this.#options;
    const date = dueDate(now(), hour);
    await this.#finishStaged();
    const without: string[] = [];
    for (const party of parties()) {
      const { organisation, address } = party;
      if (address === undefined || !isMailAddress(address)) without.push(organisation);
      else if ((await this.#lastSent(organisation)) < date) await this.#send(date, { ...party, address });
    }
    this.#without = without;
  }

  /** What a process that died left behind. */
  async #finishStaged(): Promise<void> {
    const { outbox } = this.#options;
    for (const name of outbox.staged()) {
      const [, date, organisation = ''] = /^(\d{4}-\d\d-\d\d)-(.+)\.eml$/.exec(name) ?? [];
      if (date !== undefined && (await this.#lastSent(organisation)) === date) outbox.release(name);
      else outbox.drop(name);
    }
  }

  async #send(date: string, { organisation, name, address }: Party & { address: string }): Promise<void> {
    const { outbox, checkpoint, countersigned, key, operatorContact, now, append } = this.#options;
    const newest = await checkpoint();
    if (newest === undefined) return;
    const { note, size } = newest;
    const file = `${date}-${organisation}.eml`;
    const text = checkpointMessage({
      ...{ date, atMs: now(), name, address, note, size, key, operatorContact },
      countersigned: countersigned(),
    });
    outbox.stage(file, text);
    const fact = { kind: CHECKPOINT_SENT, key: organisation, value: Buffer.from(date) };
    await append('report', { code: 'checkpoint-sent', organisation, size }, [fact]);
    outbox.release(file);
  }

  /** The date of the last message, or the empty text. */
  async #lastSent(organisation: string): Promise<string> {
    return Buffer.from((await this.#options.reader.fact(CHECKPOINT_SENT, organisation)) ?? []).toString();
  }
}
