/** Takes up a stop while no gateway runs: into the store itself, under the writer's lock. */
import { readPolicySet } from '../../adapters/policies/policy-folder.ts';
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { readSignature } from '../../adapters/signing/signed-text.ts';
import type { Config } from '../../config.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { openLogOfGateway } from '../log/log-at-rest.ts';
import { startLog } from '../threads/start-log.ts';
import { newestKeptSet, openKeptSet, type ReadFact } from './kept-policies.ts';
import { readPinnedKeys } from './pinned-keys-file.ts';
import { StopsInForce, type Taken } from './stops-in-force.ts';

/**
 * Takes up the order as the running gateway would; the next start reads it before it decides anything.
 *
 * @throws {GatewayError} `log-unavailable` where a gateway holds the log, or the log is not in order.
 */
export async function takeStopOffline(config: Config, signature: string): Promise<Taken> {
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, keys.sealing);
  const reader = await openLogOfGateway(config);
  try {
    const policies = await lastSet(reader.fact.bind(reader));
    const stops = new StopsInForce({
      readSignature,
      pins: () => readPinnedKeys(config.pinnedKeysFile),
      facts: (kind) => reader.facts(kind),
      append: (members, facts) => log.notes.append('policies', members, facts),
      policies: () => policies,
      now: Date.now,
      onChange: () => undefined,
    });
    await stops.refresh();
    return await stops.take(signature);
  } finally {
    await log.close();
    await reader.close();
  }
}

/** The set that was in force last: it says who the parties are. */
async function lastSet(read: ReadFact): Promise<PolicySet | undefined> {
  const sha256 = await newestKeptSet(read);
  if (sha256 === undefined) return undefined;
  try {
    return (await readPolicySet(await openKeptSet(sha256, read))).policies;
  } catch {
    return undefined; // a stop counts even where nobody knows the agreement any more
  }
}
