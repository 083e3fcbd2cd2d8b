/** Starts the one writer of the log as the settings say: for the gateway, and for a command that writes while none runs. */
import { randomUUID } from 'node:crypto';
import { type StartedLog, startLogWriter } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { checkCountersigned } from '../witnesses/countersigned-log.ts';
import { checkHeadOfGateway } from './gateway-head.ts';

/**
 * @param who a command gets a name and a head file of its own in a log that several write to: it must never take over from the
 * gateway whose settings it uses.
 * @throws {GatewayError} `log-unavailable` where the log is not in order, is not the one that witnesses countersigned, or another process writes to it and it can have
 * one writer only.
 */
export async function startLog(
  config: Config,
  keys: Parameters<typeof startLogWriter>[0]['keys'],
  who: 'gateway' | 'command' = 'command',
): Promise<StartedLog> {
  await checkCountersigned(config);
  const suffix = config.auditStore !== undefined && who === 'command' ? '-command' : '';
  if (suffix !== '') await checkHeadOfGateway(config);
  return startLogWriter({
    threadUrl: new URL('./log-writer-thread.ts', import.meta.url),
    thread: {
      storeFile: config.auditLogFile,
      ...(config.auditStore === undefined ? {} : { storeAddress: config.auditStore }),
      headFile: `${config.headFile}${suffix}`,
      keysFolder: config.keysFolder,
      ...(config.auditLogMostMb === undefined ? {} : { mostPages: config.auditLogMostMb * PAGES_IN_A_MB }),
      started: {
        versions: {
          gateway: GATEWAY_VERSION,
          node: process.version,
          ...(config.auditStore === undefined ? { sqlite: process.versions['sqlite'] } : {}),
        },
      },
    },
    origin: config.logOrigin,
    instance: `${config.instance}${suffix}`,
    epoch: randomUUID(),
    keys,
    now: Date.now,
  });
}

const GATEWAY_VERSION = '0.1.0';
/** Pages of the store have 8 KiB. */
const PAGES_IN_A_MB = 128;
