/** A process that commits rows and has its write-ahead log copied without a pause, and says of each row when it is durable. */
import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CopiedWal } from '../../src/adapters/storage/sqlite/copied-wal.ts';
import { assertDurable } from '../../src/adapters/storage/sqlite/open-database.ts';

const [, , file = ''] = process.argv;
const db = new DatabaseSync(file);
assertDurable(db);
db.exec('CREATE TABLE IF NOT EXISTS numbers (number INTEGER PRIMARY KEY, filling BLOB NOT NULL)');
const copied = new CopiedWal(db, file, { pagesBetweenCopies: 8 });
const insert = db.prepare('INSERT INTO numbers (filling) VALUES (?)');
for (;;) {
  const { lastInsertRowid } = insert.run(Buffer.alloc(20_000, 7));
  copied.committed();
  writeSync(1, `${lastInsertRowid}\n`);
}
