/** Metrics: prom-client, labels from closed lists only, never from what a caller sent. */
import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../../domain/outcome.ts';

export interface Metrics {
  countOutcome(outcome: Outcome, ms: number): void;
  countDrift(dataset: string, members: number): void;
  /** Any event that an operator should be able to count, by a name from the code. */
  countEvent(event: string): void;
  /** A number that is read whenever metrics are, under a name from the code. */
  watch(name: string, help: string, read: () => number): void;
  /** Numbers that are read whenever metrics are, by one label whose values come from a closed list; added up over threads. */
  watchEach(gauge: LabelledGauge): void;
  /** @param others what further threads have counted. */
  text(others?: readonly CountedMetrics[]): Promise<{ readonly contentType: string; readonly text: string }>;
  /** What was counted here, for the thread that tells it. */
  counted(): Promise<CountedMetrics>;
}

export interface LabelledGauge {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Value of the label, and the number. */
  readonly read: () => Iterable<readonly [string, number]>;
  /** Over several threads: their sum, or the highest. */
  readonly together: 'sum' | 'max';
}

/** Metrics of one thread as plain values. */
export type CountedMetrics = readonly object[];

/** What is asked of the log whenever metrics are read. */
export interface MeasuredLog {
  /** Number of entries; without a number where the store cannot be asked, everything else is told all the same. */
  size(): number | Promise<number>;
  /** Entries that wait to become durable. */
  waiting(): number;
  /** For how long the oldest entry without a signed checkpoint has waited, in milliseconds. */
  checkpointLagMs?(): number;
}

/**
 * Makes the registry.
 *
 * @param log undefined in a further thread: what the process and the log are like is told by the first.
 */
export function makeMetrics(log: MeasuredLog | undefined): Metrics {
  const registry = new Registry();
  if (log !== undefined) measureProcessAndLog(log, registry);
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
  return {
    countOutcome(outcome, ms) {
      exchanges.inc({ outcome: outcome.kind, code: outcome.code ?? '', dataset: outcome.dataset ?? '' });
      seconds.observe({ outcome: outcome.kind }, ms / 1000);
      if (outcome.upstreamMs !== undefined) upstreamSeconds.observe(outcome.upstreamMs / 1000);
      if (outcome.records > 0) records.inc(outcome.records);
    },
    countDrift: (dataset, members) => drift.inc({ dataset }, members),
    countEvent: (event) => events.inc({ event }),
    watch(name, help, read) {
      new Gauge({
        ...{ name, help, registers },
        collect() {
          this.set(read());
        },
      });
    },
    watchEach({ name, help, label, read, together }) {
      new Gauge({
        ...{ name, help, registers, labelNames: [label], aggregator: together },
        collect() {
          // What is not there any more is not told.
          this.reset();
          for (const [value, number] of read()) this.set({ [label]: value }, number);
        },
      });
    },
    async text(others = []) {
      const all =
        others.length === 0
          ? registry
          : AggregatorRegistry.aggregate([
              await registry.getMetricsAsJSON(),
              ...others.map((one) => [...one]),
            ]);
      return { contentType: registry.contentType, text: await all.metrics() };
    },
    counted: () => registry.getMetricsAsJSON(),
  };
}

function measureProcessAndLog(log: MeasuredLog, registry: Registry): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'gateway_log_entries',
    help: 'Entries in the audit log',
    registers,
    async collect() {
      const size = async (): Promise<number> => log.size();
      this.set(await size().catch(() => Number.NaN));
    },
  });
  new Gauge({
    name: 'gateway_log_waiting',
    help: 'Entries that wait to become durable',
    registers,
    collect() {
      this.set(log.waiting());
    },
  });
  new Gauge({
    name: 'gateway_log_checkpoint_lag_seconds',
    help: 'How long the oldest entry without a signed checkpoint has waited',
    registers,
    collect() {
      this.set((log.checkpointLagMs?.() ?? 0) / 1000);
    },
  });
}
