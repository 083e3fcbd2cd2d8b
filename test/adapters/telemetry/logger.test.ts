import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createLogger, format, transports } from 'winston';
import { logOutcome } from '../../../src/adapters/telemetry/logger.ts';
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

function lineOf(outcome: Outcome): Record<string, unknown> {
  let line = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      line += chunk;
      done();
    },
  });
  logOutcome(
    createLogger({ format: format.json(), transports: [new transports.Stream({ stream })] }),
    outcome,
    1.23456,
  );
  return JSON.parse(line);
}

test('writes one JSON line of codes and counts', () => {
  const line = lineOf(OUTCOME);
  assert.equal(line['outcome'], 'released');
  assert.equal(line['ms'], 1.23);
  assert.equal(line['level'], 'info');
});

test('names what failed by our messages, and foreign errors by class and code only', () => {
  const foreign = Object.assign(new Error('secret QQ123456C'), { code: 'ECONNRESET' });
  const cause = new GatewayError('upstream-error', 'the upstream ended early', { cause: foreign });
  const line = lineOf({ ...OUTCOME, kind: 'failed', code: 'upstream-error', cause });
  assert.deepEqual(line['why'], ['the upstream ended early upstream-error', 'Error ECONNRESET']);
  assert.ok(!JSON.stringify(line).includes('QQ123456C'));
  assert.equal(line['level'], 'error');
});
