/** `GET /log/proof/{leaf hash}` in the format of C2SP tlog-proof, and `POST /log/evidence`: a bundle about some exchanges. */
import express, { type Request, Router } from 'express';
import type { LogReader, StoredEntry } from '../audit-log/ports.ts';
import { lineOf } from '../audit-log/proving/entry-lines.ts';
import type { Evidence } from '../audit-log/proving/evidence.ts';
import { OPENABLE, type Openable } from '../audit-log/proving/evidence-manifest.ts';
import { maySee, type Sees } from '../audit-log/proving/party-entries.ts';
import { newestCheckpoint, proofOfEntry } from '../audit-log/proving/proofs.ts';
import { leafHashOf } from '../audit-log/proving/reconcile-read.ts';
import { isObject } from '../domain/leaf-shape.ts';
import { toBase64 } from '../encoding/base64.ts';
import { zip } from '../encoding/zip.ts';
import {
  atDoor,
  type LogAnswer,
  type LogDoor,
  type LogReading,
  nothingHere,
  type TurnedAway,
} from './log-door.ts';

export interface LogProofsParts {
  readonly door: LogDoor;
  readonly reader: LogReader;
  /** Index of the entry with a leaf hash; undefined where the log has none. */
  readonly findLeaf: (leafHash: Uint8Array) => Promise<number | undefined>;
  readonly evidence: (
    sees: Sees,
    exchanges: readonly string[],
    open: readonly Openable[],
  ) => Promise<Evidence | { readonly wrong: string }>;
}

const LARGEST_ORDER = '128kb';
const EXCHANGE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** To be mounted under `/log`. */
export function logProofs(parts: LogProofsParts): Router {
  const router = Router({ caseSensitive: true, strict: true });
  const { door } = parts;
  router.get(
    '/proof/:hash',
    atDoor(door, (reading, request) => sendProof(reading, request, parts)),
  );
  router.get(
    '/exchange/:id',
    atDoor(door, (reading, request) => sendExchange(reading, request, parts)),
  );
  router.post(
    '/evidence',
    // A page of another site cannot send this type, so no browser can be made to ask.
    express.text({ type: 'application/json', limit: LARGEST_ORDER }),
    atDoor(door, (reading, request) => sendEvidence(reading, request, parts)),
  );
  return router;
}

async function sendProof(
  reading: LogReading,
  { params }: Request,
  { reader, findLeaf }: LogProofsParts,
): Promise<LogAnswer | TurnedAway> {
  const hash = leafHashOf(String(params['hash']));
  if (hash === undefined)
    return nothingHere(
      'A leaf hash has 32 bytes: write it in base64url or hexadecimal, as a receipt or an entry gives it.',
    );
  const index = await findLeaf(hash);
  const [entry] = index === undefined ? [] : await reader.entries(index, 1);
  // Whether a leaf of somebody else is in the log is nobody's business: both are the same answer.
  if (entry === undefined || !(await maySee(reader, entry, reading.sees)))
    return nothingHere('No entry with this leaf hash is in the log, or none that you may read.');
  const signed = await newestCheckpoint(reader);
  const proof = signed && (await proofOfEntry(reader, entry.index, signed));
  if (proof === undefined)
    return nothingHere('The entry is in the log and not signed yet: ask again in a few seconds.');
  await reading.record({ code: 'proof', records: 1, entry: toBase64(hash) });
  return { type: 'text/plain; charset=utf-8', body: proof };
}

/** The entries of one exchange with their proofs, as JSON lines: what `prove EXCHANGE` writes to files. */
async function sendExchange(
  reading: LogReading,
  { params }: Request,
  { reader }: LogProofsParts,
): Promise<LogAnswer | TurnedAway> {
  const id = String(params['id']);
  const entries: StoredEntry[] = [];
  for (const entry of EXCHANGE.test(id) ? await reader.entriesOfExchange(id) : [])
    if (await maySee(reader, entry, reading.sees)) entries.push(entry);
  const signed = await newestCheckpoint(reader);
  if (entries.length === 0) return nothingHere('No such exchange is in the log, or none that you may read.');
  if (signed === undefined || (entries.at(-1)?.index ?? 0) >= signed.checkpoint.size)
    return nothingHere('The exchange is in the log and not signed yet: ask again in a few seconds.');
  const lines: string[] = [];
  for (const entry of entries) lines.push(await lineOf(entry, reader, signed));
  await reading.record({ code: 'proof', records: entries.length, first: entries[0]?.index ?? 0 });
  return { type: 'application/jsonl; charset=utf-8', body: lines.join('') };
}

async function sendEvidence(
  reading: LogReading,
  { body }: Request,
  { evidence }: LogProofsParts,
): Promise<LogAnswer | TurnedAway> {
  const order = parseOrder(body);
  const exchanges = isObject(order) ? order['exchanges'] : undefined;
  const open = isObject(order) ? (order['open'] ?? []) : [];
  if (!areTexts(exchanges) || !exchanges.every((id) => EXCHANGE.test(id)) || !areOpenable(open))
    return {
      turned: 'log-question-invalid',
      why: `Send exchanges, a list of ids, and open, a list of ${OPENABLE.join(', ')} or nothing.`,
    };
  const made = await evidence(reading.sees, exchanges, open);
  if ('wrong' in made) return nothingHere(made.wrong);
  await reading.record({ code: open.length === 0 ? 'evidence' : 'evidence-opened', records: made.entries });
  return { type: 'application/zip', body: zip(made.files) };
}

function parseOrder(body: unknown): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    return undefined;
  }
}

function areTexts(list: unknown): list is readonly string[] {
  return Array.isArray(list) && list.every((item) => typeof item === 'string');
}

function areOpenable(list: unknown): list is readonly Openable[] {
  return areTexts(list) && list.every((item) => OPENABLE.some((one) => one === item));
}
