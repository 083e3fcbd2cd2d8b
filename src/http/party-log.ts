/** `GET /log/entries` for one organisation: the entries of its own exchanges, as JSON lines, with proofs where wanted. */
import { type Request, Router } from 'express';
import type { LogReader } from '../audit-log/ports.ts';
import { lineOf } from '../audit-log/proving/entry-lines.ts';
import { partyEntries } from '../audit-log/proving/party-entries.ts';
import { newestCheckpoint } from '../audit-log/proving/proofs.ts';
import {
  atDoor,
  type LogAnswer,
  type LogDoor,
  type LogReading,
  queryOf,
  type TurnedAway,
} from './log-door.ts';

const MOST = 1000;
const QUERY =
  'Ask with from (an index, 0 for the first), most (1 to 1000) and proof (yes or no), each at most once.';

/** To be mounted under `/log`. */
export function partyLog(door: LogDoor, reader: LogReader): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(
    '/entries',
    atDoor(door, (reading, request) => sendPage(reading, request, reader)),
  );
  return router;
}

async function sendPage(
  reading: LogReading,
  request: Request,
  reader: LogReader,
): Promise<LogAnswer | TurnedAway> {
  const query = readQuery(queryOf(request));
  if (query === undefined) return { turned: 'log-question-invalid', why: QUERY };
  const signed = await newestCheckpoint(reader);
  const size = signed?.checkpoint.size ?? 0;
  const page = await partyEntries(reader, reading.sees, query.from, query.most, size);
  const lines: string[] = [];
  for (const entry of page.entries) lines.push(await lineOf(entry, reader, query.proof ? signed : undefined));
  await reading.record({ code: 'entries', records: page.entries.length, first: query.from });
  return {
    type: 'application/jsonl; charset=utf-8',
    headers: {
      // The next page begins where this one ended, and later entries of the log come there too.
      Link: `</log/entries?from=${page.next}&most=${query.most}>; rel="next"`,
      'Log-Size': String(size),
    },
    body: lines.join(''),
  };
}

interface PageQuery {
  readonly from: number;
  readonly most: number;
  readonly proof: boolean;
}

function readQuery(query: ReadonlyMap<string, string> | undefined): PageQuery | undefined {
  if (query === undefined || [...query.keys()].some((name) => !['from', 'most', 'proof'].includes(name)))
    return undefined;
  const from = wholeNumber(query.get('from') ?? '0');
  const most = wholeNumber(query.get('most') ?? String(MOST));
  const proof = query.get('proof') ?? 'no';
  if (from === undefined || most === undefined || most < 1 || most > MOST || !['yes', 'no'].includes(proof))
    return undefined;
  return { from, most, proof: proof === 'yes' };
}

function wholeNumber(text: string): number | undefined {
  return /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : undefined;
}
