/** Retention (docs/keeping.md): drops entries whose time has come, piece by piece, each with an `erased` entry that says so. */
import { GatewayError } from '../../domain/gateway-error.ts';
import type { Keeping } from '../../domain/keeping.ts';
import { CompactRange } from '../../merkle/compact-range.ts';
import type { LogReader } from '../ports.ts';
import type { StartedLog } from '../writing/start-log-writer.ts';
import { type DuePiece, dueEntries } from './due-entries.ts';
import type { Holds, StandingHolds } from './holds.ts';
import { membersOf, type OrderGiver, sealedOf } from './order-giver.ts';

export interface RetentionParts {
  readonly log: Pick<LogReader, 'entries'>;
  readonly holds: Holds;
  readonly append: StartedLog['notes']['append'];
  /** How long entries are kept; undefined where no policy set says it. */
  readonly keeping: () => Keeping | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** What is due, or was dropped, of one month under one agreement. */
export interface DroppedMonth {
  readonly month: string;
  /** Id; undefined for entries that stand under none. */
  readonly agreement: string | undefined;
  readonly entries: number;
}

export interface RetentionRun {
  readonly dropped: readonly DroppedMonth[];
  /** True where more may be due. */
  readonly more: boolean;
}

export class Retention {
  readonly #parts: RetentionParts;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  /** What `run` would drop now, oldest month first. */
  async due(): Promise<readonly DroppedMonth[]> {
    const months = new Months();
    for await (const piece of this.#pieces(await this.#parts.holds.standing())) months.add(piece);
    return months.all();
  }

  /**
   * Drops what is due, a number of pieces at most.
   *
   * @param inTurn runs each piece while no other order about the log runs, so that no hold comes between look and drop.
   * @throws {GatewayError} `policies-unavailable` where nobody can tell how long entries are kept. What `append` throws: all
   * that was dropped before is dropped, and the rest is not.
   */
  async run(
    by: OrderGiver,
    inTurn: <Done>(work: () => Promise<Done>) => Promise<Done>,
    mostPieces = Number.POSITIVE_INFINITY,
  ): Promise<RetentionRun> {
    const months = new Months();
    let pieces = 0;
    for (;;) {
      const holds = await this.#parts.holds.standing();
      let changed = false;
      for await (const piece of this.#pieces(holds)) {
        changed = !(await inTurn(() => this.#drop(piece, holds, by)));
        if (changed) break;
        months.add(piece);
        pieces += 1;
        if (pieces === mostPieces) return { dropped: months.all(), more: true };
      }
      // A hold that came in between may be about what was found before it: it is looked for again.
      if (!changed) return { dropped: months.all(), more: false };
    }
  }

  #pieces(holds: StandingHolds): AsyncGenerator<DuePiece> {
    const keeping = this.#parts.keeping();
    if (keeping === undefined)
      throw new GatewayError(
        'policies-unavailable',
        'no policy set is in force, so nobody can tell how long entries are kept',
      );
    const { log, now } = this.#parts;
    return dueEntries({ log, holds, keep: keeping.of, leastKept: keeping.least, nowMs: now() });
  }

  /** INVARIANT: entries go in the transaction of the entry that says so. False where the holds are not those any more. */
  async #drop(
    { month, agreement, entries }: DuePiece,
    holds: StandingHolds,
    by: OrderGiver,
  ): Promise<boolean> {
    if ((await this.#parts.holds.standing()).mark !== holds.mark) return false;
    const range = new CompactRange();
    for (const { leafHash } of entries) range.append(leafHash);
    const [first = 0, last = 0] = [entries[0]?.index, entries.at(-1)?.index];
    const members = {
      ...{ code: 'retention', month, agreement, records: entries.length, first, size: last - first + 1 },
      root: Buffer.from(range.root()).toString('base64'),
    };
    const drop = entries.map(({ index }) => index);
    await this.#parts.append('erased', { ...membersOf(by), ...members }, [], sealedOf(by, {}), { drop });
    return true;
  }
}

/** Sums pieces up by month and agreement. */
class Months {
  readonly #entries = new Map<string, DroppedMonth>();

  add({ month, agreement, entries }: DuePiece): void {
    const key = `${month} ${agreement ?? ''}`;
    const before = this.#entries.get(key)?.entries ?? 0;
    this.#entries.set(key, { month, agreement, entries: before + entries.length });
  }

  all(): readonly DroppedMonth[] {
    return [...this.#entries].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, month]) => month);
  }
}
