/** What a new log takes over from the store of an old one beside its entries: what stands, and what was counted for limits. */
import { DatabaseSync } from 'node:sqlite';
import type { StandingFact } from '../../../audit-log/ports.ts';

/** Facts that speak of the old log's own entries, or that the writer makes itself. */
const OF_THE_OLD_LOG = ['open exchanges', 'sum of facts'];

/** Every fact that stands, for the first entries of the new log to put: their salts are made anew by its writer. */
export function standingFactsOf(store: string): readonly StandingFact[] {
  const db = new DatabaseSync(store, { readOnly: true, timeout: 1000 });
  try {
    const rows = db.prepare('SELECT kind, key, value FROM facts ORDER BY kind, key').all();
    return rows
      .filter(({ kind }) => !OF_THE_OLD_LOG.includes(String(kind)))
      .map(({ kind, key, value }) => ({ kind: String(kind), key: String(key), value: bytesOf(value) }));
  } finally {
    db.close();
  }
}

/** Copies the counters of limits into a store that nobody else has open, durably. */
export function carryCountersOver(from: string, to: string): void {
  const db = new DatabaseSync(to);
  try {
    db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON');
    db.prepare('ATTACH ? AS old').run(from);
    db.exec(
      'INSERT OR REPLACE INTO main.counters (key, count, touched_at_ms) SELECT key, count, touched_at_ms FROM old.counters',
    );
    db.exec('DETACH old');
  } finally {
    db.close();
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new Error('the audit store holds something else where bytes should stand');
}
