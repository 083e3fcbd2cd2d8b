/** `prove EXCHANGE|LEAFHASH`: has the running gateway prove entries (C2SP tlog-proof), for somebody who trusts nobody. */
import { leafHashOf } from '../audit-log/proving/reconcile-read.ts';
import { askLog, type LogAddress, linesOf, readLogLine } from './ask-log.ts';
import type { CommandIo } from './command-io.ts';
import { checked, InputError } from './verify-verdict.ts';

export interface ProveArgs extends LogAddress {
  /** Id of an exchange, or a leaf hash in base64, base64url or hexadecimal. */
  readonly what: string;
}

/** Writes a file that must not be there yet. @throws {InputError} where it is, or cannot be written. */
export type WriteNewFile = (name: string, bytes: Uint8Array | string) => void;

const EXCHANGE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Of a leaf hash the proof goes to standard output; of an exchange each entry and its proof become files, whose names are
 * printed. Resolves to the exit code.
 */
export function proveCommand(
  { what, ...address }: ProveArgs,
  io: CommandIo,
  write: WriteNewFile,
): Promise<number> {
  return checked(io, async () => {
    if (EXCHANGE.test(what)) return proveExchange(what, address, io, write);
    const hash = leafHashOf(what);
    if (hash === undefined)
      throw new InputError('name an exchange by its id, or an entry by its leaf hash, as a receipt gives it');
    const answer = await askLog(address, `/log/proof/${hash.toString('base64url')}`);
    io.out(await answer.text());
    return 0;
  });
}

async function proveExchange(
  exchange: string,
  address: LogAddress,
  io: CommandIo,
  write: WriteNewFile,
): Promise<number> {
  const answer = await askLog(address, `/log/exchange/${exchange}`);
  for await (const line of linesOf(answer)) {
    const { index, leaf, proof = '' } = readLogLine(line);
    write(`${index}.json`, leaf);
    write(`${index}.tlog-proof`, proof);
    io.out(`${index}.json  ${index}.tlog-proof\n`);
  }
  io.err('check each: sharing-gateway verify --proof N.tlog-proof --leaf N.json --key KEY\n');
  return 0;
}
