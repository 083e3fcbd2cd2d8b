/** The gateway as the demo runs it: the same `src/main.ts` as in production, in a process of its own, set by its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runPaths } from './run-folder.ts';

export interface GatewayProcess {
  /** Ends it as an operator would (SIGTERM) and waits until it has drained. Calling again is harmless. */
  stop(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

export const PROJECT = join(import.meta.dirname, '..');
/** The name of the demo's log. */
export const LOG_ORIGIN = 'gateway.northmere.example/audit/demo';
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 30_000;

/** The settings of `src/config.ts`, each one named. */
export function gatewaySettings(
  folder: string,
  port: number,
  operationsPort: number,
): Record<string, string> {
  const paths = runPaths(folder);
  return {
    GATEWAY_ORIGIN: `http://127.0.0.1:${port}`,
    GATEWAY_PORT: String(port),
    OPERATIONS_PORT: String(operationsPort),
    POLICIES_FOLDER: paths.policies,
    AUDIT_LOG_FILE: paths.log,
    HEAD_FILE: paths.head,
    LOG_ORIGIN,
    KEYS_FOLDER: paths.keys,
    PINNED_KEYS_FILE: paths.pins,
    UPSTREAM_SECRETS_FILE: paths.secrets,
    OPERATOR_CONTACT: 'gateway@northmere.example',
    // The partners and issuers of the demo stand on this machine; production names nothing here.
    PRIVATE_ADDRESSES: '127.0.0.1',
    DRAIN_SECONDS: '5',
  };
}

/**
 * Starts the gateway and waits until it is ready.
 *
 * @param settings its whole environment, but for what Node itself needs.
 * @param logFile where its application log goes.
 * @throws {Error} with the end of its log, where it does not become ready.
 */
export async function startGateway(
  settings: Readonly<Record<string, string>>,
  operations: string,
  logFile: string,
): Promise<GatewayProcess> {
  const log = openSync(logFile, 'a', 0o600);
  const { NODE_COMPILE_CACHE: cache } = process.env;
  const child = spawn(process.execPath, ['--max-semi-space-size=64', join(PROJECT, 'src/main.ts')], {
    cwd: PROJECT,
    env: cache === undefined ? settings : { ...settings, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const ended = hasEnded(child);
  const gateway = { stop: () => stop(child, ended), ended };
  try {
    await untilReady(operations, child);
  } catch (error) {
    await gateway.stop();
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(`the gateway did not become ready; the end of ${logFile}:\n${tail}`, { cause: error });
  }
  return gateway;
}

async function hasEnded(child: ChildProcess): Promise<void> {
  await once(child, 'exit').catch(() => undefined);
}

async function untilReady(operations: string, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended');
    const answer = await fetch(`${operations}/health/ready`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await sleep(50);
  }
  throw new Error('it took too long');
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const last = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(last);
}
