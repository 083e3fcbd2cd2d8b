/** A server in a process of its own: started, pinned, told apart by its id, ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Machine, pinned } from './machine.ts';

export interface ServerProcess {
  readonly pid: number;
  /** Resolves with the exit code, or the signal's name, once the process is gone. */
  readonly ended: Promise<number | string>;
  /** Everything that it wrote to standard error, to tell why it failed. */
  complaints(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ServerSettings {
  readonly machine: Machine;
  readonly core: number;
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** File that takes what the process writes, as a log collector would; without it only the last complaints are kept. */
  readonly outputFile?: string;
}

const MOST_COMPLAINTS = 4000;

/** Starts a process; nothing of this process's own settings but PATH and HOME reaches it. */
export function startProcess(settings: ServerSettings): ServerProcess {
  return watch(spawnPinned(settings), settings.outputFile);
}

/** Starts a server that prints one line `{"port":…}` once it listens. */
export async function startListener(
  settings: ServerSettings,
): Promise<{ readonly server: ServerProcess; readonly port: number }> {
  const child = spawnPinned(settings);
  const server = watch(child, settings.outputFile);
  return { server, port: await portOf(child, server) };
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Asks `url` until it answers 200; rejects when the process has ended or `seconds` are over. */
export async function answers(server: ServerProcess, url: string, seconds = 30): Promise<void> {
  let gone = false;
  void server.ended.then(() => {
    gone = true;
  });
  const deadline = Date.now() + seconds * 1000;
  while (!gone && Date.now() < deadline) {
    const status = await fetch(url).then(
      (response) => response.body?.cancel().then(() => response.status) ?? response.status,
      () => 0,
    );
    if (status === 200) return;
    await wait(10);
  }
  throw new Error(`no answer at ${url}: ${server.complaints()}`);
}

function spawnPinned({ machine, core, command, environment, outputFile }: ServerSettings): ChildProcess {
  const [program = '', ...rest] = pinned(machine, core, command);
  const { PATH = '', HOME = '' } = process.env;
  const output = outputFile === undefined ? 'pipe' : openSync(outputFile, 'a');
  const child = spawn(program, rest, {
    env: { PATH, HOME, NODE_ENV: 'production', NO_COLOR: '1', ...environment },
    stdio: ['ignore', output, output],
  });
  if (typeof output === 'number') closeSync(output);
  return child;
}

function watch(child: ChildProcess, outputFile: string | undefined): ServerProcess {
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-MOST_COMPLAINTS);
  });
  child.stdout?.resume();
  // Nothing that was started here outlives this process, however it ends.
  const endWithParent = (): void => void child.kill();
  process.once('exit', endWithParent);
  const ended = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      process.off('exit', endWithParent);
      resolve(code ?? signal ?? 'unknown');
    });
    child.once('error', (error) => {
      complaints += error.message;
      resolve('not started');
    });
  });
  return {
    pid: child.pid ?? 0,
    ended,
    complaints: () =>
      outputFile === undefined ? complaints : readFileSync(outputFile, 'utf8').slice(-MOST_COMPLAINTS),
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function portOf(child: ChildProcess, server: ServerProcess): Promise<number> {
  let said = '';
  const announced = new Promise<number>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const port = /\{"port":(\d+)\}/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
  });
  const ended = server.ended.then((how) => {
    throw new Error(`the server ended (${how}): ${server.complaints()}`);
  });
  return Promise.race([announced, ended]);
}
