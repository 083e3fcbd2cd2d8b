/** Metrics: prom-client, labels from closed lists only, never from what a caller sent. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../../domain/outcome.ts';

export interface Metrics {
  countOutcome(outcome: Outcome, ms: number): void;
  countDrift(dataset: string, members: number): void;
  /** Any event that an operator should be able to count, by a name from the code. */
  countEvent(event: string): void;
  text(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Makes the registry. `log` is asked for the size of the log whenever metrics are read. */
export function makeMetrics(log: () => { readonly size: number; readonly waiting: number }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const exchanges = new Counter({
    name: 'gateway_exchanges_total',
    help: 'Exchanges by how they ended',
    labelNames: ['outcome', 'code', 'dataset'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_exchange_seconds',
    help: 'Time from request to answer',
    labelNames: ['outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const upstreamSeconds = new Histogram({
    name: 'gateway_upstream_seconds',
    help: 'Time until the upstream answered with its headers',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const records = new Counter({
    name: 'gateway_records_released_total',
    help: 'Records released',
    registers,
  });
  const drift = new Counter({
    name: 'gateway_undeclared_members_total',
    help: 'Members that arrived and that the dataset does not declare',
    labelNames: ['dataset'],
    registers,
  });
  const events = new Counter({
    name: 'gateway_events_total',
    help: 'Things that an operator should know of',
    labelNames: ['event'],
    registers,
  });
  new Gauge({
    name: 'gateway_log_entries',
    help: 'Entries in the audit log',
    registers,
    collect() {
      this.set(log().size);
    },
  });
  new Gauge({
    name: 'gateway_log_waiting',
    help: 'Entries that wait to become durable',
    registers,
    collect() {
      this.set(log().waiting);
    },
  });
  return {
    countOutcome(outcome, ms) {
      exchanges.inc({ outcome: outcome.kind, code: outcome.code ?? '', dataset: outcome.dataset ?? '' });
      seconds.observe({ outcome: outcome.kind }, ms / 1000);
      if (outcome.upstreamMs !== undefined) upstreamSeconds.observe(outcome.upstreamMs / 1000);
      if (outcome.records > 0) records.inc(outcome.records);
    },
    countDrift: (dataset, members) => drift.inc({ dataset }, members),
    countEvent: (event) => events.inc({ event }),
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
