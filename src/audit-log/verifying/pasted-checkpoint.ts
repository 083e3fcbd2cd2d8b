/**
 * Finds a checkpoint in text that somebody pasted, from an e-mail for instance: quoted, wrapped, with other line ends. What was
 * bent on the way is put right only where the signature then holds, so nothing is guessed.
 */
import { fromBase64 } from '../../encoding/base64.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import {
  formatSignedNote,
  NoteError,
  type NoteSignature,
  openSignedNote,
  type VerifierKey,
} from '../../merkle/signed-note.ts';
import type { SignedCheckpoint } from '../proving/proofs.ts';

const LARGEST_TEXT = 1_000_000;
const MOST_CANDIDATES = 1000;
/** Mail clients set `> ` before what they quote, and fill lines with spaces of many kinds. */
const QUOTED = /^(?:>\s*)+/;
const NO_WIDTH = /[\u200b\u2060\ufeff]/g;
const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;
const ROOT = /^[A-Za-z0-9+/]{43}=$/;
/** An em dash, or what keyboards and mail clients make of it. */
const SIGNATURE = /^(?:\u2014|\u2013|-{1,3}|=E2=80=94) ?([^\s+]+)(?: +(.*))?$/;
const BASE64 = /^[A-Za-z0-9+/ ]+={0,2}$/;
/** Key id and signature, without and with the time of a cosignature (C2SP signed-note, tlog-cosignature). */
const SIGNATURE_BYTES = [68, 76];
const MOST_LINES_OF_ONE = 8;
const MOST_SIGNATURES = 16;

/**
 * The one checkpoint of a log in a text.
 *
 * @param key the log's key; its name is the log's origin.
 * @returns the checkpoint, and its note put right; signatures of others are kept where they could be put right.
 * @throws {NoteError} where there is none that the key signed, or there are several that differ.
 */
export function checkpointInText(text: string, key: VerifierKey): SignedCheckpoint {
  if (text.length > LARGEST_TEXT) throw new NoteError('the text is too large to look for a checkpoint in');
  const lines = text
    .split(/\r\n|\n|\r/)
    .map(unquoted)
    .filter((line) => line !== '');
  const found = new Map<string, SignedCheckpoint>();
  for (const at of candidates(lines, key.name)) {
    const signed = readAt(lines, at, key);
    if (signed !== undefined) found.set(`${signed.checkpoint.size} ${toText(signed.checkpoint)}`, signed);
  }
  const [first, ...others] = found.values();
  if (others.length > 0)
    throw new NoteError('the text holds more than one checkpoint of this log: keep the one that is meant');
  if (first !== undefined) return first;
  throw new NoteError(
    `the text holds no checkpoint that ${key.name} signed: from the line with the log's name to the end of the line that begins with a dash`,
  );
}

function unquoted(line: string): string {
  return line.replaceAll(NO_WIDTH, '').trim().replace(QUOTED, '');
}

/** Where the log's name, a size and a root stand below each other. */
function candidates(lines: readonly string[], origin: string): readonly number[] {
  const places: number[] = [];
  for (let at = 0; at + 2 < lines.length && places.length < MOST_CANDIDATES; at += 1) {
    if (lines[at] === origin && SIZE.test(lines[at + 1] ?? '') && ROOT.test(lines[at + 2] ?? ''))
      places.push(at);
  }
  return places;
}

function readAt(lines: readonly string[], at: number, key: VerifierKey): SignedCheckpoint | undefined {
  const text = `${lines.slice(at, at + 3).join('\n')}\n`;
  const signatures = signaturesBelow(lines, at + 3, key.name);
  const own = signatures.filter((one) => isOf(key, one) && holds(text, one, key));
  const [first] = own;
  if (first === undefined) return undefined;
  const others = signatures.filter((one) => !isOf(key, one));
  return { note: formatSignedNote(text, [first, ...others]), checkpoint: parseCheckpoint(text) };
}

/** Signature lines below a place and above the next checkpoint, each put together again; those that cannot be are left out. */
function signaturesBelow(lines: readonly string[], from: number, origin: string): NoteSignature[] {
  const signatures: NoteSignature[] = [];
  let at = from;
  while (at < lines.length && signatures.length < MOST_SIGNATURES) {
    const line = lines[at] ?? '';
    if (line === origin) break;
    const [, name, begun = ''] = SIGNATURE.exec(line) ?? [];
    if (name === undefined && signatures.length === 0) break;
    at += 1;
    if (name === undefined) continue;
    const bytes = joined(begun, lines.slice(at, at + MOST_LINES_OF_ONE));
    if (bytes !== undefined)
      signatures.push({ name, id: bytes.subarray(0, 4), signature: bytes.subarray(4) });
  }
  return signatures;
}

/** A signature that was wrapped: as many of the next lines as make up one of a known length. */
function joined(begun: string, next: readonly string[]): Buffer | undefined {
  let text = begun.replaceAll(' ', '');
  for (const line of [...next, '']) {
    const bytes = fromBase64(text);
    if (bytes !== undefined && SIGNATURE_BYTES.includes(bytes.length)) return bytes;
    if (!BASE64.test(line)) return undefined;
    text += line.replaceAll(' ', '');
  }
  return undefined;
}

function isOf(key: VerifierKey, { name, id }: NoteSignature): boolean {
  return name === key.name && Buffer.compare(id, key.id) === 0;
}

function holds(text: string, signature: NoteSignature, key: VerifierKey): boolean {
  try {
    openSignedNote(formatSignedNote(text, [signature]), [key]);
    return true;
  } catch (error) {
    if (error instanceof NoteError) return false;
    throw error;
  }
}

function toText({ root }: Checkpoint): string {
  return Buffer.from(root).toString('base64');
}
