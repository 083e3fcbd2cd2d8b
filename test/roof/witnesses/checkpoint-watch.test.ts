import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { makeLogger } from '../../../src/adapters/telemetry/logger.ts';
import type { StoreState } from '../../../src/audit-log/ports.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { CheckpointWatch } from '../../../src/roof/witnesses/checkpoint-watch.ts';
import { noteKey } from '../../support/sample-log.ts';

const signer = noteKey();
let size: number;
let covered: number;
let nowMs: number;
let entries: unknown[];
let events: string[];
let watch: CheckpointWatch;

beforeEach(() => {
  size = 10;
  covered = 10;
  nowMs = 0;
  entries = [];
  events = [];
  const state: StoreState = { size: 0, range: [], seq: 0, newestAtMs: 0 };
  watch = new CheckpointWatch({
    reader: {
      state: () => ({ ...state, size }),
      checkpoint: () =>
        signer.sign(formatCheckpoint({ origin: signer.key.name, size: covered, root: Buffer.alloc(32) })),
    },
    log: { notes: { append: async (...entry: unknown[]) => entries.push(entry) as never } },
    logger: makeLogger('error'),
    metrics: { countEvent: (event) => events.push(event) },
    now: () => nowMs,
  });
});

test('a log whose entries are covered is in time', async () => {
  await watch.look();
  assert.equal(watch.lagMs, 0);
  assert.deepEqual(watch.attention(), []);
});

test('entries without a checkpoint for more than ten seconds raise one alarm, until they are covered', async () => {
  size = 12;
  for (const at of [0, 6000, 12_000, 14_000]) {
    nowMs = at;
    await watch.look();
  }
  assert.equal(watch.lagMs, 14_000);
  assert.match(watch.attention().join(), /waited for 14 seconds for a signed checkpoint/);
  assert.deepEqual(entries, [['alarm', { code: 'checkpoint-late' }]]);
  assert.deepEqual(events, ['checkpoint-late']);
  covered = 12;
  await watch.look();
  assert.deepEqual(watch.attention(), []);
  size = 13;
  for (const at of [20_000, 31_000]) {
    nowMs = at;
    await watch.look();
  }
  assert.equal(entries.length, 2);
});
