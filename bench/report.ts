/** The benchmark's result in plain words and tables: machine, settings, figures, ratios, goals, what limits. */
import type { durableWrites } from './disk.ts';
import type { TokenAlgorithm } from './issuer.ts';
import type { Machine } from './machine.ts';
import type { Sample } from './measure.ts';
import { figuresTable, gatewayCores, ratiosTable, type Samples } from './rounds.ts';
import { type SendersReport, sendersText } from './senders.ts';
import type { FixedRate, LongStream } from './shown.ts';
import { GATEWAY } from './stacks.ts';
import { median } from './statistics.ts';
import { figure, markdownTable } from './table.ts';

export interface Report {
  readonly machine: Machine;
  readonly upstream: string;
  readonly load: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: { readonly first: number; readonly further: number };
  readonly sizes: readonly { readonly cell: string; readonly bytes: number; readonly connections: number }[];
  readonly samples: Samples;
  readonly fresh: Readonly<Record<TokenAlgorithm, ReadonlyMap<string, readonly Sample[]>>>;
  readonly senders: SendersReport;
  readonly rate: readonly FixedRate[];
  readonly stream: LongStream;
  readonly disk: ReturnType<typeof durableWrites>;
  /** Share of all cores that other programs used before the run. */
  readonly others: number;
  /** CPU seconds that the host took away, per second. */
  readonly stolen: number;
}

/** A machine whose cores other programs use less than this counts as quiet. */
const QUIET = 0.1;

/** The whole text, Markdown. */
export function reportText(report: Report): string {
  return [
    '# What the gateway costs',
    settings(report),
    '## Requests and memory',
    figuresTable(report.samples),
    '## Beside the references, round by round',
    ratiosTable(report.samples),
    limits(report),
    `## A list of ${figure(report.stream.inputMiB)} MiB`,
    streamText(report.stream),
    '## A fresh token on every request',
    freshTable(report),
    '## Senders that prove a key',
    sendersText(report.senders),
    '## Latency at 500 requests a second',
    rateTable(report.rate),
  ].join('\n\n');
}

function settings({
  machine,
  upstream,
  load,
  rounds,
  seconds,
  warmUp,
  sizes,
  disk,
  others,
  stolen,
}: Report): string {
  const pinned =
    machine.taskset === undefined
      ? 'Processes are not pinned: this machine cannot, or has one core.'
      : 'The measured process, all its threads included, is pinned to core 1; load and upstream to core 0.';
  return [
    `Machine: ${machine.description}.`,
    pinned,
    `Load: ${load}. Upstream: ${upstream}. ${rounds} rounds of ${seconds} s, stacks in turns, the order rotated each round; before that ${warmUp.first} s of warm-up at the first size and ${warmUp.further} s at each other, for every stack alike.`,
    `Answers of the provider: ${sizes.map(({ cell, bytes, connections }) => `${cell} (${bytes.toLocaleString('en-GB')} bytes, ${connections} connections)`).join(', ')}; 24 leaves a record, 8 agreed.`,
    `The disk took ${figure(disk.perSecond)} durable 4 KiB writes a second before the run (p99 ${figure(disk.p99Ms)} ms); the host took away ${figure(stolen * 100)} % of a core during it.`,
    others < QUIET
      ? `Before the run other programs kept ${figure(others * 100)} % of the cores busy.`
      : `This machine was not quiet: before the run other programs kept ${figure(others * 100)} % of its cores busy. The ratios mean something, the absolute figures little.`,
    'One RS256 token is used again and again, except where the text says otherwise: the gateway remembers its verdict, the hand-assembled stack verifies it each time.',
    'Every answer had status 200; one of each kind was compared byte for byte with what must leave.',
  ].join('\n');
}

function limits({ samples }: Report): string {
  const sentences = gatewayCores(samples).map(({ cell, cores }) =>
    cores >= 0.95
      ? `At ${cell} the gateway used its core wholly: the core is the limit.`
      : `At ${cell} the gateway used ${figure(cores * 100)} % of its core: the rest of the time it waited, for the disk, for load and upstream on the other core, or for other programs.`,
  );
  return sentences.join('\n');
}

function streamText({ inputMiB, records, megabytesPerSecond, growthMiB, exact }: LongStream): string {
  return [
    `${figure(inputMiB)} MiB in ${records.toLocaleString('en-GB')} records at ${figure(megabytesPerSecond)} MB/s of input (goal 150: ${met(megabytesPerSecond >= 150)}), memory ${figure(growthMiB)} MiB above that before (goal under 64: ${met(growthMiB < 64)}).`,
    `What came was ${exact ? 'byte for byte' : 'NOT'} what must leave.`,
  ].join('\n');
}

function met(is: boolean): string {
  return is ? 'met' : 'missed';
}

function freshTable({ fresh, samples }: Report): string {
  const reused = [...samples.values()][0]?.get(GATEWAY) ?? [];
  const rows = [
    freshRow('gateway, one RS256 token', reused),
    ...Object.entries(fresh).flatMap(([algorithm, byStack]) =>
      [...byStack].map(([stack, all]) => freshRow(`${stack}, fresh ${algorithm} tokens`, all)),
    ),
  ];
  return markdownTable(['1 KiB', 'requests/s', 'per CPU second', 'p50 ms', 'p99 ms'], rows);
}

function freshRow(name: string, all: readonly Sample[]): readonly string[] {
  return [
    name,
    figure(median(all.map(({ perSecond }) => perSecond))),
    figure(median(all.map(({ perCpuSecond }) => perCpuSecond))),
    figure(median(all.map(({ p50 }) => p50))),
    figure(median(all.map(({ p99 }) => p99))),
  ];
}

function rateTable(rate: readonly FixedRate[]): string {
  const [direct] = rate;
  const rows = rate.map(({ name, p50, p99 }) => [
    name,
    figure(p50),
    figure(p99),
    figure(p50 - (direct?.p50 ?? 0)),
    figure(p99 - (direct?.p99 ?? 0)),
  ]);
  return markdownTable(['1 KiB', 'p50 ms', 'p99 ms', 'added p50 ms', 'added p99 ms'], rows);
}
