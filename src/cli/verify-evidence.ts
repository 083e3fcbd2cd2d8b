/** `verify --evidence`: a bundle of evidence, zipped or unpacked, with nothing but the log's public keys. */
import { type EvidenceVerdict, verifyEvidence } from '../audit-log/verifying/verify-evidence.ts';
import { unzip, type ZippedFile } from '../encoding/zip.ts';
import { parseVerifierKey } from '../merkle/signed-note.ts';
import type { CommandIo } from './command-io.ts';
import { NOT_SHOWN } from './verify-proof.ts';
import { checked, InputError, tell } from './verify-verdict.ts';

export interface VerifyEvidenceArgs {
  /** Verifier key of the log's checkpoints. */
  readonly key: string;
  readonly receiptsKey?: string | undefined;
  /** Bytes that somebody holds, to be compared with what the entries recorded. */
  readonly body?: Uint8Array | undefined;
}

/** The files of a zip as this gateway writes it. @throws {InputError} for any other. */
export function filesOfZip(archive: Uint8Array): readonly ZippedFile[] {
  const files = unzip(archive);
  if (files !== undefined) return files;
  throw new InputError(
    'this is not a zip as the gateway wrote it. If it was packed anew, unpack it and name the folder: the files are what counts',
  );
}

/** Prints the verdict; resolves to the exit code: 0 where all of it holds, else 1. */
export function verifyEvidenceCommand(
  args: VerifyEvidenceArgs,
  files: () => readonly ZippedFile[],
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const { key, receiptsKey, body } = args;
    const receipts = receiptsKey === undefined ? undefined : parseVerifierKey(receiptsKey);
    const verdict = verifyEvidence(files(), { checkpoint: parseVerifierKey(key), receipts }, body);
    return tell(io, inWords(verdict));
  });
}

function inWords({ findings, shown, entries, checkpoint }: EvidenceVerdict): Parameters<typeof tell>[1] {
  const inLog =
    checkpoint === undefined
      ? []
      : [
          `All ${entries} entries stand in the log ${checkpoint.origin}, byte for byte; it had ${checkpoint.size} entries when it was signed, with the root ${Buffer.from(checkpoint.root).toString('base64')}.`,
        ];
  return {
    holds: `The evidence holds: ${entries} entries.`,
    wrong: findings,
    shown: [...inLog, ...shown],
    notShown: [
      'that the key given is the log’s: get it from somebody other than whoever gave you the bundle.',
      ...NOT_SHOWN,
    ],
  };
}
