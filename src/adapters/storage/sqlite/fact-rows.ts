/** Reads and writes standing facts with the salts of their commitments (docs/formats/store.md, table `facts`). */
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { factName, UNCOMMITTED_KINDS } from '../../../audit-log/facts/fact-commitments.ts';
import type { CommittedFact, FactName, StandingFact } from '../../../audit-log/ports.ts';

const COLUMNS = 'kind, key, value, salt';
const NO_SALT = new Uint8Array(0);

/** Reads; a file that is open for reading only is enough.. */
export class FactRows {
  readonly #one: StatementSync;
  readonly #all: StatementSync;

  constructor(db: DatabaseSync) {
    const columns = hasSalts(db) ? COLUMNS : "kind, key, value, x'' AS salt";
    this.#one = db.prepare(`SELECT ${columns} FROM facts WHERE kind = ? AND key = ?`);
    this.#all = db.prepare(
      `SELECT ${columns} FROM facts WHERE kind NOT IN (SELECT value FROM json_each(?)) ORDER BY kind, key`,
    );
  }

  /** All that entries commit to. */
  committed(): readonly CommittedFact[] {
    return this.#all.all(JSON.stringify(UNCOMMITTED_KINDS)).map(factOf);
  }

  /** Those of the named facts that stand, by `factName`. */
  found(names: readonly FactName[]): ReadonlyMap<string, CommittedFact> {
    const found = new Map<string, CommittedFact>();
    for (const { kind, key } of names) {
      const row = this.#one.get(kind, key);
      if (row !== undefined) found.set(factName({ kind, key }), factOf(row));
    }
    return found;
  }
}

/** Writes, within the store's transaction. */
export class FactChanges {
  readonly #put: StatementSync;
  readonly #drop: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`INSERT OR REPLACE INTO facts (${COLUMNS}) VALUES (?, ?, ?, ?)`);
    this.#drop = db.prepare('DELETE FROM facts WHERE kind = ? AND key = ?');
  }

  change({ kind, key, value, salt = NO_SALT }: StandingFact): void {
    if (value === undefined) this.#drop.run(kind, key);
    else this.#put.run(kind, key, value, salt);
  }
}

/** A reader does not change the layout that an older version wrote. */
function hasSalts(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM pragma_table_info('facts') WHERE name = 'salt'").get() !== undefined;
}

function factOf(row: Readonly<Record<string, SQLOutputValue>>): CommittedFact {
  const { kind, key, value, salt } = row;
  if (!(value instanceof Uint8Array) || !(salt instanceof Uint8Array))
    throw new Error('the audit store holds something else where bytes should stand');
  return { kind: String(kind), key: String(key), value, salt };
}
