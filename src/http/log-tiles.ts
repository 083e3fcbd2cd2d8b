/** The log as tiles (C2SP tlog-tiles): `/log/checkpoint`, `/log/tile/<L>/<N>` and `/log/tile/entries/<N>`. */
import { type Request, Router } from 'express';
import type { LogReader } from '../audit-log/ports.ts';
import { newestCheckpoint } from '../audit-log/proving/proofs.ts';
import { tileBytes } from '../audit-log/proving/tiles.ts';
import { parseTilePath, TILE_WIDTH } from '../merkle/tile-path.ts';
import {
  atDoor,
  type LogAnswer,
  type LogDoor,
  type LogReading,
  nothingHere,
  type TurnedAway,
} from './log-door.ts';

const NO_TILE =
  'The log has no such tile: see https://c2sp.org/tlog-tiles, and ask for /log/checkpoint first.';

/** To be mounted under `/log`. */
export function logTiles(door: LogDoor, reader: LogReader): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.get(
    '/checkpoint',
    atDoor(door, () => sendCheckpoint(reader)),
  );
  router.get(
    /^\/tile\/.+$/,
    atDoor(door, (reading, request) => sendTile(reading, request, reader)),
  );
  return router;
}

/** The checkpoint tells how much is shared and nothing of it, and changes all the time: reading it is no entry. */
async function sendCheckpoint(reader: LogReader): Promise<LogAnswer | TurnedAway> {
  const signed = await newestCheckpoint(reader);
  if (signed === undefined) return nothingHere('The log has no checkpoint yet: ask again in a few seconds.');
  return { type: 'text/plain; charset=utf-8', body: signed.note };
}

async function sendTile(
  reading: LogReading,
  { path }: Request,
  reader: LogReader,
): Promise<LogAnswer | TurnedAway> {
  const place = parseTilePath(path.slice('/tile/'.length));
  if (place === undefined) return nothingHere(NO_TILE);
  // INVARIANT: a bundle holds everybody's entries, so only who sees all of them gets one; others have /log/entries.
  if (place.level === 'entries' && reading.sees !== 'all')
    return {
      turned: 'log-not-yours',
      why: 'Bundles hold the entries of every organisation: read your own at /log/entries.',
    };
  const size = (await newestCheckpoint(reader))?.checkpoint.size ?? 0;
  const bytes = await tileBytes(reader, place, size);
  if (bytes === undefined) return nothingHere(NO_TILE);
  // Hashes say nothing of an entry to whoever does not have it: reading them is no entry, reading entries is.
  if (place.level === 'entries')
    await reading.record({ code: 'bundle', records: place.width, first: place.tile * TILE_WIDTH });
  return { type: 'application/octet-stream', body: bytes };
}
