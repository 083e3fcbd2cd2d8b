/** `verify --receipt`: the receipt that came with an answer, with nothing but the public key of the log's receipts. */
import { isBodyOfLeaf, verifyReceipt } from '../audit-log/proving/receipt.ts';
import { isObject } from '../domain/leaf-shape.ts';
import { sha256 } from '../encoding/sha256.ts';
import { parseVerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { checked, InputError, tell } from './verify-verdict.ts';

export interface VerifyReceiptArgs {
  /** Value of the `Audit-Receipt` header. */
  readonly receipt: string;
  /** Verifier key of the log's receipts; its name ends in `/receipts`. */
  readonly key: string;
  /** The exact bytes of the entry, where they are at hand. */
  readonly leaf?: Uint8Array | undefined;
  /** The answer's body as it came, and the value of its `Audit-Salt` header; needs the entry. */
  readonly body?: { readonly bytes: Uint8Array; readonly salt: string } | undefined;
}

/** Prints the verdict; resolves to the exit code: 0 where the receipt holds, else 1. */
export function verifyReceiptCommand(args: VerifyReceiptArgs, io: CommandIo): Promise<number> {
  return checked(io, async () => {
    const { receipt, leaf, body, key } = args;
    if (body !== undefined && leaf === undefined)
      throw new InputError('a body is compared with an entry: give the entry too, with --leaf');
    const verified = verifyReceipt(receipt.trim(), leaf, parseVerifierKey(key));
    if (typeof verified === 'string')
      return tell(io, { holds: '', wrong: [verified], shown: [], notShown: NOT_SHOWN });
    const { index, at, leafHash } = verified;
    const shown = [
      `The gateway signed that an entry with the leaf hash ${leafHash.toString('base64')} was on disk as number ${index} of the log, in a batch of ${at}.`,
    ];
    if (leaf !== undefined) shown.push('The entry given is that entry, byte for byte.');
    const wrong: string[] = [];
    if (body !== undefined && leaf !== undefined) {
      if (commitsTo(leaf, body))
        shown.push('The body given is the one that the entry recorded, byte for byte.');
      else wrong.push('the body given is not the one that the entry recorded');
    }
    return tell(io, { holds: 'The receipt holds.', wrong, shown, notShown: NOT_SHOWN });
  });
}

function commitsTo(leaf: Uint8Array, { bytes, salt }: { bytes: Uint8Array; salt: string }): boolean {
  const said: unknown = JSON.parse(Buffer.from(leaf).toString());
  const commitment = isObject(said) ? said['body'] : undefined;
  return typeof commitment === 'string' && isBodyOfLeaf(sha256(bytes), salt.trim(), commitment);
}

const NOT_SHOWN = [
  'that the log still holds the entry: ask for its proof (prove LEAFHASH), or verify the whole log. A receipt whose entry no later checkpoint covers is evidence that the log was tampered with: keep it, and show it.',
  'that what was recorded is what happened outside the gateway.',
];
