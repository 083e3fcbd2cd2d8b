import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExchangeLines } from '../../../src/adapters/telemetry/exchange-lines.ts';
import { GatewayError } from '../../../src/domain/gateway-error.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';

const OUTCOME: Outcome = {
  kind: 'released',
  exchange: 'id',
  code: undefined,
  consumer: 'westhaven-district-council',
  system: 'app',
  dataset: 'blue-badges',
  operation: 'look up one badge',
  agreement: 'DSA-2026-014 version 3',
  records: 1,
  withheld: 2,
  bytes: 100,
  parts: 1,
  upstreamMs: 5,
  cause: undefined,
};

function linesOf(outcomes: readonly Outcome[], enabled = ['info', 'error']): Record<string, unknown>[] {
  const written: string[] = [];
  const lines = new ExchangeLines({
    isLevelEnabled: (level) => enabled.includes(level),
    log: ({ lines }) => written.push(lines),
  });
  for (const outcome of outcomes) lines.add(outcome, 1.23456);
  lines.flush();
  return written.flatMap((text) => text.split('\n').map((line) => JSON.parse(line)));
}

test('writes one JSON line of codes and counts for each exchange', () => {
  const [line, ...more] = linesOf([OUTCOME, OUTCOME, OUTCOME]);
  assert.equal(more.length, 2);
  assert.equal(line?.['outcome'], 'released');
  assert.equal(line?.['ms'], 1.23);
  assert.equal(line?.['level'], 'info');
});

test('hands over by itself at the end of the turn', async () => {
  const written: string[] = [];
  const lines = new ExchangeLines({ isLevelEnabled: () => true, log: (entry) => written.push(entry.lines) });
  lines.add(OUTCOME, 1);
  lines.add(OUTCOME, 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(written.length, 1);
  assert.equal(written[0]?.split('\n').length, 2);
});

test('names what failed by our messages, and foreign errors by class and code only', () => {
  const foreign = Object.assign(new Error('secret QQ123456C'), { code: 'ECONNRESET' });
  const cause = new GatewayError('upstream-error', 'the upstream ended early', { cause: foreign });
  const [line] = linesOf([{ ...OUTCOME, kind: 'failed', code: 'upstream-error', cause }]);
  assert.deepEqual(line?.['why'], ['the upstream ended early upstream-error', 'Error ECONNRESET']);
  assert.ok(!JSON.stringify(line).includes('QQ123456C'));
  assert.equal(line?.['level'], 'error');
});

test('writes nothing of a level that is switched off', () => {
  assert.deepEqual(linesOf([OUTCOME], ['error']), []);
});

test('says every member of an outcome but its cause', () => {
  const outcome: Required<Outcome> = { ...OUTCOME, code: 'no-record' };
  const [line] = linesOf([outcome]);
  const { kind, cause: _, ...said } = outcome;
  for (const [name, value] of Object.entries({ ...said, outcome: kind }))
    assert.deepEqual(line?.[name], value, name);
});
