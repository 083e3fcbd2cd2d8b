/** Whether the store still goes on from what witnesses countersigned, asked before anything is signed. */

import { openHeadFile } from '../../adapters/signing/head-file.ts';
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { checkForks, checkKept } from '../../audit-log/witnessing/witness-kept.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { formatCosignerKey } from '../../merkle/cosignature.ts';
import { openLogOfGateway } from '../log/log-at-rest.ts';
import { readWitnessPolicy } from './witness-policy-file.ts';

/**
 * Compares the store with what was countersigned, before anything is signed.
 *
 * @throws {ConfigError} where the policy is not in order.
 * @throws {GatewayError} `log-unavailable` where the store was taken back, written anew, or forked.
 */
export async function checkCountersigned(config: Config): Promise<void> {
  if (config.witnessesFile === undefined) return;
  const key = openKeyRing(config.keysFolder, config.logOrigin).checkpoint.verifierKey;
  const policy = readWitnessPolicy(config, key);
  if (policy === undefined) return;
  const note = openHeadFile(config.cosignedFile).read();
  const reader = await openLogOfGateway(config).catch((error: unknown) => {
    // A new log has no store yet; one that was countersigned must have one.
    if (note === undefined && error instanceof GatewayError) return undefined;
    throw error;
  });
  if (reader === undefined) return;
  try {
    if (note !== undefined) await checkKept(note, key, reader);
    const known = policy.witnesses.map(({ name, key: own }) => ({
      name,
      verifierKey: formatCosignerKey(own),
    }));
    await checkForks(known, key.name, reader);
  } finally {
    await reader.close();
  }
}
