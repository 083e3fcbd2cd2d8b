/**
 * Each operation of the audit log's store and head file fails, fails after it took effect, answers late or never, at one
 * call after the other; then the log is opened again as the next start does it, and held against what was acknowledged.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { openHeadFile } from '../../src/adapters/signing/head-file.ts';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import { AuditLog } from '../../src/audit-log/writing/audit-log.ts';
import { startLog } from '../../src/audit-log/writing/running-log.ts';
import { exchangeId, releasedDraft, sentDraft } from '../support/drafts.ts';
import { nextEpoch, startLocalLog } from '../support/local-log.ts';
import { type LogFolder, logFolder, ORIGIN } from '../support/log-folder.ts';
import { STRIKES, type Strike, struck } from '../support/struck.ts';
import { judgeReopened } from './judge-reopened.ts';

export interface StoreFault extends Strike {
  readonly of: 'store' | 'head file';
}

export interface StoreFaultResult {
  readonly fault: StoreFault;
  /** `served`: no caller was told of anything. */
  readonly ended: 'served' | 'poisoned' | 'not opened';
  readonly acknowledged: number;
  readonly violations: readonly string[];
}

const STORE_CALLS = ['commit', 'putCheckpoint', 'state', 'checkpoint', 'entries', 'facts', 'hashAt', 'close'];
const HEAD_CALLS = ['read', 'replace'];
const WRITES = ['commit', 'putCheckpoint', 'replace'];
/** Calls of each method that are tried: the start, the first entries, and what follows. */
const MOST_NTH = 8;
const EXCHANGES = 6;

/** Every combination; what answers at once cannot answer late. */
export function storeFaults(): StoreFault[] {
  const faults: StoreFault[] = [];
  for (const [of, methods] of [
    ['store', STORE_CALLS],
    ['head file', HEAD_CALLS],
  ] as const) {
    for (const method of methods) {
      for (const how of STRIKES) {
        const waits = how === 'answers late' || how === 'never answers';
        if (waits && method !== 'commit' && method !== 'putCheckpoint') continue;
        for (let nth = 1; nth <= (WRITES.includes(method) ? MOST_NTH : 2); nth += 1)
          faults.push({ of, method, how, nth });
      }
    }
  }
  return faults;
}

/** Runs a log under one fault after an earlier run in good order, drops it, opens it again, and says what is wrong. */
export async function tryStoreFault(fault: StoreFault): Promise<StoreFaultResult> {
  const folder = logFolder();
  // The log's own timers keep no process alive; in a gateway its ports do.
  const alive = setInterval(() => undefined, 1000);
  try {
    const earlier = await startLocalLog(folder);
    await earlier.log.append(sentDraft(exchangeId(Date.now()), Date.now()));
    await earlier.close();
    const { ended, acknowledged } = await runUnder(folder, fault);
    const violations = await judgeReopened(folder, acknowledged, startLocalLog);
    return { fault, ended, acknowledged: acknowledged.size, violations };
  } finally {
    clearInterval(alive);
    folder.remove();
  }
}

async function runUnder(
  folder: LogFolder,
  { of, ...strike }: StoreFault,
): Promise<Pick<StoreFaultResult, 'ended'> & { acknowledged: ReadonlyMap<number, string> }> {
  const { checkpoint, receipts, sealing } = folder.keys;
  const acknowledged = new Map<number, string>();
  const real = openSqliteStore(folder.storeFile);
  const head = openHeadFile(folder.headFile);
  const place = { origin: ORIGIN, instance: 'gateway-1', epoch: nextEpoch() };
  let poisoned = false;
  const running = await startLog({
    store: of === 'store' ? struck(real, strike) : real,
    headFile: of === 'head file' ? struck(head, strike) : head,
    ...{ checkpoints: checkpoint, receipts, place, checkpointKey: checkpoint.verifierKey },
    started: { versions: { gateway: '0.1.0', node: '26.10.0' } },
    ...{ now: Date.now, publishDelayMs: 1, commitWithinMs: 60 },
    onPoisoned: () => {
      poisoned = true;
    },
  }).catch(() => undefined);
  if (running === undefined) {
    real.close();
    return { ended: 'not opened', acknowledged };
  }
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (message) => {
    running.enqueue(message, (answer, transfer = []) => port2.postMessage(answer, transfer));
    running.commit();
  });
  const log = new AuditLog(
    port1,
    { place, keys: sealing, now: Date.now, answerWithinMs: 300, onPoisoned: () => undefined },
    running.newestAtMs,
  );
  const append = async (draft: Parameters<typeof log.append>[0]): Promise<string | undefined> => {
    const receipt = await log.append(draft).catch(() => undefined);
    if (receipt !== undefined) acknowledged.set(receipt.index, receipt.leafHash);
    return receipt?.leafHash;
  };
  for (let nth = 0; nth < EXCHANGES; nth += 1) {
    const exchange = exchangeId(Date.now());
    const sent = await append(sentDraft(exchange, Date.now()));
    await wait(3);
    if (sent !== undefined) await append(releasedDraft(exchange, Date.now(), sent));
  }
  port2.removeAllListeners();
  port1.close();
  running.abandon();
  try {
    real.close();
  } catch {
    // A late commit may still hold it; the process that dies here would leave it to the operating system.
  }
  return { ended: poisoned ? 'poisoned' : 'served', acknowledged };
}
