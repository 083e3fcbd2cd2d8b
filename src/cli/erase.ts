/** `erase`: takes what leads to one person out of entries of the log; two different people must order it. */
import type { CommandIo } from './command-io.ts';
import { giveOrder, type OrderParts } from './upkeep-order.ts';

export interface EraseOptions {
  readonly exchange: string | undefined;
  readonly entry: number | undefined;
  readonly everywhere: boolean;
  readonly by: string | undefined;
  readonly because: string | undefined;
  readonly althoughKept: boolean;
}

/** @param readLines identifiers from standard input: what stands in arguments is seen by every user of the machine. */
export async function eraseCommand(
  options: EraseOptions,
  io: CommandIo,
  parts: OrderParts,
  readLines: () => Promise<string>,
): Promise<number> {
  const lines = await readLines();
  if (lines.trim() === '') {
    io.err('write the identifiers of the person to standard input, one a line, such as `NHS number: …`\n');
    return 1;
  }
  return giveOrder('/log/erasures', { ...options, lines }, io, parts);
}
