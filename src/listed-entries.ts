/** Lists entries for the operator. Reading the log is itself an entry. */
import type { SqliteReader } from './adapters/storage/sqlite/sqlite-reader.ts';
import type { StoredEntry } from './audit-log/ports.ts';
import type { StartedLog } from './audit-log/start-log-writer.ts';
import { toBase64 } from './encoding/base64.ts';
import type { EntryQuery, ListedEntry } from './http/operations-app.ts';

/** The entries, after the `read` entry that says how many were read is durable; the reader is not proved here. */
export async function listEntries(
  query: EntryQuery,
  reader: SqliteReader,
  log: StartedLog,
): Promise<ListedEntry[]> {
  const found = find(query, reader);
  await log.notes.append('read', { code: 'list', records: found.length });
  return found.map(({ index, leaf, leafHash }) => ({
    index,
    leafHash: toBase64(leafHash),
    leaf: JSON.parse(Buffer.from(leaf).toString()),
  }));
}

function find(query: EntryQuery, reader: SqliteReader): readonly StoredEntry[] {
  const { most, before, exchange, kind } = query;
  if (exchange !== undefined) {
    const entries = reader
      .entriesOfExchange(exchange)
      .filter((entry) => kind === undefined || entry.kind === kind);
    return entries.slice(0, most).reverse();
  }
  return reader.find(
    { ...(kind === undefined ? {} : { kind }), ...(before === undefined ? {} : { before }) },
    most,
  );
}
