/** The disk fills in the middle of a list: no byte leaves whose entry was not stored, and the log says what may have gone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { until } from '../support/until.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const ASKING = {
  'exchange-purpose': 'council tax base',
  'exchange-reason': 'yearly council tax base',
};
const OFFICER = { system: 'westhaven-revenues-system', person: 'staff-7', roles: ['REV'] };
/** Two parts of 500 records and the beginning of a third. */
const BEFORE = 1_001;
const ALL = 4_000;

/** Makes the log's disk full, and gives room again. */
interface Disk {
  readonly settings: Record<string, string>;
  fill(gateway: WholeGateway): Promise<void>;
  makeRoom(gateway: WholeGateway): void;
}

test('a store that may not grow any more in the middle of a list', () => fillsInTheMiddle(boundedStore()));

test('a disk that is full in the middle of a list', async (t) => {
  const mounted = smallDisk();
  if (mounted === undefined) return t.skip('no disk can be mounted here');
  try {
    await fillsInTheMiddle(memoryDisk(mounted));
  } finally {
    spawnSync('umount', [mounted]);
    rmSync(mounted, { recursive: true, force: true });
  }
});

async function fillsInTheMiddle(disk: Disk): Promise<void> {
  let gateway = await wholeGateway({ settings: disk.settings });
  try {
    const parts = await cutAnswer(gateway, disk);
    disk.makeRoom(gateway);
    gateway = await gateway.restarted();
    const last = storyOf(gateway, parts).at(-1);
    assert.ok(last?.['kind'] === 'failed' || last?.['kind'] === 'recovered', String(last?.['kind']));
    assert.equal(last['part'], parts.length);
    assert.deepEqual(await findings(gateway), []);
  } finally {
    await gateway.close();
  }
}

/** Has a list cut by a full disk, and returns the entries of the parts that were stored. */
async function cutAnswer(gateway: WholeGateway, disk: Disk): Promise<readonly Leaf[]> {
  const goOn = Promise.withResolvers<void>();
  gateway.answerWith(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`{"data":[${accounts(0, BEFORE)}`);
    await goOn.promise;
    response.end(`,${accounts(BEFORE, ALL)}],"total":${ALL}}`);
  });
  const answer = ask(gateway, await gateway.token(OFFICER));
  await until('two parts', () => recordsIn(answer.text) === 1_000);
  await disk.fill(gateway);
  goOn.resolve();
  await answer.ended;
  // The caller sees that the answer is not whole, and has what was stored and nothing else.
  assert.equal(answer.complete, false);
  const stored = leavesOf(gateway).filter(({ kind }) => kind === 'released');
  assert.equal(recordsIn(answer.text), sumOf(stored, 'records'));
  assert.ok(sumOf(stored, 'records') < ALL);
  assert.equal((await fetch(`${gateway.operations}/health/live`)).status, 200);
  return stored;
}

/** 500 of them stay below the most bytes of a part. */
function accounts(from: number, end: number): string {
  return Array.from({ length: end - from }, (_, nth) =>
    JSON.stringify({ accountReference: `ACC${String(from + nth).padStart(6, '0')}`, band: 'B' }),
  ).join(',');
}

interface Received {
  text: string;
  /** True where the answer ended as it should. */
  complete: boolean;
  readonly ended: Promise<void>;
}

function ask(gateway: WholeGateway, token: string): Received {
  const ended = Promise.withResolvers<void>();
  const received: Received = { text: '', complete: false, ended: ended.promise };
  const headers = { ...ASKING, authorization: `Bearer ${token}` };
  const request = get(`${gateway.url}/council-tax-accounts/accounts?band=B`, { headers }, (response) => {
    response.on('data', (chunk) => {
      received.text += chunk;
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      received.complete = response.complete;
      ended.resolve();
    });
  });
  request.on('error', ended.reject);
  return received;
}

function recordsIn(text: string): number {
  return text.split('"band":').length - 1;
}

type Leaf = Record<string, unknown>;

function leavesOf({ settings }: WholeGateway): Leaf[] {
  const reader = openSqliteReader(settings['AUDIT_LOG_FILE'] ?? '');
  try {
    return reader.entries(0, 100_000).map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()));
  } finally {
    reader.close();
  }
}

function sumOf(leaves: readonly Leaf[], member: string): number {
  return leaves.reduce((sum, leaf) => sum + Number(leaf[member]), 0);
}

function storyOf(gateway: WholeGateway, [first]: readonly Leaf[]): Leaf[] {
  return leavesOf(gateway).filter(
    ({ exchange }) => exchange !== undefined && exchange === first?.['exchange'],
  );
}

/** What the offline verifier finds wrong. */
async function findings({ settings }: WholeGateway): Promise<readonly string[]> {
  const { checkpoint } = openKeyRing(settings['KEYS_FOLDER'] ?? '', settings['LOG_ORIGIN'] ?? '');
  const reader = openSqliteReader(settings['AUDIT_LOG_FILE'] ?? '');
  try {
    const head = readFileSync(settings['HEAD_FILE'] ?? '', 'utf8');
    return (await verifyLog(reader, { key: checkpoint.verifierKey, head })).findings;
  } finally {
    reader.close();
  }
}

/** A store of one MiB, filled with refusals. */
function boundedStore(): Disk {
  return {
    settings: { AUDIT_LOG_MOST_MB: '1' },
    async fill(gateway) {
      const authorization = `Bearer ${await gateway.token(OFFICER)}`;
      for (let status = 0, tries = 0; status !== 503; tries += 1) {
        assert.ok(tries < 5_000, 'the store is never full');
        const answers = await Promise.all(
          Array.from({ length: 10 }, () =>
            fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers: { authorization } }),
          ),
        );
        for (const answer of answers) await answer.arrayBuffer();
        status = Math.max(...answers.map((answer) => answer.status));
      }
    },
    makeRoom(gateway) {
      gateway.settings['AUDIT_LOG_MOST_MB'] = '64';
    },
  };
}

/** A disk of 100 MiB, of which something else takes what the store leaves free. */
function memoryDisk(mounted: string): Disk {
  const other = join(mounted, 'other');
  return {
    settings: { AUDIT_LOG_FILE: join(mounted, 'audit.sqlite') },
    async fill() {
      writeFileSync(other, Buffer.alloc(60 * 1024 * 1024));
      await sleep(100);
    },
    makeRoom() {
      rmSync(other);
    },
  };
}

function smallDisk(): string | undefined {
  const mounted = mkdtempSync(join(tmpdir(), 'small-disk-'));
  const options = ['-t', 'tmpfs', '-o', 'size=100m', 'tmpfs', mounted];
  if (process.getuid?.() === 0 && spawnSync('mount', options).status === 0) return mounted;
  rmSync(mounted, { recursive: true, force: true });
  return undefined;
}
