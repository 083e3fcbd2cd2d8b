/** The file of the search index (docs/formats/search-index.md): derived from the log, thrown away and built anew in any doubt. */
import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { type FillingBlock, StoredBlock, TAG_BUCKETS } from './posting-block.ts';

/** "SGSI" in ASCII. */
const APPLICATION_ID = 0x53475349;
const LAYOUT = 1;
const OWNER_ONLY = 0o600;
/** Blocks that a term may have: 2^24 of 16,384 entries. */
const BLOCKS_OF_TERM = 2 ** 24;
const CHECK_BYTES = 4;
/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

const TABLES = `
  CREATE TABLE terms (id INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE sets (key INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
  CREATE TABLE tags (key INTEGER PRIMARY KEY, bucket BLOB NOT NULL) STRICT;
  CREATE TABLE blocks (block INTEGER PRIMARY KEY, read_at INTEGER NOT NULL, root BLOB NOT NULL) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LAYOUT};`;

/** The file does not hold what was written into it: it must be built anew. */
export class TornIndex extends Error {
  override readonly name = 'TornIndex';
}

/** What stands beside a full block. */
export interface BlockStamp {
  /** Entries that the log had before the block's entries were read: what was erased later must be taken out of it. */
  readonly readAt: number;
  /** Root of the tree of the block's entries: the block is of this log only while the log has it too. */
  readonly root: Uint8Array;
}

/** Each call is one transaction. Any of them throws `TornIndex` where the file is damaged, `put` a GatewayError where there is no room. */
export class SearchFile {
  readonly #db: DatabaseSync;
  #ids: Map<string, number>;
  readonly #set: StatementSync;
  readonly #bucket: StatementSync;
  readonly #stamp: StatementSync;
  #blocks: number;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#set = db.prepare('SELECT packed AS bytes FROM sets WHERE key = ?');
    this.#bucket = db.prepare('SELECT bucket AS bytes FROM tags WHERE key = ?');
    this.#stamp = db.prepare('SELECT read_at, root FROM blocks WHERE block = ?');
    this.#ids = idsOf(db);
    this.#blocks = Number(db.prepare('SELECT count(*) AS n FROM blocks').get()?.['n']);
  }

  /** Number of full blocks. */
  get blocks(): number {
    return this.#blocks;
  }

  /** Every term that stands in a block, or that stood in one. */
  terms(): Iterable<string> {
    return this.#ids.keys();
  }

  stamp(block: number): BlockStamp {
    const row = this.#read(() => this.#stamp.get(block));
    const root = row?.['root'];
    if (!(root instanceof Uint8Array)) throw new TornIndex('the index lacks a block');
    return { readAt: Number(row?.['read_at']), root };
  }

  block(block: number): StoredBlock {
    return new StoredBlock({
      term: (term) => this.#packed(block, term),
      bucket: (firstByte) => this.#tagged(block, firstByte),
    });
  }

  /** Stores a full block, durably as far as a derived file must be: after a crash it may be lost, but never torn. */
  put(block: number, filled: FillingBlock, { readAt, root }: BlockStamp): void {
    const replaced = block < this.#blocks;
    this.#transaction(() => {
      if (replaced) this.#forget(block);
      const putSet = this.#db.prepare('INSERT INTO sets (key, packed) VALUES (?, ?)');
      for (const [term, packed] of filled.packedTerms()) {
        const key = this.#idOf(term) * BLOCKS_OF_TERM + block;
        putSet.run(key, checked(key, packed));
      }
      const putTags = this.#db.prepare('INSERT OR REPLACE INTO tags (key, bucket) VALUES (?, ?)');
      for (const [firstByte, bucket] of filled.packedTags().entries()) {
        const key = block * TAG_BUCKETS + firstByte;
        putTags.run(key, checked(key, bucket));
      }
      this.#db
        .prepare('INSERT OR REPLACE INTO blocks (block, read_at, root) VALUES (?, ?, ?)')
        .run(block, readAt, root);
    });
    this.#blocks = Math.max(this.#blocks, block + 1);
    // What the old block held must not stay in the write-ahead log: SQLite has overwritten it in the file itself.
    if (replaced) this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#db.close();
  }

  #forget(block: number): void {
    const drop = this.#db.prepare('DELETE FROM sets WHERE key = ?');
    for (const id of this.#ids.values()) drop.run(id * BLOCKS_OF_TERM + block);
  }

  #idOf(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#ids.size + 1;
    this.#db.prepare('INSERT INTO terms (id, term) VALUES (?, ?)').run(id, term);
    this.#ids.set(term, id);
    return id;
  }

  #packed(block: number, term: string): Uint8Array | undefined {
    const id = this.#ids.get(term);
    return id === undefined ? undefined : this.#bytes(this.#set, id * BLOCKS_OF_TERM + block);
  }

  /** Every block has all its buckets, be they empty: one that is not there was lost. */
  #tagged(block: number, firstByte: number): Uint8Array {
    const bucket = this.#bytes(this.#bucket, block * TAG_BUCKETS + firstByte);
    if (bucket === undefined) throw new TornIndex('the index lacks tags');
    return bucket;
  }

  #bytes(statement: StatementSync, key: number): Uint8Array | undefined {
    const bytes = this.#read(() => statement.get(key))?.['bytes'];
    return bytes instanceof Uint8Array ? unchecked(key, bytes) : undefined;
  }

  #transaction(work: () => void): void {
    this.#read(() => {
      this.#db.exec('BEGIN');
      try {
        work();
        this.#db.exec('COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        this.#ids = idsOf(this.#db);
        throw error;
      }
    });
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) throw new TornIndex('the index is damaged', { cause: error });
      if (errorCode(error) === FULL) throw noRoom(error);
      throw error;
    }
  }
}

