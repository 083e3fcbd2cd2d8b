/** Asks one witness for its cosignature of a checkpoint (C2SP tlog-witness v1.0.0), and judges what it answers. */
import { type CosignerKey, openCosignatures } from '../../merkle/cosignature.ts';
import { NoteError, type NoteSignature, parseSignedNote } from '../../merkle/signed-note.ts';
import type { LogReader } from '../ports.ts';
import { consistencyProof, type SignedCheckpoint } from '../proving/proofs.ts';
import { formatAddCheckpoint, knownSize } from './witness-request.ts';

/** The way to one witness. */
export interface WitnessLine {
  /**
   * Hands over the body of `add-checkpoint`.
   *
   * @throws {Error} with a sentence where no whole answer came in time.
   */
  ask(body: string): Promise<WitnessReply>;
  /** The newest checkpoint that the witness serves of this log, or undefined where it serves none. Never rejects. */
  served(): Promise<string | undefined>;
}

export interface WitnessReply {
  readonly status: number;
  readonly body: string;
}

export type WitnessAnswered =
  /** `signatures` are this witness's and verified; it knows the checkpoint's size now. */
  | { readonly kind: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  /** No cosignature, for a reason that says nothing about the log. */
  | { readonly kind: 'failed'; readonly why: string }
  /** It cosigned more entries of this log than the checkpoint covers. */
  | { readonly kind: 'ahead'; readonly known: number }
  /** What it cosigned of this log at `known` entries is not the beginning of this checkpoint. */
  | { readonly kind: 'contradicts'; readonly known: number };

/** A witness tells its size once; it may have cosigned for another instance of the gateway meanwhile. */
const MOST_TRIES = 3;
/** What a cosignature says of when it was made is told to people, so it must be about now. */
const MOST_APART_MS = 5 * 60_000;

export interface AskedWitness {
  readonly key: CosignerKey;
  readonly line: WitnessLine;
  /** How many entries it cosigned last, as far as that is known: 0 where it is not. */
  readonly known: number;
}

/** @param now milliseconds since 1970 UTC. */
export async function askWitness(
  { key, line, known }: AskedWitness,
  newest: SignedCheckpoint,
  reader: Pick<LogReader, 'hashAt'>,
  now: () => number,
): Promise<WitnessAnswered> {
  const { size } = newest.checkpoint;
  let oldSize = known;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (oldSize > size) return { kind: 'ahead', known: oldSize };
    const proof = oldSize === 0 || oldSize === size ? [] : await consistencyProof(reader, oldSize, size);
    const reply = await asked(line, formatAddCheckpoint({ oldSize, proof, checkpoint: newest.note }));
    if ('failed' in reply) return failed(reply.failed);
    if (reply.status === 200) return cosigned(reply.body, newest.note, key, now());
    if (reply.status === 422 && oldSize > 0) return { kind: 'contradicts', known: oldSize };
    if (reply.status !== 409) return failed(WORDS.get(reply.status) ?? `it answered ${reply.status}`);
    const told = knownSize(reply.body);
    if (told === undefined || told === oldSize)
      return failed('it answered with a conflict that says nothing');
    oldSize = told;
  }
  return failed('it says another size each time');
}

const WORDS = new Map([
  [403, 'it does not know the key of this log: give it the verifier key that `keys` prints'],
  [404, 'it does not follow this log: give it the verifier key that `keys` prints'],
]);

async function asked(line: WitnessLine, body: string): Promise<WitnessReply | { readonly failed: string }> {
  try {
    return await line.ask(body);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : 'it cannot be reached' };
  }
}

/** INVARIANT: an answer counts only where the witness's own cosignature of just this checkpoint verifies. */
function cosigned(lines: string, note: string, key: CosignerKey, nowMs: number): WitnessAnswered {
  try {
    const { text } = parseSignedNote(note);
    const { signatures } = parseSignedNote(`${text}\n${lines}`);
    const own = signatures.filter(({ name, id }) => name === key.name && Buffer.compare(id, key.id) === 0);
    const [cosignature] = openCosignatures({ text, signatures: own }, [key]);
    if (cosignature === undefined) return failed('its answer holds no cosignature of its key');
    if (Math.abs(cosignature.atSeconds * 1000 - nowMs) > MOST_APART_MS)
      return failed('its clock and ours are more than five minutes apart: set both by the same time server');
    return { kind: 'cosigned', signatures: own };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return failed(`its answer cannot be used: ${error.message}`);
  }
}

function failed(why: string): WitnessAnswered {
  return { kind: 'failed', why };
}
