/** `suspend`, `end`, `revoke`, `resume`, `hand-in`, `stops`: a party stops an agreement, alone and at once (docs/formats/stops.md). */
import { isReason, type Order, stopText } from '../domain/stop.ts';
import type { CommandIo } from './command-io.ts';

export interface StopOptions {
  readonly order: Order;
  readonly agreement: string;
  readonly as: string;
  readonly reason: string;
  /** A file to write the order to, for somebody else to hand in; undefined gives it to the gateway. */
  readonly out: string | undefined;
}

/** What became of an order, or undefined where nobody answered. */
export type Answered = { readonly taken: string } | { readonly wrong: string } | undefined;

export interface HandInParts {
  /** Where the running gateway is asked for. */
  readonly operations: string;
  readonly handIn: (signature: string) => Promise<Answered>;
  /** With no gateway running: into the store itself, under the writer's lock. @throws where that cannot be. */
  readonly handInOffline: (signature: string) => Promise<Answered>;
}

export interface StopParts extends HandInParts {
  readonly sign: (text: string) => Promise<string>;
  readonly write: (file: string, text: string) => void;
  readonly nowMs: number;
}

/** Resolves to the exit code: 0 where the order is in force or was written, 1 where it is not. */
export async function stopCommand(options: StopOptions, io: CommandIo, parts: StopParts): Promise<number> {
  const { order, agreement, as, reason, out } = options;
  if (!isReason(reason)) {
    io.err('--reason says in one line of at most 500 characters why, and names no person\n');
    return 1;
  }
  const signature = await parts.sign(stopText({ order, agreement, by: as, reason, atMs: parts.nowMs }));
  if (out === undefined) return handInCommand(signature, io, parts);
  parts.write(out, `${signature}\n`);
  io.out(
    `the signed order is in ${out}; it is in force once \`sharing-gateway hand-in ${out}\` was run at the gateway\n`,
  );
  return 0;
}

/** Hands in a signed order. The exit code is that of `stopCommand`. */
export async function handInCommand(signature: string, io: CommandIo, parts: HandInParts): Promise<number> {
  const answered = (await parts.handIn(signature)) ?? (await offline(signature, io, parts));
  if (answered === undefined) return 1;
  if ('wrong' in answered) {
    io.err(`not taken up: ${answered.wrong}\n`);
    return 1;
  }
  io.out(`in force: ${answered.taken}\n`);
  return 0;
}

async function offline(
  signature: string,
  io: CommandIo,
  { operations, handInOffline }: HandInParts,
): Promise<Answered> {
  io.err(`no gateway answers at ${operations}; the order goes into the store itself\n`);
  try {
    return await handInOffline(signature);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'something else was thrown';
    io.err(
      `the order is not in force: ${why}\nName the gateway's operations address, or run this with the gateway's own settings; --out writes the order to a file to hand over\n`,
    );
    return undefined;
  }
}

export interface ShownStop {
  readonly order: string;
  readonly agreement: string;
  readonly by: string;
  readonly reason: string;
  readonly atMs: number;
}

/** Prints the stops that stand; resolves to the exit code: 0, or 1 where the gateway could not be asked. */
export async function listStopsCommand(
  operations: string,
  io: CommandIo,
  ask: () => Promise<readonly ShownStop[] | undefined>,
): Promise<number> {
  const stops = await ask();
  if (stops === undefined) {
    io.err(
      `the gateway does not answer at ${operations}: is it running, and is this its operations address?\n`,
    );
    return 1;
  }
  if (stops.length === 0) io.out('nothing is stopped\n');
  for (const { agreement, order, by, atMs, reason } of stops)
    io.out(`${agreement} · ${order} · ${by} · ${new Date(atMs).toISOString()} · ${reason}\n`);
  return 0;
}
