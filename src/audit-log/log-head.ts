/** Compares the head file with the store before anything is written: the log never signs a fork or backwards. */
import { GatewayError } from '../domain/gateway-error.ts';
import { type Checkpoint, parseCheckpoint } from '../merkle/checkpoint.ts';
import { rootOfRange } from '../merkle/compact-range.ts';
import { NoteError, openSignedNote, parseSignedNote, type VerifierKey } from '../merkle/signed-note.ts';
import { subtreeRoot } from '../merkle/subtree.ts';
import type { AuditStore, HeadFile, StoreState } from './ports.ts';

/** A store that can tell the root of a complete subtree without reading its entries. */
export interface HashReader {
  /** Root of the subtree of 2^level leaves that begins at leaf index · 2^level. */
  hashAt(level: number, index: number): Uint8Array;
}

/**
 * The checkpoint that the head file holds, once it is certain that the store goes on from it; undefined for a new log.
 *
 * @throws {GatewayError} `log-unavailable`, naming what does not fit: a restored backup, a changed store, a lost head file,
 * another log's or another key's head file.
 */
export async function trustedHead(
  store: AuditStore & HashReader,
  headFile: HeadFile,
  key: VerifierKey,
  origin: string,
  state: StoreState,
): Promise<string | undefined> {
  const head = headFile.read();
  const stored = await store.checkpoint();
  if (head === undefined) {
    if (stored === undefined && state.size === 0) return undefined;
    throw refusal(
      `the head file is missing, but the store holds ${state.size} entries; put the head file back from where it was kept`,
    );
  }
  const { size, root } = readHead(head, key, origin);
  if (size > state.size) {
    throw refusal(
      `the store holds ${state.size} entries, but ${size} were signed: it is a restored backup or was cut; bring back the missing entries`,
    );
  }
  if (!Buffer.from(root).equals(rootAt(store, state, size)))
    throw refusal(`the first ${size} entries of the store are not those that were signed: it was changed`);
  if (stored !== undefined && sizeOf(stored) > size) {
    throw refusal(
      `the head file is for ${size} entries, but the store has a checkpoint for ${sizeOf(stored)}: the head file is an old copy`,
    );
  }
  return head;
}

function readHead(head: string, key: VerifierKey, origin: string): Checkpoint {
  let checkpoint: Checkpoint;
  try {
    checkpoint = parseCheckpoint(openSignedNote(head, [key]));
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw refusal(`the head file is not a checkpoint of this log's key: ${error.message}`);
  }
  if (checkpoint.origin !== origin) throw refusal('the head file belongs to a log of another origin');
  return checkpoint;
}

function sizeOf(note: string): number {
  return parseCheckpoint(parseSignedNote(note).text).size;
}

/** The root over the first `size` entries. */
function rootAt(store: HashReader, state: StoreState, size: number): Uint8Array {
  if (size === state.size) return rootOfRange(state.range);
  return subtreeRoot(0, size, (level, index) => store.hashAt(level, index));
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
