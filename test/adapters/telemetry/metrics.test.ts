import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeMetrics } from '../../../src/adapters/telemetry/metrics.ts';
import type { Outcome } from '../../../src/domain/outcome.ts';

test('counts outcomes, drift, events and the log', async () => {
  const metrics = makeMetrics({ size: () => 7, waiting: () => 2 });
  const outcome = {
    kind: 'released',
    code: undefined,
    dataset: 'blue-badges',
    records: 3,
    upstreamMs: 4,
  } as Outcome;
  metrics.countOutcome(outcome, 12);
  metrics.countDrift('blue-badges', 5);
  metrics.countEvent('keys-fetched');
  metrics.watch('gateway_witnesses_lost', 'Witnesses that do not cosign', () => 1);
  const { contentType, text } = await metrics.text();
  assert.match(contentType, /^text\/plain/);
  for (const line of [
    'gateway_exchanges_total{outcome="released",code="",dataset="blue-badges"} 1',
    'gateway_records_released_total 3',
    'gateway_undeclared_members_total{dataset="blue-badges"} 5',
    'gateway_events_total{event="keys-fetched"} 1',
    'gateway_log_entries 7',
    'gateway_log_waiting 2',
    'gateway_witnesses_lost 1',
    'gateway_exchange_seconds_count{outcome="released"} 1',
    'gateway_upstream_seconds_count 1',
  ]) {
    assert.ok(text.includes(`${line}\n`), line);
  }
});
