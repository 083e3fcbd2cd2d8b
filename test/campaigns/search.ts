/**
 * The search campaign: `npm run campaign:search [-- --entries 10000000 --folder /tmp/search]`: a page by any filter, alone and
 * in pairs that have nothing in common, in under a second. A log that stands in the folder already is used again; `--store`
 * names another, such as one that `migrate` brought from there to a PostgreSQL.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSearchIndex } from '../../src/adapters/storage/search/log-search-index.ts';
import { removeSearchFile } from '../../src/adapters/storage/search/search-file.ts';
import type { EntryFilter } from '../../src/audit-log/finding/entry-filter.ts';
import type { EntryIndex } from '../../src/audit-log/finding/entry-index.ts';
import { findEntries } from '../../src/audit-log/finding/find-entries.ts';
import type { LogReader } from '../../src/audit-log/ports.ts';
import { openLogAtRest } from '../../src/roof/log/log-at-rest.ts';
import { LARGE_LOG_BEGINS, largeExchange, MS_BETWEEN, tagOf, writeLargeLog } from '../support/large-log.ts';

export interface SearchTime {
  readonly filter: string;
  /** Entries on the first page and the last one asked for. */
  readonly found: number;
  /** Slowest page, in milliseconds. */
  readonly ms: number;
  /** The most of the processor's time that a page took, in milliseconds. */
  readonly processorMs: number;
}

const MOST_MS = 1000;
const PAGE = 50;
const PAGES = 3;
const MIB = 1024 * 1024;

/** Every filter that a search has, some of them rare, some common, and pairs that match nothing or next to nothing. */
export function searchFilters(entries: number): readonly (readonly [string, EntryFilter])[] {
  const one = largeExchange(Math.floor(entries / 3));
  const rare = largeExchange(Math.floor(entries / 7));
  const middle = LARGE_LOG_BEGINS + (entries / 2) * MS_BETWEEN;
  return [
    ['everything', {}],
    ['kind', { kind: 'released' }],
    ['outcome', { outcome: 'refused' }],
    ['consumer', { consumer: one.consumer }],
    ['provider', { provider: one.provider }],
    ['organisation', { organisation: one.provider }],
    ['system', { system: `${one.consumer}-system` }],
    ['dataset', { dataset: one.dataset }],
    ['agreement', { agreement: { id: one.agreement } }],
    ['version of an agreement', { agreement: { id: one.agreement, version: 1 } }],
    ['purpose', { purpose: one.purpose }],
    ['reason', { reason: `${one.purpose} reason` }],
    ['code', { code: 'role-not-agreed' }],
    ['role', { role: `role of ${one.consumer}` }],
    ['an hour in the middle', { fromMs: middle, toMs: middle + 3_600_000 }],
    ['member of staff', { tagged: [[one.person]] }],
    ['case', { tagged: [[rare.caseReference]] }],
    ['person asked about', { tagged: [[rare.subject]] }],
    ['person who is not there', { tagged: [[tagOf('subject', 10 ** 9)]] }],
    ['two kinds of end, common and disjoint', { kind: 'sent', outcome: 'released' }],
    ['two systems, disjoint', { consumer: 'consumer-3', system: 'consumer-4-system' }],
    [
      'common, and a person who never did it',
      { outcome: 'released', tagged: [[one.person], [tagOf('case', 10 ** 9)]] },
    ],
    ['a word that no entry has', { purpose: 'curiosity', kind: 'released' }],
    [
      'member of staff, refused, at one provider',
      { outcome: 'refused', provider: one.provider, tagged: [[one.person]] },
    ],
    ['member of staff, in the first hour', { toMs: LARGE_LOG_BEGINS + 3_600_000, tagged: [[one.person]] }],
    ['bound to one party, of another', { party: 'consumer-3', consumer: 'consumer-4' }],
  ];
}

/** The slowest of the first pages of each filter. */
export async function timeSearches(
  parts: { readonly log: LogReader; readonly index: EntryIndex },
  entries: number,
): Promise<readonly SearchTime[]> {
  const times: SearchTime[] = [];
  for (const [name, filter] of searchFilters(entries)) {
    let before: number | undefined;
    let [found, ms, processorMs] = [0, 0, 0];
    for (let page = 0; page < PAGES; page += 1) {
      const begun = performance.now();
      const used = process.cpuUsage();
      const answer = await findEntries(parts, filter, { before, most: PAGE });
      ms = Math.max(ms, performance.now() - begun);
      const { user, system } = process.cpuUsage(used);
      processorMs = Math.max(processorMs, (user + system) / 1000);
      found += answer.entries.length;
      before = answer.next;
      if (before === undefined) break;
    }
    times.push({ filter: name, found, ms, processorMs });
  }
  return times;
}

/** The store of so many entries, written where it is not there yet. */
function storeIn(folder: string, entries: number, say: (line: string) => void): string {
  const file = join(folder, `log-${entries}.sqlite`);
  if (existsSync(file)) return file;
  const begun = performance.now();
  writeLargeLog(file, entries);
  say(`log of ${entries} entries written in ${seconds(begun)}, ${mib(file)}`);
  return file;
}

/** True where no page took a second. */
export async function searchCampaign(
  store: string,
  folder: string,
  say: (line: string) => void,
): Promise<boolean> {
  const log = await openLogAtRest(store);
  const { size: entries } = await log.state();
  const place = join(folder, 'index');
  removeSearchFile(place);
  const begun = performance.now();
  const index = openSearchIndex({ log, file: place });
  await index.follow();
  const rate = Math.round((1000 * entries) / (performance.now() - begun));
  say(`index built in ${seconds(begun)}: ${rate} entries a second, ${mib(place)}`);
  index.close();
  const opening = performance.now();
  const again = openSearchIndex({ log, file: place });
  await again.follow();
  say(`index opened again in ${seconds(opening)}`);
  const times = await timeSearches({ log, index: again }, entries);
  for (const { filter, found, ms, processorMs } of times)
    say(
      `${filter.padEnd(44)} ${String(found).padStart(4)} found ${ms.toFixed(1).padStart(8)} ms, of the processor ${processorMs.toFixed(1)}`,
    );
  again.close();
  await log.close();
  return times.every(({ ms }) => ms < MOST_MS);
}

function seconds(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}

function mib(file: string): string {
  return `${Math.round(statSync(file).size / MIB)} MiB`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      entries: { type: 'string', default: '10000000' },
      folder: { type: 'string', default: join(tmpdir(), 'search-campaign') },
      store: { type: 'string' },
    },
  });
  const { folder, entries, store } = values;
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  mkdirSync(folder, { recursive: true });
  const passed = await searchCampaign(store ?? storeIn(folder, Number(entries), say), folder, say);
  process.exitCode = passed ? 0 : 1;
}
