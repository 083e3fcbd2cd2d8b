/** Brings the entries that a restored store lacks back into it, under the writer's lock, so that no gateway starts meanwhile. */
import { existsSync, readFileSync } from 'node:fs';
import { keptLeavesOf } from '../../adapters/storage/sqlite/kept-leaves.ts';
import { openSqliteReader } from '../../adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../adapters/storage/sqlite/sqlite-store.ts';
import { erasuresDue } from '../../audit-log/keeping/replay-erasures.ts';
import { findLeafHash } from '../../audit-log/proving/leaf-index.ts';
import { type BroughtBack, bringBackEntries } from '../../audit-log/recovering/recover-entries.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import { openErasuresFile } from './erasures-file.ts';

export interface RestoredPlace {
  /** The restored store. */
  readonly store: string;
  /** The head file, which signs more than the store holds. */
  readonly head: string;
  /** The list of erasures: those that the entries tell of are added, so that the next start repeats them. */
  readonly erasures: string;
  readonly key: VerifierKey;
}

const PAGE = 500;

/**
 * @param from a file of JSON lines or a folder of entry bundles.
 * @throws {GatewayError} `log-unavailable`, in words, as `bringBackEntries` does.
 */
export async function bringBackInto(place: RestoredPlace, from: string): Promise<BroughtBack> {
  const { store, head, key } = place;
  const signed = readHead(head, key);
  if (signed === undefined)
    throw refusal('there is no head file at the place named: it says what is missing');
  if (!existsSync(store)) throw refusal(`${store} is not there: restore a backup first`);
  const kept = keptLeavesOf(from);
  const log = openSqliteStore(store);
  try {
    const { size } = log.state();
    if (size >= signed.size)
      throw refusal(`${store} holds ${size} entries already, and ${signed.size} were signed`);
    const done = await bringBackEntries(log, kept, signed);
    await listErasures(place, size, signed.size);
    return done;
  } finally {
    log.close();
  }
}

/** What a checkpoint's file signs; undefined where there is none. @throws {NoteError} where it is not of this log. */
export function readHead(
  file: string,
  key: VerifierKey,
): (Checkpoint & { readonly note: string }) | undefined {
  if (!existsSync(file)) return undefined;
  const note = readFileSync(file, 'utf8');
  return { ...parseCheckpoint(openSignedNote(note, [key])), note };
}

/** INVARIANT: who was erased in an entry that came after the backup is erased again before anything is served. */
async function listErasures({ store, erasures }: RestoredPlace, from: number, end: number): Promise<void> {
  const list = openErasuresFile(erasures);
  const reader = openSqliteReader(store);
  try {
    for (let next = from; next < end; next += PAGE) {
      const erased = reader.entries(next, PAGE).filter(({ kind }) => kind === 'erased');
      const indexes = new Map<string, number | undefined>();
      for (const hash of erased.flatMap(({ leaf }) => hashIn(leaf)))
        indexes.set(hash, await findLeafHash(reader, Buffer.from(hash, 'base64'), end));
      list.add(erasuresDue(erased, (hash) => indexes.get(hash)));
    }
  } finally {
    reader.close();
  }
}

function hashIn(leaf: Uint8Array): readonly string[] {
  const { entry }: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(leaf).toString());
  return typeof entry === 'string' ? [entry] : [];
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
