/** `policies open`: the files of a policy set that an entry names, written out as they were (docs/formats/store.md). */
import { GatewayError } from '../domain/gateway-error.ts';
import type { CommandIo } from './command-io.ts';

export interface KeptFile {
  readonly folder: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface OpenPoliciesParts {
  /** @throws {GatewayError} where the store does not hold the set as it was. */
  readonly open: (sha256: string) => Promise<readonly KeptFile[]>;
  /** Writes into a folder that is not there yet. @throws {GatewayError} where it is. */
  readonly write: (folder: string, files: readonly KeptFile[]) => void;
}

/** Resolves to the exit code: 0, 1 where the set cannot be opened or written, 2 for a hash that is none. */
export async function openPoliciesCommand(
  { sha256, out }: { readonly sha256: string; readonly out: string },
  io: CommandIo,
  { open, write }: OpenPoliciesParts,
): Promise<number> {
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    io.err('write the 64 hexadecimal digits that stand under `policies` in an entry\n');
    return 2;
  }
  try {
    const files = await open(sha256);
    write(out, files);
    io.out(`${files.length} files of policy set ${sha256} are in ${out}, and their hash is that one\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`${error.message}\n`);
    return 1;
  }
}
