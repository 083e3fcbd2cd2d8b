/** `GET /log/export`: all entries that the reader may see, or those of a time, as JSON lines that flow as they are read. */
import { type Request, Router } from 'express';
import { firstIndexAt } from '../audit-log/finding/find-entries.ts';
import type { LogReader } from '../audit-log/ports.ts';
import type { Sees } from '../audit-log/proving/party-entries.ts';
import { newestCheckpoint } from '../audit-log/proving/proofs.ts';
import {
  atDoor,
  type LogAnswer,
  type LogDoor,
  type LogReading,
  queryOf,
  type TurnedAway,
} from './log-door.ts';

const QUERY =
  'Ask with from and to (instants such as 2026-11-23T00:00:00Z), first (an index) and size (how many), each at most once, or with nothing.';
const PAGE = 256;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.]\d{1,3})?Z$/;

/** A page of lines for whoever `sees` them, from index `from` on, and where the next begins. */
export type PageOfLines = (asked: {
  readonly sees: Sees;
  readonly from: number;
  readonly most: number;
  readonly upTo: number;
}) => Promise<{ readonly lines: string; readonly next: number }>;

/** To be mounted under `/log`. */
export function logExport(door: LogDoor, reader: LogReader, pages: PageOfLines): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(
    '/export',
    atDoor(door, (reading, request) => sendExport(reading, request, reader, pages)),
  );
  return router;
}

async function sendExport(
  reading: LogReading,
  request: Request,
  reader: LogReader,
  pages: PageOfLines,
): Promise<LogAnswer | TurnedAway> {
  const asked = readQuery(queryOf(request));
  if (asked === undefined) return { turned: 'log-question-invalid', why: QUERY };
  const { fromMs, toMs } = asked;
  const signed = (await newestCheckpoint(reader))?.checkpoint.size ?? 0;
  const first = Math.max(asked.first, fromMs === undefined ? 0 : await firstIndexAt(reader, fromMs, signed));
  const last = toMs === undefined ? signed : await firstIndexAt(reader, toMs, signed);
  const end = Math.max(first, Math.min(last, asked.first + asked.size));
  await reading.record({ code: 'export', first, size: end - first });
  return {
    type: 'application/jsonl; charset=utf-8',
    headers: { 'Log-First': String(first), 'Log-Size': String(end) },
    body: lines(reading, pages, first, end),
  };
}

/** A page at a time, each only once the one before has gone: memory does not grow with the log. */
async function* lines(
  { sees }: LogReading,
  pages: PageOfLines,
  first: number,
  upTo: number,
): AsyncGenerator<string> {
  for (let from = first; from < upTo; ) {
    const page = await pages({ sees, from, most: PAGE, upTo });
    if (page.next === from) return;
    from = page.next;
    if (page.lines !== '') yield page.lines;
  }
}

interface ExportQuery {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly first: number;
  readonly size: number;
}

function readQuery(query: ReadonlyMap<string, string> | undefined): ExportQuery | undefined {
  const known = ['from', 'to', 'first', 'size'];
  if (query === undefined || [...query.keys()].some((name) => !known.includes(name))) return undefined;
  const [fromMs, toMs] = ['from', 'to'].map((name) => instantOf(query.get(name)));
  const first = numberOf(query.get('first') ?? '0');
  const size = numberOf(query.get('size') ?? String(MOST_ENTRIES));
  const wrong = [fromMs, toMs, first, size].some((value) => Number.isNaN(value));
  return wrong ? undefined : { fromMs, toMs, first, size };
}

/** More than any log holds. */
const MOST_ENTRIES = 999_999_999_999_999;

/** NaN for what is no whole number. */
function numberOf(text: string): number {
  return /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : Number.NaN;
}

/** NaN for what is no instant. */
function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return INSTANT.test(text) ? Date.parse(text) : Number.NaN;
}
