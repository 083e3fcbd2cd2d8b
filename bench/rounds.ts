/** The main table: every stack on every size of answer, interleaved in an order that rotates from round to round. */
import type { Machine } from './machine.ts';
import { type Cell, measure, type Sample } from './measure.ts';
import { BARE_PROXY, GATEWAY, HAND_ASSEMBLED, type Stack } from './stacks.ts';
import { median, pairedRatio } from './statistics.ts';
import { figure, markdownTable } from './table.ts';

/** Samples by cell and stack, one for each round. */
export type Samples = ReadonlyMap<string, ReadonlyMap<string, readonly Sample[]>>;

export interface RoundSettings {
  readonly machine: Machine;
  readonly stacks: readonly Stack[];
  readonly cells: readonly Cell[];
  readonly rounds: number;
  readonly seconds: number;
  /** Seconds of warm-up for each stack at the first size, where most code is compiled, and at each further size. */
  readonly warmUp: { readonly first: number; readonly further: number };
  readonly headers: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

interface Goal {
  readonly cell: number;
  readonly against: string;
  readonly times: number;
}

/** Requests per CPU second of the gateway, as a multiple of a reference's; `cell` counts the sizes from 0. */
const GOALS: readonly Goal[] = [
  { cell: 0, against: HAND_ASSEMBLED, times: 6 },
  { cell: 0, against: BARE_PROXY, times: 0.5 },
  { cell: 1, against: HAND_ASSEMBLED, times: 4 },
  { cell: 2, against: HAND_ASSEMBLED, times: 2 },
];

/** Warms every stack on every size, then measures round by round. */
export async function runRounds(settings: RoundSettings): Promise<Samples> {
  const { machine, stacks, cells, headers, say } = settings;
  for (const [place, cell] of cells.entries()) {
    const warmUp = place === 0 ? settings.warmUp.first : settings.warmUp.further;
    say(`warm-up at ${cell.name}`);
    for (const stack of stacks) await measure(machine, stack, cell, { headers, seconds: warmUp });
  }
  const samples = new Map(cells.map((cell) => [cell.name, new Map<string, Sample[]>()]));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const cell of cells) {
      for (const stack of rotated(stacks, round)) {
        const sample = await measure(machine, stack, cell, { headers, seconds: settings.seconds });
        say(`round ${round + 1}: ${stack.name}, ${cell.name}: ${figure(sample.perSecond)}/s`);
        const ofCell = samples.get(cell.name);
        ofCell?.set(stack.name, [...(ofCell.get(stack.name) ?? []), sample]);
      }
    }
  }
  return samples;
}

/** Requests, times and memory: medians over the rounds; memory at its highest. */
export function figuresTable(samples: Samples): string {
  const rows = [...samples].flatMap(([cell, byStack]) =>
    [...byStack].map(([stack, all]) => [
      `${cell}, ${stack}`,
      figure(median(all.map(({ perSecond }) => perSecond))),
      figure(median(all.map(({ perCpuSecond }) => perCpuSecond))),
      figure(median(all.map(({ cores }) => cores * 100))),
      figure(median(all.map(({ p50 }) => p50))),
      figure(median(all.map(({ p99 }) => p99))),
      figure(Math.max(...all.map(({ peakMiB }) => peakMiB))),
      String(all.reduce((sum, { unanswered }) => sum + unanswered, 0)),
    ]),
  );
  const head = [
    ...['answer, stack', 'requests/s', 'per CPU second', 'CPU %', 'p50 ms', 'p99 ms'],
    ...['peak MiB', 'unanswered'],
  ];
  return markdownTable(head, rows);
}

/** Medians of the ratios of each round, with their spread, and whether the goals are met. */
export function ratiosTable(samples: Samples): string {
  const rows = [...samples].flatMap(([cell, byStack], place) =>
    [HAND_ASSEMBLED, BARE_PROXY].map((against) => {
      const ours = byStack.get(GATEWAY) ?? [];
      const theirs = byStack.get(against) ?? [];
      const cpu = pairedRatio(
        ours.map(({ perCpuSecond }) => perCpuSecond),
        theirs.map(({ perCpuSecond }) => perCpuSecond),
      );
      const rate = pairedRatio(
        ours.map(({ perSecond }) => perSecond),
        theirs.map(({ perSecond }) => perSecond),
      );
      return [
        `${cell}, gateway / ${against}`,
        spread(cpu),
        spread(rate),
        verdict(place, against, cpu.median),
      ];
    }),
  );
  return markdownTable(['answer, pair', 'per CPU second', 'requests/s', 'goal (per CPU second)'], rows);
}

/** Share of a core that the gateway used in each cell: near 100 the core is the limit, else disk or load are. */
export function gatewayCores(samples: Samples): readonly { readonly cell: string; readonly cores: number }[] {
  return [...samples].map(([cell, byStack]) => ({
    cell,
    cores: median((byStack.get(GATEWAY) ?? []).map(({ cores }) => cores)),
  }));
}

function verdict(cell: number, against: string, reached: number): string {
  const goal = GOALS.find((one) => one.cell === cell && one.against === against);
  if (goal === undefined) return 'none';
  return reached >= goal.times
    ? `${goal.times}x: met`
    : `${goal.times}x: missed by ${figure(goal.times - reached)}x`;
}

function spread(ratio: ReturnType<typeof pairedRatio>): string {
  return `${figure(ratio.median)}x (${figure(ratio.least)}–${figure(ratio.most)})`;
}

function rotated<Value>(list: readonly Value[], by: number): readonly Value[] {
  const start = by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
