/** A closed loop of requests over so many connections: wrk where it is installed, else a labelled Node load generator. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { LOAD_CORE, type Machine, pinned } from './machine.ts';

export interface LoadSettings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** One token a line: each request carries the next one. */
  readonly tokensFile?: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  /** Answers with another status than 200. */
  readonly wrong: number;
  /** Connections that could not be made, could not be read or written, and answers that took over ten seconds. */
  readonly broken: Broken;
  /** Milliseconds; a closed loop hides waiting, so these are for comparison only. */
  readonly p50: number;
  readonly p99: number;
}

export interface Broken {
  readonly unconnected: number;
  readonly unread: number;
  readonly unwritten: number;
  readonly late: number;
}

interface Report extends Broken {
  readonly requests: number;
  readonly microseconds: number;
  readonly wrong: number;
  readonly p50: number;
  readonly p99: number;
}

/** How many there were of all kinds. */
export function brokenCount({ unconnected, unread, unwritten, late }: Broken): number {
  return unconnected + unread + unwritten + late;
}

export function loadLabel(machine: Machine): string {
  return machine.wrk === undefined
    ? 'a Node load generator (wrk is not installed: the load takes more of its core)'
    : 'wrk';
}

/** Runs the load and resolves to what came of it. */
export async function runLoad(machine: Machine, settings: LoadSettings): Promise<LoadResult> {
  const command = machine.wrk === undefined ? nodeCommand(settings) : wrkCommand(machine.wrk, settings);
  const tokens = settings.tokensFile === undefined ? {} : { TOKENS_FILE: settings.tokensFile };
  const said = await outputOf(pinned(machine, LOAD_CORE, command), tokens);
  const line = said.split('\n').find((text) => text.startsWith('{"requests"'));
  if (line === undefined) throw new Error(`the load generator said no result: ${said}`);
  const report: Report = JSON.parse(line);
  return {
    requests: report.requests,
    seconds: report.microseconds / 1e6,
    wrong: report.wrong,
    broken: {
      unconnected: report.unconnected,
      unread: report.unread,
      unwritten: report.unwritten,
      late: report.late,
    },
    p50: report.p50 / 1000,
    p99: report.p99 / 1000,
  };
}

function wrkCommand(wrk: string, { url, headers, connections, seconds }: LoadSettings): readonly string[] {
  const script = join(import.meta.dirname, 'wrk-report.lua');
  const options = [
    '-t',
    '1',
    '-c',
    String(connections),
    '-d',
    `${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
  ];
  const fields = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  return [wrk, ...options, ...fields, url];
}

function nodeCommand(settings: LoadSettings): readonly string[] {
  return [process.execPath, join(import.meta.dirname, 'plain-load.ts'), JSON.stringify(settings)];
}

function outputOf(command: readonly string[], environment: Record<string, string>): Promise<string> {
  const [program = '', ...rest] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let complaints = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`the load generator failed (${code}): ${complaints}${said}`));
    });
  });
}
