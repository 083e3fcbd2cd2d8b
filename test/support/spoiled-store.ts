/** Lets a test spoil single entries of an audit store: takes its rows apart into a table of entries, and packs that again. */
import type { DatabaseSync } from 'node:sqlite';
import { entriesOfRow } from '../../src/adapters/storage/sqlite/entry-batch.ts';

/** Runs `change` over a temporary table `entries` with a row for each entry; what it leaves there is what is stored. */
export function spoilEntries(db: DatabaseSync, change: () => void): void {
  db.exec(
    'CREATE TEMP TABLE entries ("index" INTEGER PRIMARY KEY, at_ms INTEGER, kind TEXT, exchange TEXT, leaf_hash BLOB, leaf BLOB, sealed BLOB)',
  );
  const put = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (const row of db.prepare('SELECT * FROM batches ORDER BY first').all()) {
    for (const { index, atMs, kind, exchange, leafHash, leaf, sealed } of entriesOfRow(row))
      put.run(index, atMs, kind, exchange ?? null, leafHash, leaf, sealed ?? null);
  }
  change();
  db.exec('DELETE FROM batches');
  const batches: Entry[][] = [];
  for (const entry of db.prepare('SELECT * FROM entries ORDER BY "index"').all() as unknown as Entry[]) {
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < MOST && batch.at(-1)?.index === entry.index - 1)
      batch.push(entry);
    else batches.push([entry]);
  }
  for (const batch of batches) store(db, batch);
  db.exec('DROP TABLE entries');
}

const MOST = 7;

interface Entry {
  readonly index: number;
  readonly at_ms: number;
  readonly kind: string;
  readonly exchange: string | null;
  readonly leaf_hash: Uint8Array;
  readonly leaf: Uint8Array;
  readonly sealed: Uint8Array | null;
}

/** Packs without a look at what it packs, as somebody who spoils a store would. */
function store(db: DatabaseSync, batch: readonly Entry[]): void {
  const heads = batch.map(({ kind, at_ms, exchange }) =>
    exchange === null ? [kind, at_ms] : [kind, at_ms, exchange],
  );
  const leaves = batch.flatMap(({ leaf }) => [leaf, Buffer.from('\n')]);
  const sealed = batch.flatMap(({ sealed: row }) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(row?.length ?? 0);
    return [length, row ?? Buffer.alloc(0)];
  });
  db.prepare('INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)').run(
    batch[0]?.index ?? 0,
    batch.at(-1)?.at_ms ?? 0,
    JSON.stringify(heads),
    Buffer.concat(batch.map(({ leaf_hash }) => leaf_hash)),
    Buffer.concat(leaves),
    Buffer.concat(sealed),
  );
}