/**
 * Opens the index; a file that is none, is damaged or of another layout is replaced by an empty one.
 *
 * @throws {GatewayError} `log-unavailable` where another process has it, or it cannot be written.
 */
export function openSearchFile(file: string): SearchFile {
  try {
    try {
      return openExisting(file);
    } catch (error) {
      if (!(error instanceof TornIndex || isDamage(error))) throw error;
      removeSearchFile(file);
      return openExisting(file);
    }
  } catch (cause) {
    const why =
      errorCode(cause) === BUSY
        ? 'another process uses it; give each gateway a file of its own with SEARCH_INDEX_FILE'
        : 'it cannot be written; name a place for it with SEARCH_INDEX_FILE';
    throw new GatewayError('log-unavailable', `the search index cannot be opened: ${why}`, { cause });
  }
}

/** Removes the file and what SQLite keeps beside it. */
export function removeSearchFile(file: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${ending}`, { force: true });
}

function openExisting(file: string): SearchFile {
  // Files that SQLite makes beside it get the mode of this one.
  closeSync(openSync(file, 'a', OWNER_ONLY));
  chmodSync(file, OWNER_ONLY);
  const db = new DatabaseSync(file, { timeout: 1000 });
  try {
    // With a write-ahead log a crash loses the newest blocks at most; only a full flush would keep them, and nobody needs it.
    db.exec('PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
    db.exec('PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -65536');
    if (layoutOf(db) === 0) db.exec(`BEGIN; ${TABLES}; COMMIT`);
    return new SearchFile(db);
  } catch (error) {
    db.close();
    throw error;
  }
}

function idsOf(db: DatabaseSync): Map<string, number> {
  const terms = db.prepare('SELECT id, term FROM terms').all();
  return new Map(terms.map(({ id, term }) => [String(term), Number(id)]));
}

/** 0 for an empty file. */
function layoutOf(db: DatabaseSync): number {
  const application = db.prepare('PRAGMA application_id').get()?.['application_id'];
  const layout = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (application === 0 && tables === 0) return 0;
  if (application === APPLICATION_ID && layout === LAYOUT) return LAYOUT;
  throw new TornIndex('the file is no search index of this version');
}

/** A CRC-32 over key and bytes before them, so that a row that was torn, changed or moved is noticed. */
function checked(key: number, bytes: Uint8Array): Uint8Array {
  const row = Buffer.alloc(CHECK_BYTES + bytes.length);
  row.writeUInt32LE(crc32(bytes, crc32(String(key))));
  row.set(bytes, CHECK_BYTES);
  return row;
}

function unchecked(key: number, row: Uint8Array): Uint8Array {
  const bytes = row.subarray(CHECK_BYTES);
  const check = new DataView(row.buffer, row.byteOffset, row.length);
  if (row.length < CHECK_BYTES || check.getUint32(0, true) !== crc32(bytes, crc32(String(key))))
    throw new TornIndex('a row of the index is damaged');
  return bytes;
}

function noRoom(cause: unknown): GatewayError {
  const words =
    'there is no room for the search index: make room, or name another place with SEARCH_INDEX_FILE';
  return new GatewayError('log-unavailable', words, { cause });
}

function isDamage(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(errorCode(error) ?? 0);
}

function errorCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return Number(error.errcode) & 0xff;
}
