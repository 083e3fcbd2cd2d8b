/** Writes one commit inside its transaction: entries, tiles, counters, facts, and what changes of older entries (docs/formats/store.md). */
import type { Commit, Counted, SealedChange, StandingFact, StoreState } from '../../../audit-log/ports.ts';
import { appendValues } from './append-values.ts';
import type { Session } from './connection.ts';
import { bytes } from './entry-rows.ts';
import { HashTileWriter } from './hash-tiles.ts';

/** Counters are of a clock hour or a calendar day at most, so one that was not touched for two days counts nothing any more. */
const COUNTER_LIFE_MS = 2 * 24 * 60 * 60 * 1000;
const SWEEP_EVERY_MS = 60 * 60 * 1000;
/** Once counters were written that are kept for minutes: they must not pile up for an hour. */
const SWEEP_BRIEF_EVERY_MS = 60 * 1000;

/** Calls the owner's functions only: the role of a gateway may do nothing else. */
export class CommitWriter {
  readonly #session: Session;
  readonly #instance: string;
  readonly #tiles: HashTileWriter;
  /** Months whose partition is there for certain. */
  readonly #months = new Set<number>();
  #sweptAtMs = 0;
  /** Until when counters that were written here are kept that are kept for minutes; undefined where there is none. */
  #briefUntilMs: number | undefined;

  /** @param session of the transaction that runs. @param instance whose entries they are. */
  constructor(session: Session, instance: string) {
    this.#session = session;
    this.#instance = instance;
    this.#tiles = new HashTileWriter(session);
  }

  /** After a transaction that was rolled back: what was believed to be there is not. */
  forget(): void {
    this.#tiles.forget();
    this.#months.clear();
  }

  /** Writes all of the commit behind the state that the transaction found. */
  async write(before: StoreState, commit: Commit): Promise<void> {
    const { entries, state, counters } = commit;
    // INVARIANT: indexes have no gap: the size grows by just the rows that go in.
    if (state.size !== before.size + entries.length)
      throw new Error('a commit does not grow the log by its entries');
    await this.#append(before, commit);
    await this.#count(counters, state.newestAtMs);
    for (const fact of commit.facts) await this.#change(fact);
    for (const change of commit.sealedChanges ?? []) await this.#reduce(change);
    for (const { indexes, by } of commit.dropped ?? [])
      await this.#session.query('SELECT drop_entries($1, $2)', [indexes, by]);
    await this.#sweepCounters(state.newestAtMs);
  }

  async #append(before: StoreState, { entries, state }: Commit): Promise<void> {
    const made = appendValues(before.size, entries);
    for (const atMs of made.ats) await this.#ensureMonth(atMs);
    await this.#session.query(
      'SELECT append_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
      [
        ...[this.#instance, before.size, made.kinds, made.ats, made.exchanges, made.hashes],
        ...[made.leaves, made.leafEnds, made.sealed, made.sealedEnds],
        ...[Buffer.concat(state.range), state.seq, state.newestAtMs],
      ],
    );
    if (entries.length > 0) await this.#tiles.append(before.size, made.hashes);
  }

  /** A counter that is kept for less than two days is stored as if it had been touched earlier by the difference. */
  async #count(counters: readonly Counted[], nowMs: number): Promise<void> {
    for (const [forMs, alike] of Map.groupBy(counters, ({ forMs = COUNTER_LIFE_MS }) => forMs)) {
      const touchedAtMs = nowMs - COUNTER_LIFE_MS + forMs;
      const values = [alike.map(({ key }) => key), alike.map(({ count }) => count), touchedAtMs];
      await this.#session.query('SELECT count_limits($1, $2, $3)', values);
      if (forMs < COUNTER_LIFE_MS) this.#briefUntilMs = nowMs + forMs;
    }
  }

  /** Made ahead by the upkeep; here only where that did not come to it. */
  async #ensureMonth(atMs: number): Promise<void> {
    const at = new Date(atMs);
    const month = 12 * at.getUTCFullYear() + at.getUTCMonth();
    if (this.#months.has(month)) return;
    await this.#session.query('SELECT ensure_month($1)', [atMs]);
    this.#months.add(month);
  }

  async #change({ kind, key, value, salt }: StandingFact): Promise<void> {
    const values = [kind, key, value === undefined ? null : Buffer.from(value), Buffer.from(salt ?? [])];
    await this.#session.query('SELECT change_fact($1, $2, $3, $4)', values);
  }

  async #reduce({ index, change }: SealedChange): Promise<void> {
    const [row] = await this.#session.query('SELECT sealed FROM entries WHERE index = $1', [index]);
    if (row === undefined || row['sealed'] === null) return;
    const left = change(bytes(row['sealed']));
    const values = [index, left === undefined ? null : Buffer.from(left)];
    await this.#session.query('SELECT reduce_sealed($1, $2)', values);
  }

  async #sweepCounters(nowMs: number): Promise<void> {
    const everyMs = this.#briefUntilMs === undefined ? SWEEP_EVERY_MS : SWEEP_BRIEF_EVERY_MS;
    if (nowMs - this.#sweptAtMs < everyMs) return;
    this.#sweptAtMs = nowMs;
    await this.#session.query('SELECT forget_counters($1)', [nowMs - COUNTER_LIFE_MS]);
    if (this.#briefUntilMs !== undefined && nowMs > this.#briefUntilMs) this.#briefUntilMs = undefined;
  }
}
