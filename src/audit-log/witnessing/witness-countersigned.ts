/** How far a log is countersigned outside: what a cosigned checkpoint shows under a witness policy, in data and in words. */
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { openCosignatures } from '../../merkle/cosignature.ts';
import { openSignedNote, parseSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import { isQuorum, type WitnessPolicy } from '../../merkle/witness-policy.ts';

/** A checkpoint that enough witnesses cosigned. */
export interface Countersigned {
  readonly checkpoint: Checkpoint;
  /** When the last witness that was needed cosigned, in milliseconds since 1970 UTC. */
  readonly atMs: number;
  /** Names of those who cosigned, as the policy calls them. */
  readonly by: readonly string[];
}

/**
 * What a note shows.
 *
 * @param key of the log; its name is the log's origin.
 * @returns undefined where the log signed it and too few witnesses did.
 * @throws {NoteError} where it is no checkpoint of this log, or a signature of a known key is wrong.
 */
export function openCountersigned(
  note: string,
  key: VerifierKey,
  { witnesses, quorum }: WitnessPolicy,
): Countersigned | undefined {
  const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
  const found = openCosignatures(
    parseSignedNote(note),
    witnesses.map((witness) => witness.key),
  );
  const by: string[] = [];
  let atMs: number | undefined;
  for (const { key: cosigner, atSeconds } of found.toSorted((a, b) => a.atSeconds - b.atSeconds)) {
    by.push(witnesses.find((witness) => witness.key === cosigner)?.name ?? '');
    if (atMs === undefined && isQuorum(quorum, new Set(by))) atMs = atSeconds * 1000;
  }
  return atMs === undefined ? undefined : { checkpoint, atMs, by };
}

/**
 * The state in one sentence.
 *
 * @param entries how many the log holds.
 * @param sinceMs instant of the first entry that is not countersigned, in milliseconds; undefined where that is not known.
 */
export function countersignedInWords(
  countersigned: Countersigned | undefined,
  entries: number,
  sinceMs: number | undefined,
): string {
  if (countersigned === undefined)
    return `Nothing is countersigned outside: all ${entries} entries are attested by this log's own key alone.`;
  const outside = coveredInWords(countersigned);
  const after = entries - countersigned.checkpoint.size;
  if (after <= 0) return `${outside}; nothing came after that.`;
  const since = sinceMs === undefined ? '' : ` since ${instant(sinceMs)}`;
  return `${outside}; self-attested${since} (${after} ${after === 1 ? 'entry' : 'entries'}).`;
}

/** What is countersigned, until when and by whom, without a full stop. */
export function coveredInWords({ checkpoint, atMs, by }: Countersigned): string {
  return `Countersigned outside until ${instant(atMs)} (the first ${checkpoint.size} entries) by ${list(by)}`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}

function list(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
