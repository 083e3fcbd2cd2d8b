/** The machine that a benchmark runs on: what it is, which tools it has, and where its processes may run. */
import { existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

export interface Machine {
  /** Paths of tools that are installed; undefined where a labelled fallback takes their place. */
  readonly wrk: string | undefined;
  readonly nginx: string | undefined;
  /** Pins processes to cores; undefined where the machine cannot, or has one core. */
  readonly taskset: string | undefined;
  /** One line for the head of the table. */
  readonly description: string;
}

/** The core of load and upstream, and the core of whatever is measured. */
export const LOAD_CORE = 0;
export const SERVER_CORE = 1;

export function readMachine(): Machine {
  const cores = availableParallelism();
  const memory = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return {
    wrk: installed('wrk'),
    nginx: installed('nginx'),
    taskset: cores > 1 ? installed('taskset') : undefined,
    description: `${model}, ${cores} cores, ${memory} GiB, ${platform()} ${release()} ${arch()}, Node ${process.versions.node}`,
  };
}

/** The command that runs `command` on one core, where the machine can. */
export function pinned(machine: Machine, core: number, command: readonly string[]): readonly string[] {
  return machine.taskset === undefined ? command : [machine.taskset, '-c', String(core), ...command];
}

/** CPU seconds, of all threads, that a process has used; undefined where there is no /proc. */
export function cpuSeconds(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  // The command's name is in brackets and may hold spaces; utime and stime are the 14th and 15th field of the line.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process in MiB, now and at its peak; undefined where there is no /proc. */
export function residentMiB(pid: number): { readonly now: number; readonly peak: number } | undefined {
  const status = readProc(`/proc/${pid}/status`);
  if (status === undefined) return undefined;
  return { now: kibibytes(status, 'VmRSS') / 1024, peak: kibibytes(status, 'VmHWM') / 1024 };
}

/** Share of time, since the machine started, that its host gave to others: `steal` of /proc/stat, in CPU seconds. */
export function stolenSeconds(): number {
  const fields = readProc('/proc/stat')?.split('\n')[0]?.split(/ +/);
  return Number(fields?.[8] ?? 0) / TICKS_PER_SECOND;
}

/** Share of all cores that was busy within the next second: what other programs take before a measurement begins. */
export async function busyShare(): Promise<number> {
  const before = cpuTicks();
  await wait(1000);
  const after = cpuTicks();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function cpuTicks(): { readonly idle: number; readonly all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.idle + times.user + times.nice + times.sys + times.irq;
  }
  return { idle, all };
}

/** USER_HZ, which Linux fixes for all programs. */
const TICKS_PER_SECOND = 100;

function kibibytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
}

function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function installed(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
