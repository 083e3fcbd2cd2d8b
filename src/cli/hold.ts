/** `hold`: what must stay whole, whatever else says that it may go; lifting a hold takes two different people. */
import type { CommandIo } from './command-io.ts';
import { giveOrder, type OrderParts } from './upkeep-order.ts';

export const HOLD_ORDERS = ['add', 'lift', 'list'] as const;
export type HoldOrderName = (typeof HOLD_ORDERS)[number];

export interface HoldOptions {
  readonly exchange: string | undefined;
  readonly agreement: string | undefined;
  /** True where the person's identifier stands on standard input. */
  readonly person: boolean;
  readonly by: string | undefined;
  readonly because: string | undefined;
}

/** Gives the order; resolves to the exit code. */
export async function holdCommand(
  order: HoldOrderName,
  { person, ...options }: HoldOptions,
  io: CommandIo,
  parts: OrderParts,
  readLines: () => Promise<string>,
): Promise<number> {
  if (order === 'list') return giveOrder('/log/holds/list', {}, io, parts);
  const lines = person ? await readLines() : undefined;
  return giveOrder(`/log/holds/${order}`, { ...options, lines }, io, parts);
}
