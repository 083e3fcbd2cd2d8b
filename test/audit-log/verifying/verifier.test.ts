import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { after, test } from 'node:test';
import { openSqliteReader } from '../../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { type LogVerdict, verifyLog } from '../../../src/audit-log/verifying/verifier.ts';
import { canonicalJson, type Json } from '../../../src/encoding/canonical-json.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { noteKey, SAMPLE_ORIGIN, type SampleLog, writeSampleLog } from '../../support/sample-log.ts';
import { spoilEntries } from '../../support/spoiled-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'verifier-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const log = writeSampleLog(join(folder, 'log.sqlite'), 120);
const spoiled = join(folder, 'spoiled.sqlite');

interface Head {
  readonly head: string | undefined;
}

async function verdictOf(
  file: string,
  { head }: Head = log,
  { signer }: Pick<SampleLog, 'signer'> = log,
): Promise<LogVerdict> {
  const reader = openSqliteReader(file);
  try {
    return await verifyLog(reader, { key: signer.key, head });
  } finally {
    reader.close();
  }
}

/** What `verify` says of a copy of the log after somebody had his way with it. */
async function afterChange(change: (db: DatabaseSync) => void, head: Head = log): Promise<readonly string[]> {
  copyFileSync(log.file, spoiled);
  const db = new DatabaseSync(spoiled);
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  spoilEntries(db, () => change(db));
  db.exec('COMMIT');
  db.close();
  return (await verdictOf(spoiled, head)).findings;
}

/** The same where the rows of the store are changed as they are. */
async function afterPackedChange(change: (db: DatabaseSync) => void): Promise<readonly string[]> {
  copyFileSync(log.file, spoiled);
  const db = new DatabaseSync(spoiled);
  db.exec('PRAGMA synchronous = OFF');
  change(db);
  db.close();
  return (await verdictOf(spoiled)).findings;
}

function assertNames(findings: readonly string[], pattern: RegExp): void {
  assert.ok(
    findings.some((finding) => pattern.test(finding)),
    `${pattern} is not among: ${findings.join('; ') || 'no findings'}`,
  );
}

