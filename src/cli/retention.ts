/** `retention`: says which entries' time has come, drops them, and gives the room that they took back to the disk. */
import type { CommandIo } from './command-io.ts';
import { giveOrder, type OrderParts } from './upkeep-order.ts';

export const RETENTION_ORDERS = ['show', 'run', 'shrink'] as const;
export type RetentionOrder = (typeof RETENTION_ORDERS)[number];

export interface RetentionParts extends OrderParts {
  /** Shrinks the store's file under the writer's lock; resolves to its bytes before and after. */
  readonly shrink: () => Promise<{ readonly before: number; readonly after: number }>;
}

/** Gives the order; resolves to the exit code. */
export async function retentionCommand(
  order: RetentionOrder,
  by: string | undefined,
  io: CommandIo,
  parts: RetentionParts,
): Promise<number> {
  if (order !== 'shrink') return giveOrder(`/log/retention/${order}`, { by }, io, parts);
  const { before, after } = await parts.shrink();
  io.out(`the store had ${inMb(before)} and has ${inMb(after)} now\n`);
  return 0;
}

function inMb(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MB`;
}
