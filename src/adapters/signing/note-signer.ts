/** Signs notes (C2SP signed-note) with an Ed25519 key (RFC 8032) that stays inside. */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { NoteSigner } from '../../audit-log/ports.ts';
import { formatSignedNote, type VerifierKey, verifierKey } from '../../merkle/signed-note.ts';

/** A signer and the public half that checks what it signs. */
export interface NoteKey extends NoteSigner {
  readonly verifierKey: VerifierKey;
}

/**
 * A signer under `name`.
 *
 * @throws {NoteError} for a name that a signature line cannot hold.
 */
export function noteSigner(name: string, privateKey: KeyObject): NoteKey {
  // RFC 8410 section 4: the last 32 bytes of the public key's DER are the key itself.
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  const key = verifierKey(name, publicKey);
  return {
    name,
    verifierKey: key,
    sign(text) {
      const signature = sign(null, Buffer.from(text), privateKey);
      return formatSignedNote(text, [{ name, id: key.id, signature }]);
    },
  };
}
