import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig } from '../../../src/config.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import { LogQuestionsThread } from '../../../src/roof/log/log-questions.ts';
import { environment } from '../../support/whole-gateway.ts';

const threadUrl = new URL('../../support/failing-reader-thread.ts', import.meta.url);
const config = readConfig({
  ...environment('/tmp'),
  ...Object.fromEntries(
    ['POLICIES_FOLDER', 'KEYS_FOLDER', 'PINNED_KEYS_FILE', 'UPSTREAM_SECRETS_FILE'].map((name) => [
      name,
      '/tmp',
    ]),
  ),
});
const SEARCH = { filter: {}, most: 1 };

test('a question that fells the thread is refused, others go on after a moment, and no message of it is told', async () => {
  const faults: string[] = [];
  const questions = new LogQuestionsThread({ config, threadUrl, onFault: (fault) => faults.push(fault) });
  assert.deepEqual(await questions.ask('progress', {}), { indexed: 1, size: 2 });
  const [first, second] = await Promise.allSettled([
    questions.ask('search', SEARCH),
    questions.ask('search', SEARCH),
  ]);
  for (const felled of [first, second]) {
    assert.equal(felled.status, 'rejected');
    assert.ok(felled.status === 'rejected' && felled.reason instanceof GatewayError);
    assert.equal(felled.reason.code, 'log-unavailable');
  }
  await assert.rejects(questions.ask('progress', {}), /cannot be answered now/);
  await wait(1500);
  assert.deepEqual(await questions.ask('progress', {}), { indexed: 1, size: 2 });
  assert.ok(
    faults.some((fault) => fault.includes('TypeError')),
    faults.join(),
  );
  assert.ok(!faults.join().includes('QQ123456C'));
  await questions.close();
});

test('a defect of one question is told to the operator by its kind, and to who asked without it', async () => {
  const faults: string[] = [];
  const questions = new LogQuestionsThread({ config, threadUrl, onFault: (fault) => faults.push(fault) });
  await assert.rejects(
    questions.ask('list', { exchange: 'x', most: 1 }),
    /^GatewayError: the question cannot/,
  );
  assert.deepEqual(faults, ['TypeError']);
  await questions.close();
});

test('a closed end refuses what still waits, and its thread is not started again', async () => {
  const faults: string[] = [];
  const questions = new LogQuestionsThread({ config, threadUrl, onFault: (fault) => faults.push(fault) });
  await questions.ask('progress', {});
  await questions.close();
  await assert.rejects(questions.ask('progress', {}), /cannot be answered now/);
  assert.deepEqual(faults, []);
});
