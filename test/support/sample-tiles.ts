/** A sample log and its tiles as a folder of files would hold them, for tests that read a log as tiles. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteReader, type SqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { tileBytes } from '../../src/audit-log/proving/tiles.ts';
import { tilePath, widthOfTile } from '../../src/merkle/tile-path.ts';
import { type SampleLog, writeSampleLog } from './sample-log.ts';

export interface SampleTiles {
  readonly folder: string;
  readonly log: SampleLog;
  readonly reader: SqliteReader;
  /** Path → bytes, such as `tile/0/000`. */
  readonly parts: Map<string, Uint8Array>;
}

/** A log of so many exchanges; about three entries each. */
export async function sampleTiles(exchanges: number): Promise<SampleTiles> {
  const folder = mkdtempSync(join(tmpdir(), 'sample-tiles-'));
  const log = writeSampleLog(join(folder, 'log.sqlite'), exchanges);
  const reader = openSqliteReader(log.file);
  const parts = new Map<string, Uint8Array>([['checkpoint', Buffer.from(log.head)]]);
  for (const level of ['entries', 0, 1, 2] as const) {
    for (let tile = 0; widthOfTile(level, tile, log.size) > 0; tile += 1) {
      const place = { level, tile, width: widthOfTile(level, tile, log.size) };
      const bytes = await tileBytes(reader, place, log.size);
      if (bytes !== undefined) parts.set(`tile/${tilePath(place)}`, bytes);
    }
  }
  return { folder, log, reader, parts };
}
