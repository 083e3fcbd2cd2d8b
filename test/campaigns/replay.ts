/** `npm run campaign:replay -- [entries]`: fills a store with that many entries and measures how long a replay of them takes. */
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import { replayCommand } from '../../src/cli/replay-exchanges.ts';
import { SampleEntries, uuid } from '../support/sample-log.ts';

const IN_A_COMMIT = 2000;
const POLICIES = join(import.meta.dirname, '../../policies');

export interface ReplayRun {
  readonly entries: number;
  readonly seconds: number;
  /** Growth of the resident memory while it ran. */
  readonly grownMiB: number;
  readonly code: number;
  readonly said: string;
}

/** Writes the store, replays it under the sample policies, and takes both away. */
export async function replayCampaign(entries: number, err: (text: string) => void): Promise<ReplayRun> {
  const folder = mkdtempSync(join(tmpdir(), 'replay-campaign-'));
  try {
    const store = join(folder, 'log.sqlite');
    fill(store, entries);
    return await timed(store, tokensAreEnough(join(folder, 'policies')), entries, err);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The samples; who made the recorded exchanges proved no key. */
function tokensAreEnough(folder: string): string {
  cpSync(POLICIES, folder, { recursive: true });
  appendFileSync(join(folder, 'datasets/blue-badges.yaml'), '\ncallers must prove their key: no\n');
  return folder;
}

async function timed(
  store: string,
  policies: string,
  entries: number,
  err: (text: string) => void,
): Promise<ReplayRun> {
  let said = '';
  const io = {
    out: (text: string) => {
      said += text;
    },
    err,
    errIsTerminal: true,
  };
  const open = (file: string) => {
    const reader = openSqliteReader(file);
    reader.freeze();
    return {
      size: reader.state().size,
      entries: (from: number, most: number) => reader.hashedEntries(from, most),
      close: () => reader.close(),
    };
  };
  const before = process.memoryUsage.rss();
  const started = performance.now();
  const command = { policies, store, since: undefined, as: 'text', asTheyStand: false } as const;
  const code = await replayCommand(command, io, loadPolicyFolder, open, Date.now());
  const seconds = (performance.now() - started) / 1000;
  return { entries, seconds, grownMiB: (process.memoryUsage.rss() - before) / 1024 ** 2, code, said };
}

function fill(file: string, entries: number): void {
  const store = openSqliteStore(file);
  const sample = new SampleEntries();
  for (let number = 0; sample.size < entries; ) {
    const batch = sample.size === 0 ? [sample.begin()] : [];
    while (batch.length < IN_A_COMMIT && sample.size < entries) {
      const exchange = uuid(7, number);
      batch.push(
        sample.next(number % 2 === 0 ? 'sent' : 'refused', {
          exchange,
          ...(number % 2 === 0 ? ASKED : REFUSED),
        }),
      );
      number += 1;
    }
    const state = { size: sample.size, range: sample.roots(), seq: sample.seq, newestAtMs: sample.atMs };
    store.commit([], () => ({ entries: batch, state, counters: [], facts: [] }));
  }
  store.close();
}

const ASKED = {
  provider: 'northmere-city-council',
  consumer: 'westhaven-district-council',
  system: 'westhaven-parking-app',
  role: 'parking supervisor',
  person: { assurance: 'proved', c: 'A'.repeat(43) },
  auth: { issuer: 'https://login.westhaven.example/realms/staff', method: 'bearer', second_factor: true },
  agreement: { id: 'DSA-2026-014', version: 3, sha256: 'ab'.repeat(32) },
  policies: 'cd'.repeat(32),
  purpose: 'parking enforcement',
  reason: 'badge on display',
  case: 'A'.repeat(43),
  basis: { provider: 'public task', consumer: 'public task' },
  special: ['health'],
  emergency: false,
  dataset: 'blue-badges',
  operation: 'look up one badge',
  lookups: ['badge number'],
};
const REFUSED = {
  ...ASKED,
  auth: { ...ASKED.auth, second_factor: false },
  code: 'second-factor-missing',
  after: 'decision',
};

if (import.meta.main) {
  const entries = Number(process.argv[2] ?? 1_000_000);
  const run = await replayCampaign(entries, (text) => void process.stderr.write(text));
  console.log(run.said);
  const each = (run.seconds / entries) * 1e6;
  console.log(
    `${entries.toLocaleString('en-GB')} entries judged again in ${run.seconds.toFixed(1)} s (${each.toFixed(1)} us each), memory ${run.grownMiB.toFixed(0)} MiB above that before`,
  );
}
