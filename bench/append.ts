/** Prints how many entries a second the audit log makes durable, beside what the disk alone can do. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { startLogWriter } from '../src/audit-log/writing/start-log-writer.ts';
import type { EntryDraft } from '../src/domain/audit-entry.ts';
import type { DurableReceipt } from '../src/domain/receipt.ts';
import { exchangeId } from '../src/exchange/exchange-id.ts';
import { releasedDraft, sentDraft } from '../test/support/drafts.ts';
import { logFolder } from '../test/support/log-folder.ts';
import { ownServer, type PostgresServer } from '../test/support/postgres-server.ts';

const ROUNDS = 3;
const ROUND_MS = 1500;
const AT_ONCE = [1, 8, 64, 256];

interface Measured {
  readonly perSecond: number;
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
}

/** Appends of 1.3 KiB, each followed by fdatasync, as a store without group commit would do it. */
function rawSyncs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'sharing-gateway-sync-'));
  const file = openSync(join(folder, 'raw'), 'w');
  const bytes = Buffer.alloc(1300, 120);
  const end = performance.now() + ROUND_MS;
  let syncs = 0;
  for (; performance.now() < end; syncs += 1) {
    writeSync(file, bytes);
    fdatasyncSync(file);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return syncs / (ROUND_MS / 1000);
}

/** So many exchanges at once, each a `sent` and a `released` entry with one person found, as the gateway drafts them. */
async function appends(atOnce: number, postgres: PostgresServer | undefined): Promise<Measured> {
  const folder = logFolder();
  const storeAddress = postgres?.address(await postgres.createDatabase());
  const { log, close } = await startLogWriter(
    folder.start(
      storeAddress === undefined
        ? {}
        : { storeAddress: { connectionString: storeAddress, shown: 'PostgreSQL' } },
    ),
  );
  const waits: number[] = [];
  let end = 0;
  const timed = async (draft: Parameters<typeof log.append>[0]) => {
    const from = performance.now();
    const receipt = await log.append(draft);
    waits.push(performance.now() - from);
    return receipt;
  };
  const work = async () => {
    while (performance.now() < end) {
      const exchange = exchangeId(Date.now());
      const sent = await timed(sentDraft(exchange, Date.now()));
      const released = await timed(answered(exchange, sent));
      released.header();
    }
  };
  end = performance.now() + 300;
  await Promise.all(Array.from({ length: atOnce }, work));
  waits.length = 0;
  const cpu = process.cpuUsage();
  const from = performance.now();
  end = from + ROUND_MS;
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - from) / 1000;
  const used = process.cpuUsage(cpu);
  await close();
  folder.remove();
  waits.sort((one, other) => one - other);
  const at = (share: number) => waits[Math.floor(waits.length * share)] ?? 0;
  return {
    perSecond: waits.length / seconds,
    cpuMicros: (used.user + used.system) / waits.length,
    p50: at(0.5),
    p99: at(0.99),
  };
}

const BODY_SHA256 = Buffer.alloc(32, 7);

/** The commitments of the `sent` entry stand in the `released` one again. */
function answered(exchange: string, { leafHash, commitments }: DurableReceipt): EntryDraft {
  const draft = releasedDraft(exchange, Date.now(), leafHash);
  const { asked = [], subjects = [] } = draft.sealed;
  return { ...draft, sealed: { named: commitments, asked, subjects, bodySha256: BODY_SHA256 } };
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}

const STORES = ['SQLite', 'PostgreSQL'] as const;
const rows: Record<string, string>[] = [];
const raw: number[] = [];
const measured = new Map<string, Measured[]>();
const postgres = await ownServer({ on: 'disk' });
for (let round = 0; round < ROUNDS; round += 1) {
  raw.push(rawSyncs());
  for (const atOnce of AT_ONCE) {
    for (const store of STORES) {
      const cell = `${store} ${atOnce}`;
      const result = await appends(atOnce, store === 'SQLite' ? undefined : postgres);
      measured.set(cell, [...(measured.get(cell) ?? []), result]);
    }
  }
}
await postgres.stop();
for (const store of STORES) {
  for (const atOnce of AT_ONCE) {
    const results = measured.get(`${store} ${atOnce}`) ?? [];
    const of = (pick: (result: Measured) => number) => median(results.map(pick));
    rows.push({
      store,
      'exchanges at once': String(atOnce),
      'entries/s': of(({ perSecond }) => perSecond).toFixed(0),
      'times raw fdatasync': (of(({ perSecond }) => perSecond) / median(raw)).toFixed(2),
      'CPU µs per entry': of(({ cpuMicros }) => cpuMicros).toFixed(1),
      'p50 ms': of(({ p50 }) => p50).toFixed(2),
      'p99 ms': of(({ p99 }) => p99).toFixed(2),
    });
  }
}
console.log(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model}, ${tmpdir()}`);
console.log(
  `SQLite: WAL, synchronous=FULL; PostgreSQL on the same disk: synchronous_commit=on; medians of ${ROUNDS} rounds of ${ROUND_MS} ms, interleaved`,
);
console.log(`raw fdatasync of 1,300 bytes: ${median(raw).toFixed(0)}/s`);
console.log('CPU is that of the process that appends; the server of PostgreSQL has its own beside it');
console.table(rows);
