/** `GET /log/export`: all entries that the reader may see, or those of a time, as JSON lines that flow as they are read. */
import { type Request, Router } from 'express';
import { firstIndexAt } from '../audit-log/find-entries.ts';
import { partyEntries } from '../audit-log/party-entries.ts';
import type { LogReader } from '../audit-log/ports.ts';
import { newestCheckpoint } from '../audit-log/proofs.ts';
import {
  atDoor,
  type LogAnswer,
  type LogDoor,
  type LogReading,
  queryOf,
  type TurnedAway,
} from './log-door.ts';
import { lineOf } from './party-log.ts';

const QUERY = 'Ask with from and to (instants such as 2026-11-23T00:00:00Z) or nothing, each at most once.';
const PAGE = 1000;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.]\d{1,3})?Z$/;

/** To be mounted under `/log`. */
export function logExport(door: LogDoor, reader: LogReader): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(
    '/export',
    atDoor(door, (reading, request) => sendExport(reading, request, reader)),
  );
  return router;
}

async function sendExport(
  reading: LogReading,
  request: Request,
  reader: LogReader,
): Promise<LogAnswer | TurnedAway> {
  const times = readTimes(queryOf(request));
  if (times === undefined) return { turned: 'log-question-invalid', why: QUERY };
  const signed = (await newestCheckpoint(reader))?.checkpoint.size ?? 0;
  const first = times.fromMs === undefined ? 0 : await firstIndexAt(reader, times.fromMs, signed);
  const end = times.toMs === undefined ? signed : await firstIndexAt(reader, times.toMs, signed);
  await reading.record({ code: 'export', first, size: Math.max(0, end - first) });
  return {
    type: 'application/jsonl; charset=utf-8',
    headers: { 'Log-First': String(first), 'Log-Size': String(Math.max(first, end)) },
    body: lines(reading, reader, first, end),
  };
}

/** A page at a time, each only once the one before has gone: memory does not grow with the log. */
async function* lines(
  { sees }: LogReading,
  reader: LogReader,
  first: number,
  end: number,
): AsyncGenerator<string> {
  for (let from = first; from < end; ) {
    const page = await partyEntries(reader, sees, from, PAGE, end);
    if (page.next === from) return;
    from = page.next;
    let text = '';
    for (const entry of page.entries) text += await lineOf(entry, reader, undefined);
    if (text !== '') yield text;
  }
}

function readTimes(
  query: ReadonlyMap<string, string> | undefined,
): { fromMs: number | undefined; toMs: number | undefined } | undefined {
  if (query === undefined || [...query.keys()].some((name) => name !== 'from' && name !== 'to'))
    return undefined;
  const [fromMs, toMs] = ['from', 'to'].map((name) => instantOf(query.get(name)));
  return Number.isNaN(fromMs) || Number.isNaN(toMs) ? undefined : { fromMs, toMs };
}

/** NaN for what is no instant. */
function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return INSTANT.test(text) ? Date.parse(text) : Number.NaN;
}
