/** What a running demo leaves in its folder (git-ignored, emptied at each start): addresses, throwaway keys, policies, log. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SystemSignIn } from './sign-in.ts';
import type { StaffMember } from './staff.ts';

export const DEFAULT_FOLDER = join(import.meta.dirname, '.run');

/** Everything that a sign-in needs; holds private keys that die with the demo. */
export interface SignIns {
  /** Process of the demo that they belong to. */
  readonly process: number;
  readonly organisations: readonly OrganisationSignIn[];
}

export interface OrganisationSignIn {
  readonly organisation: string;
  readonly name: string;
  /** Exact `iss` of its tokens. */
  readonly issuer: string;
  readonly systems: readonly (SystemSignIn & { readonly system: string; readonly forPeople: boolean })[];
  readonly staff: readonly StaffMember[];
}

type RunPath =
  | 'signIns'
  | 'policies'
  | 'keys'
  | 'signing'
  | 'pins'
  | 'secrets'
  | 'log'
  | 'head'
  | 'gatewayLog';

/** Paths within one run folder. */
export function runPaths(folder: string): Record<RunPath, string> {
  return {
    signIns: join(folder, 'sign-ins.json'),
    policies: join(folder, 'policies'),
    keys: join(folder, 'keys'),
    signing: join(folder, 'signing-keys'),
    pins: join(folder, 'pinned-keys.json'),
    secrets: join(folder, 'upstream-secrets.json'),
    log: join(folder, 'audit-log.sqlite'),
    head: join(folder, 'head.note'),
    gatewayLog: join(folder, 'gateway.log'),
  };
}

/**
 * Empties the folder of what an earlier demo left.
 *
 * @throws {Error} where that demo still runs.
 */
export function emptyRunFolder(folder: string): void {
  const running = existsSync(runPaths(folder).signIns) ? readSignIns(folder).process : undefined;
  if (running !== undefined && isAlive(running)) {
    throw new Error(
      `a demo runs in ${folder} already (process ${running}): end it, or give another --folder`,
    );
  }
  for (const path of Object.values(runPaths(folder))) {
    for (const tail of ['', '-wal', '-shm', '.lock']) rmSync(path + tail, { recursive: true, force: true });
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

function isAlive(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

/** Writes a file that nobody else on the machine may read. */
export function writePrivate(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}

/** @throws {Error} where no demo runs in this folder. */
export function readSignIns(folder: string): SignIns {
  try {
    return JSON.parse(readFileSync(runPaths(folder).signIns, 'utf8')) as SignIns;
  } catch (error) {
    throw new Error(`no demo runs here: start it with \`npm run demo\` (looked in ${folder})`, {
      cause: error,
    });
  }
}
