/** Shows a log with its cosigned checkpoint in the place of the newest, so that proofs given away carry the witnesses' word too. */
import { readFileSync, statSync } from 'node:fs';
import type { LogReader } from '../../audit-log/ports.ts';
import type { Config } from '../../config.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { NoteError, openSignedNote, parseSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';

/** While witnesses cosign, the cosigned checkpoint is a second or two old; an older one is no news any more. */
const FRESH_MS = 5000;

/**
 * @param key the log's key for checkpoints.
 * @param now milliseconds since 1970 UTC.
 * @returns the reader itself where no witnesses are named.
 */
export function preferringCosigned(
  reader: LogReader,
  { witnessesFile, cosignedFile }: Pick<Config, 'witnessesFile' | 'cosignedFile'>,
  key: VerifierKey,
  now: () => number,
): LogReader {
  if (witnessesFile === undefined) return reader;
  return {
    async checkpoint() {
      const newest = await reader.checkpoint();
      const cosigned = newest === undefined ? undefined : readCosigned(cosignedFile, key);
      return cosigned !== undefined && isAsGood(cosigned, sizeOf(newest), now()) ? cosigned.note : newest;
    },
    state: () => reader.state(),
    entries: (from, most) => reader.entries(from, most),
    dropped: (from, most) => reader.dropped(from, most),
    entriesOfExchange: (exchange) => reader.entriesOfExchange(exchange),
    checkpoints: (above, most) => reader.checkpoints(above, most),
    facts: (kind) => reader.facts(kind),
    committedFacts: () => reader.committedFacts(),
    fact: (kind, name) => reader.fact(kind, name),
    tile: (level, tile) => reader.tile(level, tile),
    hashAt: (level, index) => reader.hashAt(level, index),
    close: () => reader.close(),
  };
}

interface Cosigned {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** When the file was written, in milliseconds since 1970 UTC. */
  readonly atMs: number;
}

function isAsGood({ checkpoint, atMs }: Cosigned, newestSize: number, nowMs: number): boolean {
  if (checkpoint.size === newestSize) return true;
  return checkpoint.size < newestSize && nowMs - atMs < FRESH_MS;
}

/** Nothing where the file is not there or is not in order: the newest checkpoint is then shown as it is. */
function readCosigned(file: string, key: VerifierKey): Cosigned | undefined {
  try {
    const atMs = statSync(file).mtimeMs;
    const note = readFileSync(file, 'utf8');
    const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
    return checkpoint.origin === key.name ? { note, checkpoint, atMs } : undefined;
  } catch (error) {
    if (error instanceof NoteError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

function sizeOf(note: string | undefined): number {
  return note === undefined ? 0 : parseCheckpoint(parseSignedNote(note).text).size;
}