/** Numbers that look random and are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function column(db: DatabaseSync, name: string, index: number): Uint8Array {
  const value = db.prepare(`SELECT ${name} AS value FROM entries WHERE "index" = ?`).get(index)?.['value'];
  assert.ok(value instanceof Uint8Array);
  return value;
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

function set(db: DatabaseSync, index: number, values: Readonly<Record<string, SQLInputValue>>): void {
  const names = Object.keys(values).map((name) => `${name} = :${name}`);
  db.prepare(`UPDATE entries SET ${names.join(', ')} WHERE "index" = :at`).run({ ...values, at: index });
}

function changedLeaf(db: DatabaseSync, index: number, members: Readonly<Record<string, Json>>): Buffer {
  const leaf = JSON.parse(Buffer.from(column(db, 'leaf', index)).toString());
  return Buffer.from(canonicalJson({ ...leaf, ...members }));
}

test('a whole log has no findings, and its newest checkpoint covers it', async () => {
  const verdict = await verdictOf(log.file);
  assert.deepEqual(verdict.findings, []);
  assert.equal(verdict.entries, log.size);
  assert.equal(verdict.checkpoint?.size, log.size);
  assert.equal(verdict.checkpoint?.origin, SAMPLE_ORIGIN);
});

test('an empty log is whole', async () => {
  const empty = writeSampleLog(join(folder, 'empty.sqlite'), 0);
  assert.deepEqual(await verdictOf(empty.file, { head: undefined }, empty), {
    entries: 0,
    dropped: 0,
    findings: [],
    gaps: [],
    checkpoint: undefined,
  });
});

test('entries after the newest checkpoint are read too, and are not called signed', async () => {
  const tail = writeSampleLog(join(folder, 'tail.sqlite'), 12, 8);
  const db = new DatabaseSync(tail.file);
  db.exec(`DELETE FROM checkpoints WHERE size = ${tail.size}`);
  const head = String(db.prepare('SELECT note FROM checkpoints').get()?.['note']);
  db.close();
  const verdict = await verdictOf(tail.file, { head }, tail);
  assert.deepEqual(verdict.findings, []);
  assert.ok(verdict.checkpoint !== undefined && verdict.checkpoint.size < verdict.entries);
});

test('any flipped bit of any leaf is named with its entry', async () => {
  const random = seeded(1);
  for (let round = 0; round < 30; round += 1) {
    const index = random(log.size);
    const findings = await afterChange((db) => {
      const leaf = column(db, 'leaf', index);
      set(db, index, { leaf: flipped(leaf, random(leaf.length), random(8)) });
    });
    assertNames(findings, new RegExp(`^entry ${index} was changed: its bytes do not hash`));
  }
});

test('any flipped bit of any stored hash is named with its entry', async () => {
  const random = seeded(2);
  for (let round = 0; round < 20; round += 1) {
    const index = random(log.size);
    const findings = await afterChange((db) => {
      set(db, index, { leaf_hash: flipped(column(db, 'leaf_hash', index), random(32), random(8)) });
    });
    assertNames(findings, new RegExp(`^entry ${index} was changed`));
  }
});

test('a leaf that was written anew together with its hash is still named', async () => {
  const random = seeded(3);
  for (let round = 0; round < 20; round += 1) {
    const index = random(log.size);
    const findings = await afterChange((db) => {
      const leaf = changedLeaf(db, index, { instance: 'gateway-2' });
      set(db, index, { leaf, leaf_hash: leafHash(leaf) });
    });
    assertNames(findings, /^checkpoint \d+ does not agree with the entries: from entry \d+ to \d+/);
    assertNames(findings, /^the head file does not agree/);
    const [, from, to] = /from entry (\d+) to (\d+)/.exec(findings.join('\n')) ?? [];
    assert.ok(Number(from) <= index && index <= Number(to));
    if (index < 256)
      assertNames(findings, new RegExp(`^entry ${index} does not agree with hash tile 0 of level 0`));
  }
});

test('every deleted entry is named, alone and in rows', async () => {
  const random = seeded(4);
  for (let round = 0; round < 20; round += 1) {
    const first = random(log.size - 3);
    const last = first + random(3);
    const findings = await afterChange((db) =>
      db.exec(`DELETE FROM entries WHERE "index" BETWEEN ${first} AND ${last}`),
    );
    const missing =
      first === last ? `^entry ${first} is missing$` : `^entries ${first} to ${last} are missing$`;
    assertNames(findings, new RegExp(missing));
  }
});

test('a deletion that is closed up by counting down the indexes behind it is named', async () => {
  const random = seeded(5);
  for (let round = 0; round < 10; round += 1) {
    const index = random(log.size - 1);
    const findings = await afterChange((db) => {
      db.exec(`DELETE FROM entries WHERE "index" = ${index}`);
      for (let at = index + 1; at < log.size; at += 1) {
        db.exec(`UPDATE entries SET "index" = ${at - 1} WHERE "index" = ${at}`);
      }
      const rest = db.prepare('SELECT leaf_hash FROM entries ORDER BY "index"').all();
      setState(
        db,
        rest.map((row) => row['leaf_hash'] as Uint8Array),
      );
    });
    assertNames(findings, /^checkpoint \d+ does not agree with the entries/);
    if (index < log.size - 2)
      assertNames(findings, new RegExp(`^entry ${index} has number \\d+ of its epoch where \\d+ is due`));
  }
});

function setState(db: DatabaseSync, hashes: readonly Uint8Array[]): void {
  const range = new CompactRange();
  for (const hash of hashes) range.append(hash);
  db.prepare('UPDATE state SET size = ?, range = ?').run(range.size, Buffer.concat(range.roots()));
}

test('two entries that changed places are named', async () => {
  const random = seeded(6);
  for (let round = 0; round < 20; round += 1) {
    const one = random(log.size - 1);
    const other = one + 1 + random(log.size - one - 1);
    const findings = await afterChange((db) => {
      db.exec(`UPDATE entries SET "index" = -7 WHERE "index" = ${one}`);
      db.exec(`UPDATE entries SET "index" = ${one} WHERE "index" = ${other}`);
      db.exec(`UPDATE entries SET "index" = ${other} WHERE "index" = -7`);
    });
    assertNames(findings, new RegExp(`^entry ${one} (has number|is part|does not|was sent)`));
    assertNames(findings, /^checkpoint \d+ does not agree with the entries|^the store's state does not hold/);
  }
});

test('an entry that was put in between, and a copy of an entry, are named', async () => {
  const random = seeded(7);
  for (let round = 0; round < 15; round += 1) {
    const copied = random(log.size);
    const into = round % 3 === 0 ? log.size : random(log.size);
    const findings = await afterChange((db) => {
      for (let at = log.size - 1; at >= into; at -= 1) {
        db.exec(`UPDATE entries SET "index" = ${at + 1} WHERE "index" = ${at}`);
      }
      const from = copied < into ? copied : copied + 1;
      db.exec(
        `INSERT INTO entries SELECT ${into}, at_ms, kind, exchange, leaf_hash, leaf, sealed FROM entries WHERE "index" = ${from}`,
      );
    });
    assertNames(findings, new RegExp(`^entr(y|ies) (${into}|${into + 1}) `));
    assertNames(findings, /^the store's state is of \d+ entries and \d+ are there/);
  }
});

test('an entry before the first one is named', async () => {
  const findings = await afterChange((db) =>
    db.exec(
      'INSERT INTO entries SELECT -1, at_ms, kind, exchange, leaf_hash, leaf, sealed FROM entries WHERE "index" = 0',
    ),
  );
  assertNames(findings, /^entry -1 stands before the first entry/);
});

test('a cut tail is named, also where the state, the tiles and the checkpoints were cut with it', async () => {
  const random = seeded(8);
  for (let round = 0; round < 15; round += 1) {
    const kept = random(log.size);
    const findings = await afterChange((db) => cut(db, kept));
    assertNames(
      findings,
      new RegExp(`^the head file is signed for ${log.size} entries and ${kept} are there: the tail was cut`),
    );
  }
  const careless = await afterChange((db) => db.exec(`DELETE FROM entries WHERE "index" >= ${log.size - 5}`));
  assertNames(careless, new RegExp(`^checkpoint ${log.size} covers more than the ${log.size - 5} entries`));
  assertNames(careless, /^the store's state is of/);
});

/** The whole store as it was when it had so many entries. */
function cut(db: DatabaseSync, kept: number): void {
  db.exec(`DELETE FROM entries WHERE "index" >= ${kept}; DELETE FROM checkpoints WHERE size > ${kept}`);
  db.exec(`DELETE FROM hash_tiles WHERE ${kept} < 256`);
  const rest = db.prepare('SELECT leaf_hash FROM entries ORDER BY "index"').all();
  setState(
    db,
    rest.map((row) => row['leaf_hash'] as Uint8Array),
  );
  const last = db.prepare('SELECT at_ms, leaf FROM entries ORDER BY "index" DESC LIMIT 1').get();
  if (last === undefined) return;
  const { seq } = JSON.parse(Buffer.from(last['leaf'] as Uint8Array).toString());
  db.prepare('UPDATE state SET seq = ?, newest_at_ms = ?').run(seq, last['at_ms'] ?? 0);
}

