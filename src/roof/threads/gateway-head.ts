/** Whether a log in PostgreSQL still goes on from what the gateway of these settings signed, asked before a command writes to it. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { rootOfFirst } from '../../audit-log/proving/proofs.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { NoteError, type VerifierKey } from '../../merkle/signed-note.ts';
import { readHead } from '../log/entries-brought-back.ts';
import { openLogOfGateway } from '../log/log-at-rest.ts';

/**
 * INVARIANT: a command has a head file of its own, which the first time is none and never as new as the gateway's: without
 * this it would sign a second history on a database that was taken back.
 *
 * @throws {GatewayError} `log-unavailable` where the store is older than the gateway's head file, or holds other entries.
 */
export async function checkHeadOfGateway(config: Config): Promise<void> {
  const key = openKeyRing(config.keysFolder, config.logOrigin).checkpoint.verifierKey;
  const signed = headOf(config, key);
  if (signed === undefined) return;
  const log = await openLogOfGateway(config);
  try {
    const { size } = await log.state();
    if (size < signed.size)
      throw refusal(
        `the store holds ${size} entries, but ${signed.size} were signed: it is a restored backup or was cut; no command writes to it`,
      );
    if (!Buffer.from(signed.root).equals(await rootOfFirst(log, signed.size)))
      throw refusal(
        `the first ${signed.size} entries of the store are not those that were signed: it was changed`,
      );
  } finally {
    await log.close();
  }
}

function headOf({ headFile }: Config, key: VerifierKey): ReturnType<typeof readHead> {
  try {
    return readHead(headFile, key);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw refusal(`the head file is not a checkpoint of this log's key: ${error.message}`);
  }
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
