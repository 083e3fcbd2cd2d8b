import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openWitnessBook } from '../../../../src/adapters/storage/sqlite/witness-book.ts';
import { GatewayError } from '../../../../src/domain/gateway-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'witness-book-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => {
  files += 1;
  return join(folder, `${files}.sqlite`);
};
const head = (size: number) => ({ size, root: new Uint8Array(32).fill(size), note: `note of ${size}\n` });

test('a head is there after the file was closed and opened again', () => {
  const file = fresh();
  const book = openWitnessBook(file);
  assert.equal(book.head('log.example'), undefined);
  assert.ok(book.replace('log.example', 0, head(5)));
  book.close();
  const again = openWitnessBook(file);
  assert.deepEqual(again.head('log.example'), head(5));
  assert.deepEqual(again.heads(), [{ origin: 'log.example', note: 'note of 5\n' }]);
  again.close();
});

test('a head is replaced only where it is the one that was judged, and each log has its own', () => {
  const book = openWitnessBook(fresh());
  assert.ok(book.replace('log.example', 0, head(5)));
  assert.ok(!book.replace('log.example', 0, head(7)));
  assert.ok(!book.replace('log.example', 4, head(7)));
  assert.ok(!book.replace('other.example', 4, head(7)));
  assert.ok(book.replace('log.example', 5, head(7)));
  assert.deepEqual(book.head('log.example'), head(7));
  assert.equal(book.head('other.example'), undefined);
  book.close();
});

test('a head of no entries can be followed by one of some', () => {
  const book = openWitnessBook(fresh());
  assert.ok(book.replace('log.example', 0, head(0)));
  assert.ok(book.replace('log.example', 0, head(0)));
  assert.ok(book.replace('log.example', 0, head(3)));
  assert.ok(!book.replace('log.example', 0, head(4)));
  book.close();
});

test('of two processes on one file only one replaces a head', () => {
  const file = fresh();
  const [one, other] = [openWitnessBook(file), openWitnessBook(file)];
  assert.ok(one.replace('log.example', 0, head(5)));
  assert.ok(!other.replace('log.example', 0, head(6)));
  assert.deepEqual(other.head('log.example'), head(5));
  one.close();
  other.close();
});

test('evidence is kept once, and a log that floods it is bounded', () => {
  const book = openWitnessBook(fresh());
  for (let n = 1; n <= 150; n += 1) {
    const root = Buffer.alloc(32, n);
    for (const note of [`note ${n}`, 'again'])
      book.keepEvidence('log.example', { origin: 'log.example', size: 7, root }, note);
  }
  book.keepEvidence('other.example', { origin: 'other.example', size: 7, root: Buffer.alloc(32) }, 'other');
  const kept = book.evidence();
  assert.equal(kept.length, 101);
  assert.deepEqual(kept[0], { origin: 'log.example', note: 'note 1' });
  assert.deepEqual(kept[100], { origin: 'other.example', note: 'other' });
  book.close();
});

test('commits are flushed: write-ahead log and synchronous=FULL', () => {
  const file = fresh();
  openWitnessBook(file).close();
  const db = new DatabaseSync(file);
  assert.equal(db.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
  db.close();
});

test('a file of another program is not opened', () => {
  const file = fresh();
  const db = new DatabaseSync(file);
  db.exec('CREATE TABLE mine (x)');
  db.close();
  assert.throws(() => openWitnessBook(file), GatewayError);
  const text = fresh();
  writeFileSync(text, 'x'.repeat(2000));
  assert.throws(() => openWitnessBook(text));
});