test('a store that was rolled back alone and went on from there is named by the head file', async () => {
  const findings = await afterChange((db) => {
    const leaf = changedLeaf(db, log.size - 1, { status: 404 });
    set(db, log.size - 1, { leaf, leaf_hash: leafHash(leaf) });
    const rest = db.prepare('SELECT leaf_hash FROM entries ORDER BY "index"').all();
    const hashes = rest.map((row) => row['leaf_hash'] as Uint8Array);
    setState(db, hashes);
    const range = new CompactRange();
    for (const hash of hashes) range.append(hash);
    const note = log.signer.sign(
      formatCheckpoint({ origin: SAMPLE_ORIGIN, size: range.size, root: range.root() }),
    );
    db.prepare('UPDATE checkpoints SET note = ? WHERE size = ?').run(note, range.size);
  });
  assert.deepEqual(findings.length, 1);
  assertNames(findings, /^the head file does not agree with the first \d+ entries/);
});

test('any changed character of any checkpoint is named with its size', async () => {
  const random = seeded(9);
  for (let round = 0; round < 20; round += 1) {
    let size = 0;
    const findings = await afterChange((db) => {
      const rows = db.prepare('SELECT size, note FROM checkpoints').all();
      const row = rows[random(rows.length)];
      const note = String(row?.['note']);
      size = Number(row?.['size']);
      db.prepare('UPDATE checkpoints SET note = ? WHERE size = ?').run(
        changedAt(note, random(note.length)),
        size,
      );
    });
    assertNames(findings, new RegExp(`^checkpoint ${size} was changed or is not signed by the key given`));
  }
});

