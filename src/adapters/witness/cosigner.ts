/** Cosigns checkpoints (C2SP tlog-cosignature v1.0.1) with an Ed25519 key (RFC 8032) that stays inside. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Cosigner } from '../../audit-log/witnessing/witness-verdict.ts';
import { type CosignerKey, cosignatureOf, cosignedMessage, cosignerKey } from '../../merkle/cosignature.ts';

/** A cosigner and the public half that checks what it signs. */
export interface WitnessKey extends Cosigner {
  readonly key: CosignerKey;
}

/**
 * A cosigner under `name`.
 *
 * @param now milliseconds since 1970 UTC.
 * @throws {NoteError} for a name that a signature line cannot hold.
 */
export function makeCosigner(name: string, privateKey: KeyObject, now: () => number): WitnessKey {
  // RFC 8410 section 4: the last 32 bytes of the public key's DER are the key itself.
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  const key = cosignerKey(name, publicKey);
  return {
    key,
    cosign(text) {
      const atSeconds = Math.floor(now() / 1000);
      const message = Buffer.from(cosignedMessage(text, atSeconds));
      return cosignatureOf(key, atSeconds, sign(null, message, privateKey));
    },
  };
}
