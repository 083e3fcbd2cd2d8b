/**
 * Faults injected at the kernel into the audit log's writer: every kind of call on its files fails, kills the process or
 * hangs, at one place after the other; afterwards the log is opened again and held against what was acknowledged.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';
import { judgeReopened } from './judge-reopened.ts';

const CHILD = fileURLToPath(new URL('../support/bounded-appending-process.ts', import.meta.url));
const EXCHANGES = 24;
const STRACE = ['-f', '-qq', '-o', '/dev/null'];
/** Longer than the gateway's thread waits for its writer, so that the hang is found. */
const ENDED = { ok: 0, poisoned: 70, notOpened: 71 } as const;

/** Files of a log, as `logFolder` names them. */
const FILES = ['log.db', 'log.db-wal', 'head.next', 'head', ''] as const;
const CALLS = ['pwrite64', 'write', 'fsync', 'fdatasync', 'rename', 'openat', 'ftruncate'] as const;
const WAYS = ['error=EIO', 'error=ENOSPC', 'signal=KILL'] as const;

export interface KernelFault {
  /** A file of the log's folder; the empty text is the folder itself. */
  readonly file: string;
  readonly call: string;
  readonly way: string;
  /** Which of the calls: the first is 1. */
  readonly when: number;
}

export interface KernelFaultResult {
  readonly fault: KernelFault;
  readonly ended: 'ok' | 'poisoned' | 'not opened' | 'killed';
  readonly acknowledged: number;
  readonly violations: readonly string[];
}

/** True where calls can be traced and made to fail here. */
export function canInject(): boolean {
  return (
    spawnSync('strace', [...STRACE, '-e', 'inject=fsync:error=EIO:when=9', 'true'], { stdio: 'ignore' })
      .status === 0
  );
}

/** Every fault that a run without faults gives a place for: each kind of call on each file, each time that it came. */
export async function kernelFaults(): Promise<KernelFault[]> {
  const folder = logFolder();
  const trace = join(folder.path, 'trace');
  try {
    const calls = `trace=${CALLS.join(',')}`;
    await run(folder, ['strace', '-f', '-qq', '-y', '-o', trace, '-e', calls, ...paths(folder)]);
    const lines = readFileSync(trace, 'utf8').split('\n');
    return FILES.flatMap((file) =>
      CALLS.flatMap((call) => {
        const times = lines.filter((line) => calledOn(line, call, folder, file)).length;
        return WAYS.flatMap((way) =>
          Array.from({ length: times }, (_, nth) => ({ file, call, way, when: nth + 1 })),
        );
      }),
    );
  } finally {
    folder.remove();
  }
}

function calledOn(line: string, call: string, folder: LogFolder, file: string): boolean {
  const path = join(folder.path, file);
  return (
    line.includes(` ${call}(`) &&
    (line.includes(`<${path}>`) || line.includes(`"${path}"`)) &&
    !line.includes('resumed>')
  );
}

/** Runs a log under one fault, opens it again without it, and says what is wrong afterwards. */
export async function tryKernelFault(fault: KernelFault): Promise<KernelFaultResult> {
  const folder = logFolder();
  try {
    const { file, call, way, when } = fault;
    const inject = `inject=${call}:${way}:when=${when}`;
    const { status, said } = await run(folder, [
      ...['strace', ...STRACE, '-e', `trace=${call}`, '-e', inject],
      ...['-P', join(folder.path, file)],
    ]);
    const acknowledged = readAcknowledged(said);
    const violations = await judgeReopened(folder, acknowledged, (one) => startLogWriter(one.start()));
    if (status === ENDED.ok && acknowledged.size === 0)
      violations.push('ended well and acknowledged nothing');
    return { fault, ended: endOf(status), acknowledged: acknowledged.size, violations };
  } finally {
    folder.remove();
  }
}

function endOf(status: number | null): KernelFaultResult['ended'] {
  if (status === ENDED.ok) return 'ok';
  if (status === ENDED.poisoned) return 'poisoned';
  return status === ENDED.notOpened ? 'not opened' : 'killed';
}

function paths(folder: LogFolder): string[] {
  return FILES.flatMap((file) => ['-P', join(folder.path, file)]);
}

async function run(
  folder: LogFolder,
  [command = '', ...before]: readonly string[],
): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn(command, [...before, process.execPath, CHILD, folder.path, String(EXCHANGES)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status] = await once(child, 'close');
  return { status, said };
}

/** Index → leaf hash of each entry that somebody was told is durable. */
function readAcknowledged(said: string): ReadonlyMap<number, string> {
  const lines = said.split('\n').filter((line) => /^\d+ [\w+/]{43}=$/.test(line));
  return new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ')[1] ?? '']));
}