test('a checkpoint that was moved to another size is named', async () => {
  const findings = await afterChange((db) =>
    db.exec(`UPDATE checkpoints SET size = size + 1 WHERE size = (SELECT min(size) FROM checkpoints)`),
  );
  assertNames(findings, /^checkpoint \d+ was changed: it is signed for \d+ entries/);
});

test('any changed character of the head file is named', async () => {
  const random = seeded(10);
  for (let round = 0; round < 20; round += 1) {
    const head = changedAt(log.head, random(log.head.length));
    assertNames(
      (await verdictOf(log.file, { head })).findings,
      /^the head file was changed or is not signed by the key given/,
    );
  }
});

function changedAt(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === 'x' ? 'y' : 'x'}${text.slice(at + 1)}`;
}

test('a head file that is missing, old, of another key or of another log is named', async () => {
  const sign = (origin: string, size: number, signer = log.signer): string =>
    signer.sign(formatCheckpoint({ origin, size, root: new CompactRange().root() }));
  const findings = async (head: string | undefined): Promise<readonly string[]> =>
    (await verdictOf(log.file, { head })).findings;
  assert.deepEqual(await findings(undefined), ['there is no head file']);
  assertNames(
    await findings(sign(SAMPLE_ORIGIN, 0)),
    /^the head file is signed for 0 entries and the store holds a checkpoint/,
  );
  assertNames(await findings(sign('another.example/log', log.size)), /^the head file is of another log/);
  assertNames(
    await findings(sign(SAMPLE_ORIGIN, log.size, noteKey())),
    /^the head file was changed or is not signed/,
  );
});

test('a log that was written anew under another key is named in all of its checkpoints', async () => {
  const forged = writeSampleLog(join(folder, 'forged.sqlite'), 20, 8);
  const { findings } = await verdictOf(forged.file, log, log);
  assert.equal(
    findings.filter((finding) => /^checkpoint \d+ was changed or is not signed/.test(finding)).length,
    3,
  );
});

test('changed, missing and left over hash tiles are named', async () => {
  const changed = await afterChange((db) => {
    const tile = db.prepare('SELECT hashes FROM hash_tiles WHERE level = 0').get()?.['hashes'];
    assert.ok(tile instanceof Uint8Array);
    db.prepare('UPDATE hash_tiles SET hashes = ? WHERE level = 0').run(flipped(tile, 32 * 17 + 3, 1));
  });
  assert.deepEqual(changed, ['entry 17 does not agree with hash tile 0 of level 0: one of them was changed']);
  const upper = await afterChange((db) =>
    db.exec('UPDATE hash_tiles SET hashes = zeroblob(32) WHERE level = 1'),
  );
  assert.deepEqual(upper, ['hash tile 0 of level 1 does not agree with the tiles below it at hash 0']);
  assert.deepEqual(await afterChange((db) => db.exec('DELETE FROM hash_tiles WHERE level = 0')), [
    'hash tile 0 of level 0 is missing',
  ]);
  const more = await afterChange((db) =>
    db.exec('INSERT INTO hash_tiles SELECT level, 1, hashes FROM hash_tiles WHERE level = 0'),
  );
  assert.deepEqual(more, ['hash tile 1 of level 0 is of entries that are missing']);
});

test('changed columns beside a leaf, and a changed state, are named', async () => {
  const random = seeded(11);
  for (const change of [
    "kind = 'failed'",
    "exchange = '00000000-0000-7000-8000-00000000ffff'",
    'at_ms = at_ms + 1',
  ]) {
    const index = 2 + random(log.size - 3);
    assertNames(
      await afterChange((db) => db.exec(`UPDATE entries SET ${change} WHERE "index" = ${index}`)),
      new RegExp(`^entry ${index} does not agree with the columns beside it`),
    );
  }
  for (const change of [
    'size = size - 1',
    'range = zeroblob(length(range))',
    'seq = seq + 1',
    'newest_at_ms = 0',
  ]) {
    assertNames(await afterChange((db) => db.exec(`UPDATE state SET ${change}`)), /^the store's state/);
  }
});

test('any flipped bit of any packed column is found, and never ends the check', async () => {
  const random = seeded(12);
  for (let round = 0; round < 30; round += 1) {
    const name = ['heads', 'hashes', 'leaves'][round % 3] ?? '';
    const findings = await afterPackedChange((db) => {
      const all = db.prepare(`SELECT first, CAST(${name} AS BLOB) AS value FROM batches`).all();
      const { first = 0, value } = all[random(all.length)] ?? {};
      assert.ok(value instanceof Uint8Array);
      const changed = flipped(value, random(value.length), random(8));
      const column = name === 'heads' ? 'CAST(? AS TEXT)' : '?';
      db.prepare(`UPDATE batches SET ${name} = ${column} WHERE first = ?`).run(changed, first);
    });
    assert.notEqual(findings.length, 0, name);
  }
});

test('batches that overlap, and one that is missing, are found', async () => {
  const moved = await afterPackedChange((db) =>
    db.exec('UPDATE batches SET first = first - 1 WHERE first = (SELECT max(first) FROM batches)'),
  );
  assert.notEqual(moved.length, 0);
  const missing = await afterPackedChange((db) => db.exec('DELETE FROM batches WHERE first = 1'));
  assertNames(missing, /^entr(y|ies) 1( to \d+)? (is|are) missing$/);
});

test('one changed leaf does not hide what is wrong behind it', async () => {
  const findings = await afterChange((db) => {
    set(db, 5, { leaf: Buffer.from('{}') });
    set(db, 60, { leaf: Buffer.from('not JSON') });
    db.exec('DELETE FROM entries WHERE "index" = 100');
    db.prepare('UPDATE checkpoints SET note = ? WHERE size = (SELECT max(size) FROM checkpoints)').run(
      'no note',
    );
  });
  assertNames(findings, /^entry 5 was changed/);
  assertNames(findings, /^entry 5 is not of version 1/);
  assertNames(findings, /^entry 60 is not JSON/);
  assertNames(findings, /^entry 100 is missing/);
  assertNames(findings, new RegExp(`^checkpoint ${log.size} was changed`));
});

test('a missing entry whose hash no tile holds ends the comparison of later checkpoints, and that is said', async () => {
  const findings = await afterChange((db) => {
    db.exec('DELETE FROM hash_tiles; DELETE FROM entries WHERE "index" = 3');
  });
  assertNames(findings, /^an entry is missing whose hash is lost, so later checkpoints cannot be compared/);
});
