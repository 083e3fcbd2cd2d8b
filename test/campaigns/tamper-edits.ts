/** The ways in which a campaign spoils a store: each says what must be reported. */
import { copyFileSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { deflateSync, inflateSync } from 'node:zlib';
import { canonicalJson } from '../../src/encoding/canonical-json.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { spoilEntries } from '../support/spoiled-store.ts';
import type { TamperedLog } from './tamper-log.ts';

export interface Edited {
  /** A finding that must be among those reported. */
  readonly named: RegExp;
  /** The entry that findings must name, by itself or within a range. */
  readonly entry?: number;
}

export interface TamperTools {
  readonly db: DatabaseSync;
  readonly log: TamperedLog;
  readonly below: (most: number) => number;
}

export type Edit = (tools: TamperTools) => Edited;

const ANY = /./;

function bytesAt(db: DatabaseSync, sql: string, ...values: SQLInputValue[]): Uint8Array {
  const value = Object.values(db.prepare(sql).get(...values) ?? {})[0];
  if (!(value instanceof Uint8Array)) throw new Error(`no bytes: ${sql}`);
  return value;
}

function flipped(bytes: Uint8Array, below: TamperTools['below'], from = 0, length = bytes.length - from) {
  const changed = Uint8Array.from(bytes);
  const at = from + below(length);
  changed[at] = (changed[at] ?? 0) ^ (1 << below(8));
  return changed;
}

/** An edit of single entries, which are taken out of their batches and put back. */
function ofEntries(change: (index: number, tools: TamperTools) => Edited | undefined): Edit {
  return (tools) => {
    const index = tools.below(tools.log.size);
    let edited: Edited | undefined;
    spoilEntries(tools.db, () => {
      edited = change(index, tools);
    });
    return edited ?? { named: ANY, entry: index };
  };
}

function setEntry(db: DatabaseSync, index: number, name: string, value: SQLInputValue): void {
  db.prepare(`UPDATE entries SET ${name} = ? WHERE "index" = ?`).run(value, index);
}

const ofEntry = (db: DatabaseSync, name: string, index: number): Uint8Array =>
  bytesAt(db, `SELECT ${name} FROM entries WHERE "index" = ?`, index);

/** Moves all entries from an index on by so many places. */
function shift(db: DatabaseSync, from: number, by: number): void {
  db.prepare('UPDATE entries SET "index" = -("index" + ?) WHERE "index" >= ?').run(by, from);
  db.exec('UPDATE entries SET "index" = -"index" WHERE "index" < 0');
}

function forgedLeaf(db: DatabaseSync, index: number): Buffer {
  const leaf = JSON.parse(Buffer.from(ofEntry(db, 'leaf', index)).toString());
  return Buffer.from(canonicalJson({ ...leaf, at: '2026-11-23T23:59:59.999Z' }));
}

function randomRow(
  db: DatabaseSync,
  table: string,
  below: TamperTools['below'],
  where = '1',
): Record<string, unknown> {
  const rows = db.prepare(`SELECT rowid AS id, * FROM ${table} WHERE ${where}`).all();
  return rows[below(rows.length)] ?? {};
}

function factRow(
  db: DatabaseSync,
  below: TamperTools['below'],
): { kind: string; key: string; value: Uint8Array; salt: Uint8Array } {
  const rows = db.prepare("SELECT kind, key, value, salt FROM facts WHERE kind = 'stop'").all();
  const { kind, key, value, salt } = rows[below(rows.length)] ?? {};
  if (!(value instanceof Uint8Array) || !(salt instanceof Uint8Array)) throw new Error('no fact');
  return { kind: String(kind), key: String(key), value, salt };
}

function setFact(
  db: DatabaseSync,
  name: string,
  value: SQLInputValue,
  { kind, key }: { kind: string; key: string },
): void {
  db.prepare(`UPDATE facts SET ${name} = ? WHERE kind = ? AND key = ?`).run(value, kind, key);
}

/** Bytes of salts and tags of subjects in a sealed row: pairs of place and length. */
function subjectItems(row: Uint8Array): readonly (readonly [number, number])[] {
  const bytes = Buffer.from(row);
  const items: [number, number][] = [];
  for (let at = 2 + (bytes[1] ?? 0); at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 1);
    if (bytes[at] === 5 || bytes[at] === 6) items.push([at + 3, length]);
    at += 3 + length;
  }
  return items;
}

const FACT = /\bfact/;

