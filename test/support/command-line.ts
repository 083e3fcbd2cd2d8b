/** The gateway's programs as processes of their own, in an environment that holds nothing of the tests' but what a test names. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export const PROJECT = join(import.meta.dirname, '../..');
/** The command line. */
export const CLI = join(PROJECT, 'src/cli.ts');
/** The gateway. */
export const MAIN = join(PROJECT, 'src/main.ts');

/** How a process ended, and what it wrote. */
export interface Ran {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Settings beside those of `processEnvironment`. */
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on standard input. */
  readonly input?: string;
  readonly cwd?: string;
  /** Milliseconds after which it is ended: 60,000 unless said. */
  readonly withinMs?: number;
}

/** The environment of a process: where programs are, and what is compiled already, so that it starts in half the time. */
export function processEnvironment(settings: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
    ...settings,
  };
}

/** Runs the command line to its end. */
export function runCommand(parameters: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return runNode([CLI, ...parameters], options);
}

/** Runs the gateway to its end: for starts that are refused. */
export function runGateway(settings: Readonly<Record<string, string>>): Promise<Ran> {
  return runNode([MAIN], { env: settings });
}

/** Runs Node to its end. */
export async function runNode(
  parameters: readonly string[],
  { env, input = '', cwd, withinMs = 60_000 }: RunOptions = {},
): Promise<Ran> {
  const child = spawn(process.execPath, parameters, {
    env: processEnvironment(env),
    timeout: withinMs,
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A command that ends without reading its input is no failure of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code, out, err };
}
