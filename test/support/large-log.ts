/** A log of millions of entries, written straight into a store: real leaves, hashes and sealed rows of invented exchanges. */
import { hash } from 'node:crypto';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { StoredEntry } from '../../src/audit-log/ports.ts';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { SAMPLE_ORIGIN } from './sample-log.ts';

/** 23 November 2026, 09:00 UTC; each entry is 100 milliseconds after the one before it. */
export const LARGE_LOG_BEGINS = Date.UTC(2026, 10, 23, 9);
export const MS_BETWEEN = 100;

const EPOCH = '0198c1f0-0000-4000-8000-000000000001';
const ENTRIES_OF_COMMIT = 256;
const CONSUMERS = 20;
const PROVIDERS = 5;
const PURPOSES = 30;
const PEOPLE_OF_STAFF = 5_000;
const SUBJECTS = 1_000_000;

/** What the n-th exchange is about. Its numbers are spread, so that every filter has a share of its own. */
export interface LargeExchange {
  readonly id: string;
  readonly consumer: string;
  readonly provider: string;
  readonly dataset: string;
  readonly agreement: string;
  readonly version: number;
  readonly purpose: string;
  readonly person: Buffer;
  readonly caseReference: Buffer;
  readonly subject: Buffer;
  /** One in ten is refused, and has one entry; the others have two. */
  readonly refused: boolean;
}

export function largeExchange(nth: number): LargeExchange {
  const spread = Math.imul(nth, 0x9e3779b1) >>> 0;
  const consumer = spread % CONSUMERS;
  const provider = (spread >>> 8) % PROVIDERS;
  const ms = (LARGE_LOG_BEGINS + nth * MS_BETWEEN).toString(16).padStart(12, '0');
  return {
    id: `${ms.slice(0, 8)}-${ms.slice(8)}-7aaa-8000-${nth.toString(16).padStart(12, '0')}`,
    consumer: `consumer-${consumer}`,
    provider: `provider-${provider}`,
    dataset: `dataset-${provider}-${(spread >>> 12) % 3}`,
    agreement: `DSA-2026-${100 + consumer * PROVIDERS + provider}`,
    version: 1 + (nth > 1_000_000 ? 1 : 0),
    purpose: `purpose ${(spread >>> 16) % PURPOSES}`,
    person: tagOf('staff', (spread >>> 5) % PEOPLE_OF_STAFF),
    caseReference: tagOf('case', nth >>> 2),
    subject: tagOf('subject', spread % SUBJECTS),
    refused: nth % 10 === 7,
  };
}

/** Stands for the HMAC of an identifier. */
export function tagOf(what: 'staff' | 'case' | 'subject', number: number): Buffer {
  return hash('sha256', `${what} ${number}`, 'buffer');
}

/** Writes at least so many entries; `progress` hears how many are stored. Returns their number. */
export function writeLargeLog(file: string, entries: number, progress?: (stored: number) => void): number {
  const store = openSqliteStore(file);
  const range = new CompactRange();
  let batch: StoredEntry[] = [];
  const commit = (): void => {
    const state = {
      size: range.size,
      range: range.roots(),
      seq: range.size,
      newestAtMs: batch.at(-1)?.atMs ?? 0,
    };
    store.commit([], () => ({ entries: batch, state, counters: [], facts: [] }));
    batch = [];
    progress?.(range.size);
  };
  const add = (
    kind: string,
    exchange: LargeExchange,
    members: readonly [string, string],
    row: Buffer,
  ): Buffer => {
    const index = range.size;
    const atMs = LARGE_LOG_BEGINS + index * MS_BETWEEN;
    const leaf = Buffer.from(leafText(kind, exchange, index, atMs, members));
    const hashed = Buffer.from(leafHash(leaf));
    range.append(hashed);
    batch.push({ index, leaf, leafHash: hashed, kind, exchange: exchange.id, atMs, sealed: row });
    if (batch.length >= ENTRIES_OF_COMMIT) commit();
    return hashed;
  };
  for (let nth = 0; range.size < entries; nth += 1) {
    const exchange = largeExchange(nth);
    const names = sealedRow([2, exchange.person], [3, exchange.caseReference], [5, exchange.subject]);
    if (exchange.refused) {
      add('refused', exchange, ['"after":"decision",', '"code":"role-not-agreed",'], names);
      continue;
    }
    const sent = add('sent', exchange, ['', ''], names).toString('base64');
    add('released', exchange, ['', `,"part":1,"sent":"${sent}"`], sealedRow([6, exchange.subject]));
  }
  if (batch.length > 0) commit();
  store.close();
  return range.size;
}

/** Canonical JSON, but that `last` and `part` stand where they belong only for released ones. */
function leafText(
  kind: string,
  { agreement, version, consumer, dataset, id, provider, purpose }: LargeExchange,
  index: number,
  atMs: number,
  [first, more]: readonly [string, string],
): string {
  const released = kind === 'released';
  const [code, tail] = released ? ['', more] : [more, ''];
  const at = new Date(atMs).toISOString();
  return (
    `{${first}"agreement":{"id":"${agreement}","sha256":"${SHA256}","version":${version}},"at":"${at}",${code}` +
    `"consumer":"${consumer}","dataset":"${dataset}","emergency":false,"epoch":"${EPOCH}","exchange":"${id}",` +
    `"instance":"gateway-1","kind":"${kind}",${released ? '"last":true,' : ''}"log":"${SAMPLE_ORIGIN}"${tail.split(',"sent"')[0]}` +
    `,"provider":"${provider}","purpose":"${purpose}","reason":"${purpose} reason","role":"role of ${consumer}"` +
    `${tail === '' ? '' : `,"sent"${tail.split(',"sent"')[1]}`},"seq":${index + 1},"system":"${consumer}-system","v":1}`
  );
}

const SHA256 = 'ab'.repeat(32);
const ROW_HEAD = Buffer.from('\x01\x04test', 'latin1');
const SALT = Buffer.alloc(16, 7);

function sealedRow(...items: readonly (readonly [type: number, tag: Buffer])[]): Buffer {
  return Buffer.concat([
    ROW_HEAD,
    ...items.flatMap(([type, tag]) => [Buffer.from([type, 0, 48]), SALT, tag]),
  ]);
}
