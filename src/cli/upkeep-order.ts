/** An order about what the log keeps, given to the running gateway, or carried out in the store itself where none runs. */
import type { CommandIo } from './command-io.ts';

export interface OrderParts {
  /** Where the running gateway is asked for. */
  readonly operations: string;
  /** Undefined only where nobody listens. */
  readonly give: (path: string, order: Readonly<Record<string, unknown>>) => Promise<Answered | undefined>;
  /** With no gateway running: in the store itself, under the writer's lock. @throws where that cannot be. */
  readonly giveOffline: (path: string, order: Readonly<Record<string, unknown>>) => Promise<Answered>;
}

export type Answered =
  | { readonly said: string; readonly lines?: readonly string[]; readonly more?: boolean }
  | { readonly wrong: string };

/** Gives the order, again for as long as there is more to do, and prints what became of it; resolves to the exit code. */
export async function giveOrder(
  path: string,
  order: Readonly<Record<string, unknown>>,
  io: CommandIo,
  parts: OrderParts,
): Promise<number> {
  for (;;) {
    const answer = (await parts.give(path, order)) ?? (await offline(path, order, io, parts));
    if (answer === undefined) return 1;
    if ('wrong' in answer) {
      io.err(`${answer.wrong}\n`);
      return 1;
    }
    for (const line of answer.lines ?? []) io.out(`${line}\n`);
    io.out(`${answer.said}\n`);
    if (answer.more !== true) return 0;
  }
}

async function offline(
  path: string,
  order: Readonly<Record<string, unknown>>,
  io: CommandIo,
  { operations, giveOffline }: OrderParts,
): Promise<Answered | undefined> {
  io.err(`no gateway answers at ${operations}; the order is carried out in the store itself\n`);
  try {
    return await giveOffline(path, order);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'something else was thrown';
    io.err(`${why}\nName the gateway's operations address, or run this with the gateway's own settings\n`);
    return undefined;
  }
}
