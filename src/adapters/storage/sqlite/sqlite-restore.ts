/** Puts the store of a backup (docs/formats/backup.md) in its place, once it is known again and the whole log of it verifies. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  BACKUP_FILES,
  type BackupManifest,
  MANIFEST_FILE,
  readManifest,
} from '../../../audit-log/recovering/backup-manifest.ts';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { parseCheckpoint } from '../../../merkle/checkpoint.ts';
import { rootOfRange } from '../../../merkle/compact-range.ts';
import { parseSignedNote } from '../../../merkle/signed-note.ts';
import { hashFile, nameWithoutOverwriting, writeNewFile } from './durable-files.ts';
import { assertPlainTables } from './open-database.ts';
import { copyStore } from './sqlite-backup.ts';
import { isFull } from './sqlite-error.ts';
import { openSqliteReader } from './sqlite-reader.ts';

export interface RestoreOptions {
  /** Name of the log that is expected: that of its verifier key. */
  readonly origin: string;
  /** What is wrong with the log of a store, by its newest checkpoint; empty for a whole log. */
  readonly findings: (store: string, checkpoint: string) => Promise<readonly string[]>;
  /** Called now and then with how many of how many bytes or pages are copied. */
  readonly progress?: (done: number, of: number) => void;
}

/** Where the checkpoint of a restored store is kept: what the store can be verified by, whatever the head file says. */
export function checkpointBeside(store: string): string {
  return `${store}.checkpoint`;
}

/** What was restored. */
export interface RestoredLog {
  readonly entries: number;
  /** How many of them the checkpoint covers that is kept beside the store. */
  readonly signed: number;
}

/**
 * Copies the store of a backup to the new file `to`, flushed. A process that dies on the way leaves a file of another name,
 * `….unfinished`.
 *
 * @param from the folder of a backup, or the file of a store that was kept otherwise, with its write-ahead log beside it.
 * @throws {GatewayError} `log-unavailable`, in words, where the backup is not whole, is of another log or does not verify, or
 * where `to` is there already.
 */
export async function restoreStore(from: string, to: string, options: RestoreOptions): Promise<RestoredLog> {
  checkPlace(to);
  const unfinished = `${to}.unfinished`;
  forget(unfinished);
  try {
    const checkpoint = statSync(from, { throwIfNoEntry: false })?.isFile()
      ? await takeStore(from, unfinished, options)
      : await takeBackup(from, unfinished, options);
    const restored = await checkLog(unfinished, checkpoint, options);
    rmSync(checkpointBeside(to), { force: true });
    writeNewFile(checkpointBeside(to), checkpoint);
    nameWithoutOverwriting(unfinished, to);
    return restored;
  } catch (error) {
    forget(unfinished);
    throw inWords(error, to);
  }
}

/** A copy that was cut off, with the journal that SQLite would carry out in the next one of its name. */
function forget(unfinished: string): void {
  for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(`${unfinished}${ending}`, { force: true });
}

/** Takes the files of a backup as its manifest describes them; returns the checkpoint. */
async function takeBackup(folder: string, copy: string, options: RestoreOptions): Promise<string> {
  const manifest = manifestOf(folder);
  await takeFiles(folder, manifest, copy, options);
  const reader = openSqliteReader(copy);
  const { size, range } = reader.state();
  reader.close();
  if (size !== manifest.entries || Buffer.compare(rootOfRange(range), manifest.root) !== 0)
    throw refusal('the store of the backup holds other entries than its manifest says');
  return readFileSync(join(folder, BACKUP_FILES.checkpoint), 'utf8');
}

/** Takes a store that was copied by other means; returns its own newest checkpoint. */
async function takeStore(file: string, copy: string, { progress }: RestoreOptions): Promise<string> {
  openSqliteReader(file).close();
  await copyStore(file, copy, progress);
  const reader = openSqliteReader(copy);
  const checkpoint = reader.checkpoint();
  reader.close();
  if (checkpoint !== undefined) return checkpoint;
  throw refusal('the store holds no checkpoint: nothing says that it is what the gateway wrote');
}

function manifestOf(folder: string): BackupManifest {
  const file = join(folder, MANIFEST_FILE);
  const manifest = existsSync(file) ? readManifest(readFileSync(file, 'utf8')) : undefined;
  if (manifest !== undefined) return manifest;
  throw refusal(
    `${folder} is no whole backup: ${existsSync(file) ? 'its manifest cannot be read' : 'it has no manifest'}`,
  );
}

/** What stands beside a store belongs to it: SQLite would write an old write-ahead log into the new file. */
function checkPlace(to: string): void {
  for (const taken of [to, `${to}-wal`, `${to}-journal`]) {
    if (existsSync(taken))
      throw refusal(
        `${taken} is there already: a store is never written over; move it away with all its files`,
      );
  }
}

async function takeFiles(
  folder: string,
  { files }: BackupManifest,
  copy: string,
  { progress = () => undefined }: RestoreOptions,
): Promise<void> {
  for (const { name, bytes, sha256 } of files) {
    const file = join(folder, name);
    if (!existsSync(file)) throw refusal(`${file} is missing: the backup is not whole`);
    const isStore = name === BACKUP_FILES.store;
    const found = await hashFile(file, isStore ? copy : undefined, (done) => progress(done, bytes));
    if (found.sha256 !== sha256 || found.bytes !== bytes)
      throw refusal(`${file} is not as it was when the backup was made`);
  }
}

async function checkLog(
  store: string,
  checkpoint: string,
  { findings, origin }: RestoreOptions,
): Promise<RestoredLog> {
  const signed = parseCheckpoint(parseSignedNote(checkpoint).text);
  if (signed.origin !== origin)
    throw refusal(`the backup is of the log ${signed.origin}, and the key is of ${origin}`);
  checkTables(store);
  const reader = openSqliteReader(store);
  const { size } = reader.state();
  reader.close();
  const wrong = await findings(store, checkpoint);
  if (wrong.length > 0)
    throw refusal(`the log of the backup is not whole:\n${wrong.map((one) => `  - ${one}`).join('\n')}`);
  return { entries: size, signed: signed.size };
}

/** What stands in a backup may have been put there by somebody else. */
function checkTables(store: string): void {
  const db = new DatabaseSync(store, { readOnly: true });
  try {
    assertPlainTables(db);
  } finally {
    db.close();
  }
}

function inWords(error: unknown, to: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EEXIST')
    return refusal(`${to} was made by somebody else meanwhile: it is left as it is`, error);
  if (code === 'ENOSPC' || isFull(error))
    return refusal('there is no room for the store; nothing of it was kept', error);
  return error;
}

function refusal(message: string, cause?: unknown): GatewayError {
  return new GatewayError('log-unavailable', message, { cause });
}
