/** Compares the head file with the store before anything is written: the log never signs a fork or backwards. */
import { GatewayError } from '../../domain/gateway-error.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { NoteError, openSignedNote, parseSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import type { AuditStore, HeadFile, StoreState } from '../ports.ts';
import { rootOfFirst } from '../proving/proofs.ts';

/** A store that can tell the root of a complete subtree without reading its entries. */
export interface HashReader {
  /** Root of the subtree of 2^level leaves that begins at leaf index · 2^level. */
  hashAt(level: number, index: number): Uint8Array | Promise<Uint8Array>;
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
    if ((await store.shared?.ownRun())?.known === false) return headOfOthers(store, headFile, key, stored);
    throw refusal(
      `the head file is missing, but the store holds ${state.size} entries; put the head file back from where it was kept, or, where nobody has it, open a new log with \`recover\``,
    );
  }
  const { size, root } = readHead(head, key, origin);
  if (size > state.size) {
    throw refusal(
      `the store holds ${state.size} entries, but ${size} were signed: it is a restored backup or was cut; bring the missing entries back with \`restore --entries\`, or open a new log with \`recover\``,
    );
  }
  if (!Buffer.from(root).equals(await rootAt(store, state, size)))
    throw refusal(`the first ${size} entries of the store are not those that were signed: it was changed`);
  if (stored !== undefined && sizeOf(stored) > size && store.shared === undefined) {
    throw refusal(
      `the head file is for ${size} entries, but the store has a checkpoint for ${sizeOf(stored)}: the head file is an old copy`,
    );
  }
  return head;
}

/** The first start of an instance in a log that others write to: it goes on from the last checkpoint that one of them stored. */
async function headOfOthers(
  store: AuditStore & HashReader,
  headFile: HeadFile,
  key: VerifierKey,
  stored: string | undefined,
): Promise<string | undefined> {
  if (stored === undefined) return undefined;
  const { size, root } = readHead(stored, key, key.name);
  if (!Buffer.from(root).equals(await rootOfFirst(store, size)))
    throw refusal(`the store does not hold the ${size} entries that its own checkpoint was signed for`);
  headFile.replace(undefined, stored);
  return stored;
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
async function rootAt(store: HashReader, state: StoreState, size: number): Promise<Uint8Array> {
  return size === state.size ? rootOfRange(state.range) : rootOfFirst(store, size);
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
