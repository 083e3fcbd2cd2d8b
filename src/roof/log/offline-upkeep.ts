/** Carries out orders about what the log keeps while no gateway runs: in the store itself, under the writer's lock. */
import { statSync } from 'node:fs';
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { readSignature } from '../../adapters/signing/signed-text.ts';
import { openSqliteStore } from '../../adapters/storage/sqlite/sqlite-store.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { ORDER_BY_PATH, type UpkeepAnswer } from '../../http/log-upkeep.ts';
import { readPinnedKeys } from '../policies/pinned-keys-file.ts';
import { PoliciesOfTheLog } from '../policies/policies-of-the-log.ts';
import { startLog } from '../threads/start-log.ts';
import { openLogOfGateway } from './log-at-rest.ts';
import { openLogUpkeep } from './log-upkeep.ts';
import { namedGivers } from './order-givers.ts';

/**
 * Carries out one order as the running gateway would.
 *
 * @param path of the operations port.
 * @throws {GatewayError} `log-unavailable` where a gateway holds the log, or the log is not in order.
 */
export async function orderOffline(
  config: Config,
  path: string,
  order: Readonly<Record<string, unknown>>,
): Promise<UpkeepAnswer> {
  const name = ORDER_BY_PATH.get(path);
  if (name === undefined) throw new GatewayError('internal-error', 'there is no such order');
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, keys.sealing);
  const reader = await openLogOfGateway(config);
  try {
    const trust = () => ({ pins: readPinnedKeys(config.pinnedKeysFile), read: readSignature });
    const { current } = await new PoliciesOfTheLog(reader, trust).open([]);
    const upkeep = await openLogUpkeep({
      ...{ config, keys, log, reader },
      givers: namedGivers(log.notes.append),
      policies: () => current,
      now: Date.now,
    });
    return await upkeep[name]({ ...order, credentials: undefined });
  } finally {
    await log.close();
    await reader.close();
  }
}

/**
 * Gives the room of dropped entries back to the disk.
 *
 * @returns bytes of the store's file before and after.
 * @throws {GatewayError} `log-unavailable` where a gateway holds the log, or it stands in no file.
 */
export async function shrinkStore({
  auditLogFile,
  auditStore,
}: Config): Promise<{ readonly before: number; readonly after: number }> {
  if (auditStore !== undefined)
    throw new GatewayError(
      'log-unavailable',
      'this log stands in PostgreSQL, which takes room back by itself (VACUUM); there is no file to shrink',
    );
  const before = statSync(auditLogFile).size;
  const store = openSqliteStore(auditLogFile);
  try {
    store.shrink();
  } finally {
    store.close();
  }
  return { before, after: statSync(auditLogFile).size };
}
