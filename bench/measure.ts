/** One measurement: a load on one stack, with the CPU seconds and the memory that its process took. */
import { writeFileSync } from 'node:fs';
import { brokenCount, type LoadResult, type LoadSettings, runLoad } from './load.ts';
import { cpuSeconds, type Machine, residentMiB } from './machine.ts';
import type { BenchBody } from './records.ts';
import type { Stack } from './stacks.ts';

/** A size of answer at a number of connections. */
export interface Cell {
  readonly name: string;
  readonly path: string;
  readonly body: BenchBody;
  readonly connections: number;
}

export interface Sample {
  readonly perSecond: number;
  /** Requests per CPU second of the server's process, all threads; NaN where the machine cannot tell. */
  readonly perCpuSecond: number;
  /** CPU seconds per second, 1 for a core wholly used. */
  readonly cores: number;
  readonly p50: number;
  readonly p99: number;
  /** Requests without an answer: connections that broke or that waited over ten seconds. */
  readonly unanswered: number;
  /** Peak resident memory during the load. */
  readonly peakMiB: number;
}

/** More than this share of requests without an answer, and a stack is not measured but broken. */
const MOST_UNANSWERED = 0.01;

/**
 * Loads one stack. Every answer must have status 200.
 *
 * @throws {Error} where one had not, or where too many requests had no answer: figures of failures are worth nothing.
 */
export async function measure(
  machine: Machine,
  stack: Stack,
  cell: Cell,
  load: Pick<LoadSettings, 'headers' | 'seconds'> & { readonly tokensFile?: string },
): Promise<Sample> {
  const { pid } = stack.server;
  forgetPeak(pid);
  const usedBefore = cpuSeconds(pid) ?? Number.NaN;
  const result = await runLoad(machine, {
    ...load,
    url: stack.base + cell.path,
    connections: cell.connections,
  });
  const used = (cpuSeconds(pid) ?? Number.NaN) - usedBefore;
  refuseFailures(result, stack, cell);
  return {
    perSecond: result.requests / result.seconds,
    perCpuSecond: result.requests / used,
    cores: used / result.seconds,
    p50: result.p50,
    p99: result.p99,
    unanswered: brokenCount(result.broken),
    peakMiB: residentMiB(pid)?.peak ?? Number.NaN,
  };
}

function refuseFailures({ requests, wrong, broken }: LoadResult, stack: Stack, cell: Cell): void {
  const unanswered = brokenCount(broken);
  if (requests > 0 && wrong === 0 && unanswered <= requests * MOST_UNANSWERED) return;
  throw new Error(
    `${stack.name}, ${cell.name}: ${requests} answers, ${wrong} without status 200, without an answer ${JSON.stringify(broken)}: ${stack.server.complaints()}`,
  );
}

/**
 * Asks once and compares byte for byte.
 *
 * @throws {Error} where status or body differ from what must leave.
 */
export async function checkAnswer(stack: Stack, cell: Cell, headers: Readonly<Record<string, string>>) {
  const response = await fetch(stack.base + cell.path, { headers });
  const body = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) {
    throw new Error(
      `${stack.name}, ${cell.name}: status ${response.status}: ${body.toString().slice(0, 400)}`,
    );
  }
  if (!body.equals(stack.expected(cell.body))) {
    throw new Error(
      `${stack.name}, ${cell.name}: the body is not what must leave: ${body.toString().slice(0, 200)}`,
    );
  }
}

/** Sets the peak of a process's resident memory back to what it holds now (Linux; elsewhere nothing happens). */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Without it the peak is that of the whole run.
  }
}