export const EDITS: Readonly<Record<string, Edit>> = {
  'a bit of a leaf': ofEntries((index, { db, below }) => {
    setEntry(db, index, 'leaf', flipped(ofEntry(db, 'leaf', index), below));
    return undefined;
  }),
  'a bit of a leaf hash': ofEntries((index, { db, below }) => {
    setEntry(db, index, 'leaf_hash', flipped(ofEntry(db, 'leaf_hash', index), below));
    return undefined;
  }),
  'a leaf with its hash': ofEntries((index, { db }) => {
    const leaf = forgedLeaf(db, index);
    setEntry(db, index, 'leaf', leaf);
    setEntry(db, index, 'leaf_hash', leafHash(leaf));
    return undefined;
  }),
  'a bit of a tile': ({ db, below }) => {
    const { level, tile, hashes } = randomRow(db, 'hash_tiles', below);
    if (!(hashes instanceof Uint8Array)) throw new Error('no tile');
    const update = db.prepare('UPDATE hash_tiles SET hashes = ? WHERE level = ? AND tile = ?');
    update.run(flipped(hashes, below), Number(level), Number(tile));
    return { named: new RegExp(`hash tile ${Number(tile)} of level ${Number(level)}`) };
  },
  'a tile is gone': ({ db, below }) => {
    const { level, tile } = randomRow(db, 'hash_tiles', below);
    db.prepare('DELETE FROM hash_tiles WHERE level = ? AND tile = ?').run(Number(level), Number(tile));
    return { named: new RegExp(`hash tile ${Number(tile)} of level ${Number(level)} is missing`) };
  },
  'a character of a checkpoint': ({ db, below }) => {
    const { size, note } = randomRow(db, 'checkpoints', below);
    const changed = Buffer.from(flipped(Buffer.from(String(note)), below)).toString('latin1');
    db.prepare('UPDATE checkpoints SET note = ? WHERE size = ?').run(changed, Number(size));
    return { named: new RegExp(`checkpoint ${Number(size)} `) };
  },
  'a checkpoint of another size': ({ db, below }) => {
    const { size } = randomRow(db, 'checkpoints', below);
    const moved = Number(size) + 100_000;
    db.prepare('UPDATE checkpoints SET size = ? WHERE size = ?').run(moved, Number(size));
    return { named: new RegExp(`checkpoint ${moved} `) };
  },
  'the columns beside a leaf': ofEntries((index, { db, below }) => {
    if (below(2) === 0) setEntry(db, index, 'at_ms', 1 + below(1e12));
    else setEntry(db, index, 'kind', 'summary');
    return { named: /does not agree with the columns/, entry: index };
  }),
  'the state': ({ db, below }) => {
    const range = bytesAt(db, 'SELECT range FROM state');
    const changes: readonly (() => void)[] = [
      () => db.exec(`UPDATE state SET size = size + ${1 + below(9)}`),
      () => db.exec(`UPDATE state SET size = size - ${1 + below(9)}`),
      () => db.exec(`UPDATE state SET seq = seq + ${1 + below(9)}`),
      () => db.exec(`UPDATE state SET newest_at_ms = newest_at_ms - ${1 + below(9)}`),
      () => db.prepare('UPDATE state SET range = ?').run(flipped(range, below)),
    ];
    changes[below(changes.length)]?.();
    return { named: /the store's state/ };
  },
  'a fact is taken away': ({ db, below }) => {
    const { kind, key } = factRow(db, below);
    db.prepare('DELETE FROM facts WHERE kind = ? AND key = ?').run(kind, key);
    return { named: /a fact that entry \d+ .* put into the store is gone/ };
  },
  'a fact is put there': ({ db, below }) => {
    const salt = Buffer.alloc(below(2) * 16, 1);
    db.prepare('INSERT INTO facts (kind, key, value, salt) VALUES (?, ?, ?, ?)').run(
      'stop',
      `x ${below(1e9)}`,
      salt,
      salt,
    );
    return { named: /a fact `stop` stands in the store as no entry put it there/ };
  },
  'a fact is altered': ({ db, below }) => {
    const fact = factRow(db, below);
    const changes: readonly (() => void)[] = [
      () => setFact(db, 'value', flipped(fact.value, below), fact),
      () => setFact(db, 'salt', flipped(fact.salt, below), fact),
      () => setFact(db, 'key', `${fact.key} ${below(9)}`, fact),
      () => setFact(db, 'kind', 'protected', fact),
    ];
    changes[below(changes.length)]?.();
    return { named: FACT };
  },
  'the sum of the facts': ({ db, below }) => {
    const sum = { kind: 'sum of facts', key: 'of this log' };
    setFact(
      db,
      'value',
      flipped(bytesAt(db, "SELECT value FROM facts WHERE kind = 'sum of facts'"), below),
      sum,
    );
    return { named: /sum of the facts/ };
  },
  'a policy file or set': ({ db, below }) => {
    const rows = db.prepare("SELECT kind, key, value FROM facts WHERE kind LIKE 'policy %'").all();
    const { kind, key, value } = rows[below(rows.length)] ?? {};
    if (!(value instanceof Uint8Array)) throw new Error('no policy file');
    const name = { kind: String(kind), key: String(key) };
    if (below(2) === 0) db.prepare('DELETE FROM facts WHERE kind = ? AND key = ?').run(name.kind, name.key);
    // The bits that fill up the last byte of a compressed text say nothing, so what it holds is changed instead.
    else setFact(db, 'value', deflateSync(flipped(inflateSync(value), below)), name);
    return { named: /the policy set that entry \d+ names/ };
  },
  'the facts of an earlier state': ({ db, log }) => {
    db.exec(`COMMIT; ATTACH '${log.earlier}' AS earlier; BEGIN; DELETE FROM facts`);
    db.exec('INSERT INTO facts (kind, key, value, salt) SELECT kind, key, value, salt FROM earlier.facts');
    db.exec('COMMIT; DETACH earlier; BEGIN');
    return { named: FACT };
  },
  'a tag or a salt of a sealed row': ofEntries((_index, { db, below }) => {
    const { index, sealed } = randomRow(db, 'entries', below, 'sealed IS NOT NULL');
    if (!(sealed instanceof Uint8Array)) throw new Error('no sealed row');
    const items = subjectItems(sealed);
    const [at, length] = items[below(items.length)] ?? [0, 1];
    setEntry(db, Number(index), 'sealed', flipped(sealed, below, at, length));
    return { named: /sealed row/, entry: Number(index) };
  }),
  'entries are gone': ofEntries((index, { db, log, below }) => {
    const end = Math.min(log.size, index + 1 + below(3));
    db.prepare('DELETE FROM entries WHERE "index" >= ? AND "index" < ?').run(index, end);
    return undefined;
  }),
  'an entry is gone and the gap closed': ofEntries((index, { db }) => {
    db.prepare('DELETE FROM entries WHERE "index" = ?').run(index);
    shift(db, index + 1, -1);
    return { named: ANY };
  }),
  'an entry is put in between': ofEntries((index, { db }) => {
    const leaf = forgedLeaf(db, index);
    shift(db, index, 1);
    const put = db.prepare(
      'INSERT INTO entries SELECT ?, at_ms, kind, exchange, ?, ?, sealed FROM entries WHERE "index" = ?',
    );
    put.run(index, leafHash(leaf), leaf, index + 1);
    return { named: ANY };
  }),
  'an entry is there twice': ofEntries((index, { db }) => {
    shift(db, index + 1, 1);
    const put = db.prepare(
      'INSERT INTO entries SELECT ?, at_ms, kind, exchange, leaf_hash, leaf, sealed FROM entries WHERE "index" = ?',
    );
    put.run(index + 1, index);
    return { named: ANY };
  }),
  'two entries change places': ofEntries((index, { db, log }) => {
    const one = Math.min(index, log.size - 2);
    const swap = db.prepare('UPDATE entries SET "index" = ? WHERE "index" = ?');
    swap.run(-5, one);
    swap.run(one, one + 1);
    swap.run(one + 1, -5);
    return { named: ANY };
  }),
  'the tail is cut': ofEntries((index, { db }) => {
    db.prepare('DELETE FROM entries WHERE "index" >= ?').run(index);
    return { named: /cut|state/ };
  }),
  'the store of another log': ({ db, log }) => {
    db.exec('COMMIT');
    copyFileSync(log.another, log.spoiled);
    db.exec('BEGIN');
    return { named: /not signed by the key|of another log|head file/ };
  },
  'the store of an earlier day': ({ db, log }) => {
    db.exec('COMMIT');
    copyFileSync(log.earlier, log.spoiled);
    db.exec('BEGIN');
    return { named: /the head file is signed for/ };
  },
};

/** True where a finding names the entry, by itself or within a range. */
export function names(findings: readonly string[], entry: number): boolean {
  return findings.some((finding) => {
    for (const [, one] of finding.matchAll(/entry (\d+)/g)) if (Number(one) === entry) return true;
    for (const [, from, to] of finding.matchAll(/(?:from entry|entries) (\d+) to (\d+)/g))
      if (Number(from) <= entry && entry <= Number(to)) return true;
    return false;
  });
}
