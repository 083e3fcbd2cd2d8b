/** Reads what a party kept of its exchanges: JSON lines or CSV (RFC 4180) with ids, leaf hashes or receipts, and times. */
import { isObject } from '../../domain/leaf-shape.ts';
import { fromBase64, fromBase64url, toBase64 } from '../../encoding/base64.ts';
import { HASH_BYTES, leafHash as hashOfLeaf } from '../../merkle/hash.ts';
import type { ReconciledEntry } from './reconcile.ts';

/** Names under which systems keep these; letters, case and what stands between words do not matter. */
const COLUMNS: Readonly<Record<'exchange' | 'leafHash' | 'receipt' | 'at' | 'leaf', readonly string[]>> = {
  exchange: ['exchange', 'exchangeid', 'id'],
  leafHash: ['leafhash', 'hash'],
  receipt: ['receipt', 'auditreceipt'],
  at: ['at', 'time', 'timestamp', 'received'],
  leaf: ['leaf'],
};
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Version, then the leaf hash (docs/formats/receipt.md). */
const RECEIPT_HEAD_BYTES = 1 + HASH_BYTES;

/** A line cannot be read. The message names the line and quotes nothing of it. */
export class ReconcileError extends Error {
  override readonly name = 'ReconcileError';
}

/**
 * The entries of a file. Lines of a log's own entries that are of no exchange are passed over.
 *
 * @throws {ReconcileError} naming the first line that is not of this form.
 */
export function readKeptEntries(text: string): readonly ReconciledEntry[] {
  const source = text.replace(/^\ufeff/, '');
  const rows = source.trimStart().startsWith('{') ? jsonRows(source) : csvRows(source);
  return rows.flatMap(({ line, row }) => entryOf(row, line) ?? []);
}

interface Row {
  readonly line: number;
  readonly row: ReadonlyMap<string, string>;
}

function jsonRows(text: string): Row[] {
  return text.split(/\r?\n/).flatMap((json, at) => {
    if (json.trim() === '') return [];
    const parsed = parseJson(json);
    if (!isObject(parsed)) throw new ReconcileError(`line ${at + 1} is not a JSON object`);
    const pairs = Object.entries(parsed).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[plain(name), value]] : [],
    );
    return [{ line: at + 1, row: new Map(pairs) }];
  });
}

function csvRows(text: string): Row[] {
  const lines = csvRecords(text);
  const [head, ...rest] = lines;
  if (head === undefined) return [];
  const names = head.cells.map(plain);
  if (!names.some((name) => COLUMNS.exchange.includes(name) || COLUMNS.receipt.includes(name)))
    throw new ReconcileError('line 1 does not name a column `exchange` or `receipt`');
  return rest.map(({ line, cells }) => {
    if (cells.length !== names.length)
      throw new ReconcileError(`line ${line} has ${cells.length} columns and not ${names.length}`);
    return { line, row: new Map(names.map((name, at) => [name, cells[at] ?? ''])) };
  });
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function csvRecords(text: string): { line: number; cells: string[] }[] {
  const records: { line: number; cells: string[] }[] = [];
  let cells: string[] = [];
  let line = 1;
  let begun = 1;
  for (CELL.lastIndex = 0; CELL.lastIndex < text.length || cells.length > 0; ) {
    const found = CELL.exec(text);
    if (found === null)
      throw new ReconcileError(`line ${line} is not CSV: a quote is open or in the wrong place`);
    const [whole, quoted, bare, end] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    line += whole.split('\n').length - 1;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '') records.push({ line: begun, cells });
    cells = [];
    begun = line;
    if (CELL.lastIndex >= text.length) break;
  }
  return records;
}

function entryOf(row: ReadonlyMap<string, string>, line: number): ReconciledEntry | undefined {
  const take = (of: keyof typeof COLUMNS): string | undefined =>
    COLUMNS[of].map((name) => row.get(name)?.trim()).find((value) => value !== undefined && value !== '');
  const leaf = take('leaf');
  if (leaf !== undefined) return entryOfLeaf(leaf, line);
  const exchange = take('exchange')?.toLowerCase();
  if (exchange === undefined || !UUID.test(exchange))
    throw new ReconcileError(`line ${line} names no exchange: its id, as the header Exchange-Id gives it`);
  return {
    exchange,
    leafHash: hashOf(take('leafHash'), take('receipt'), line),
    atMs: instantOf(take('at'), line),
  };
}

/** A line of `export entries` or of `GET /log/entries`: the hash is worked out of the leaf, not believed. */
function entryOfLeaf(leaf: string, line: number): ReconciledEntry | undefined {
  const said = parseJson(leaf);
  if (!isObject(said)) throw new ReconcileError(`line ${line} holds a leaf that is not JSON`);
  const { exchange, at } = said;
  if (typeof exchange !== 'string') return undefined;
  const leafHash = toBase64(hashOfLeaf(Buffer.from(leaf)));
  return { exchange, leafHash, atMs: instantOf(typeof at === 'string' ? at : undefined, line) };
}

function hashOf(hash: string | undefined, receipt: string | undefined, line: number): string | undefined {
  if (receipt !== undefined) {
    const bytes = fromBase64url(receipt);
    if (bytes === undefined || bytes.length < RECEIPT_HEAD_BYTES || bytes[0] !== 1)
      throw new ReconcileError(`line ${line} holds a receipt that is none`);
    return toBase64(bytes.subarray(1, RECEIPT_HEAD_BYTES));
  }
  if (hash === undefined) return undefined;
  const bytes = leafHashOf(hash);
  if (bytes === undefined)
    throw new ReconcileError(`line ${line} holds a leaf hash that is not 32 bytes in base64 or hexadecimal`);
  return toBase64(bytes);
}

/** A leaf hash as people hand it on: standard base64, base64url or hexadecimal; undefined for anything else. */
export function leafHashOf(text: string): Buffer | undefined {
  const bytes = /^[0-9a-fA-F]{64}$/.test(text)
    ? Buffer.from(text, 'hex')
    : (fromBase64(text) ?? fromBase64url(text));
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

function instantOf(text: string | undefined, line: number): number | undefined {
  if (text === undefined) return undefined;
  // A time without its zone could be an hour off: that would be called late, or hide what is.
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.]\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text))
    throw new ReconcileError(
      `line ${line} holds a time that is not ISO 8601 with its zone, such as 2026-11-23T12:00:00Z`,
    );
  const ms = Date.parse(text.replace(' ', 'T'));
  if (Number.isNaN(ms)) throw new ReconcileError(`line ${line} holds a time that does not exist`);
  return ms;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z]/g, '');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
