/** Makes backups of a log: folders that are whole or not there; of a SQLite store with SQLite's online backup (sqlite.org/backup.html). */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import {
  BACKUP_FILES,
  type BackupManifest,
  formatManifest,
  MANIFEST_FILE,
} from '../../../audit-log/recovering/backup-manifest.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { parseCheckpoint } from '../../../merkle/checkpoint.ts';
import { rootOfRange } from '../../../merkle/compact-range.ts';
import { parseSignedNote } from '../../../merkle/signed-note.ts';
import { flush, hashFile, writeNewFile } from './durable-files.ts';
import { isFull } from './sqlite-error.ts';
import { openSqliteReader } from './sqlite-reader.ts';

/** 2 MiB of the store's pages. */
const PAGES_AT_ONCE = 256;
/** The copy rests as long as it works, so that the gateway has at least half of the disk's time; but not for longer than this. */
const LONGEST_REST_MS = 100;

export interface BackupOptions {
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /**
   * Called with the copy's manifest before the copy becomes a backup: enters it in the log that was copied. Where it throws,
   * there is no backup.
   */
  readonly record: (manifest: BackupManifest) => Promise<unknown>;
  /** Called now and then with how many of how many pages are copied. */
  readonly progress?: (done: number, of: number) => void;
}

/** Copies one instant of a log into a store of its own: the new file named, without a write-ahead log. */
export type CopyLogInto = (file: string, progress: BackupOptions['progress']) => Promise<unknown>;

/**
 * Backs up the store of a log, as it stands at one instant.
 *
 * @throws {GatewayError} as `backUpInto`, and where there is no store.
 */
export function backUpStore(store: string, to: string, options: BackupOptions): Promise<BackupManifest> {
  return backUpInto(
    to,
    async (file, progress) => {
      openSqliteReader(store).close();
      await copyStore(store, file, progress);
    },
    options,
  );
}

/**
 * Makes the folder `to` with the copy of a log, its newest checkpoint and the manifest, each flushed.
 * A process that dies on the way leaves a folder of another name, `….unfinished`, without a manifest.
 *
 * @throws {GatewayError} `log-unavailable` where the folder is there already, the log is not in order, or there is no room.
 */
export async function backUpInto(
  to: string,
  copyInto: CopyLogInto,
  options: BackupOptions,
): Promise<BackupManifest> {
  if (existsSync(to)) throw refusal(`${to} is there already: a backup is never written over`);
  const folder = `${to}.unfinished`;
  if (existsSync(folder))
    throw refusal(
      `${folder} is there: another backup runs, or one was cut off; delete it once no backup runs`,
    );
  try {
    mkdirSync(folder, { mode: 0o700 });
    await copyInto(join(folder, BACKUP_FILES.store), options.progress);
    const manifest = await describe(folder, options.nowMs);
    await options.record(manifest);
    // INVARIANT: what has the name of a backup is whole: the manifest comes last, and then the name.
    writeNewFile(join(folder, MANIFEST_FILE), formatManifest(manifest));
    flush(folder);
    renameSync(folder, to);
    flush(dirname(to));
    return manifest;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw inWords(error);
  }
}

/**
 * Copies a store and its write-ahead log into one new file, flushed.
 *
 * INVARIANT: the view is held from the first page to the last, so the copy is one instant, whatever the writer does meanwhile.
 */
export async function copyStore(
  store: string,
  copy: string,
  progress: BackupOptions['progress'] = () => undefined,
): Promise<void> {
  writeNewFile(copy, '');
  const db = new DatabaseSync(store, { readOnly: true, timeout: 1000 });
  try {
    db.exec('BEGIN; SELECT size FROM state');
    let sinceMs = performance.now();
    await backup(db, copy, {
      rate: PAGES_AT_ONCE,
      progress({ totalPages, remainingPages }) {
        progress(totalPages - remainingPages, totalPages);
        rest(performance.now() - sinceMs);
        sinceMs = performance.now();
      },
    });
  } finally {
    db.close();
  }
  makeOneFile(copy);
}

function rest(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(ms, LONGEST_REST_MS));
}

/** Without a write-ahead log the copy is one file, and reading it makes no other beside it. */
export function makeOneFile(copy: string): void {
  const db = new DatabaseSync(copy);
  try {
    db.exec('PRAGMA journal_mode = DELETE');
  } finally {
    db.close();
  }
  flush(copy);
}

/** Writes the newest checkpoint beside the store and says what the two are. */
async function describe(folder: string, nowMs: number): Promise<BackupManifest> {
  const reader = openSqliteReader(join(folder, BACKUP_FILES.store));
  const { state, note } = readAndClose(reader);
  if (note === undefined)
    throw refusal('the log holds no checkpoint yet: start a gateway on it, and make the backup then');
  writeNewFile(join(folder, BACKUP_FILES.checkpoint), note);
  const { origin, size } = parseCheckpoint(parseSignedNote(note).text);
  const files = [];
  for (const name of Object.values(BACKUP_FILES))
    files.push({ name, ...(await hashFile(join(folder, name))) });
  return {
    ...{ origin, entries: state.size, root: rootOfRange(state.range), signed: size },
    madeAt: new Date(nowMs).toISOString(),
    files,
  };
}

function readAndClose(reader: ReturnType<typeof openSqliteReader>) {
  try {
    return { state: reader.state(), note: reader.checkpoint() };
  } finally {
    reader.close();
  }
}

function inWords(error: unknown): unknown {
  const noRoom = isFull(error) || (error instanceof Error && 'code' in error && error.code === 'ENOSPC');
  return noRoom ? refusal('there is no room for the backup; nothing of it was kept', error) : error;
}

function refusal(message: string, cause?: unknown): GatewayError {
  return new GatewayError('log-unavailable', message, { cause });
}
