/** Commands of the project itself, as they are printed and as they are run. */
import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { PROJECT } from './gateway.ts';
import { quoted } from './shared-request.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Node as `npm ci` brought it, whatever else the machine has. */
const NODE = 'node_modules/.bin/node';
const COMMAND = 'src/cli.ts';
const LONGEST_MS = 60_000;

/** The gateway's command line with these parameters, for a POSIX shell in the project's folder. */
export function commandLine(parameters: readonly string[]): string {
  return [NODE, COMMAND, ...parameters.map(quoted)].join(' ');
}

/** How the token command is started, for a POSIX shell in the project's folder. */
export function tokenCommandLine(folder: string | undefined): string {
  const where = folder === undefined ? [] : ['--folder', quoted(folder)];
  return [NODE, 'demo/token.ts', ...where].join(' ');
}

/** A path as it is written in the project's folder. */
export function fromProject(path: string): string {
  const written = relative(PROJECT, path);
  return written.startsWith('..') ? path : written;
}

/** Runs the gateway's command line. */
export async function runCommand(parameters: readonly string[], input = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const settings = { cwd: PROJECT, timeout: LONGEST_MS, encoding: 'utf8' } as const;
    const child = execFile(process.execPath, [COMMAND, ...parameters], settings, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, out, err });
    });
    child.stdin?.end(input);
  });
}
