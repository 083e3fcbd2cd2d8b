/** `opt-out`: people who are held back from answers under agreements to which the national data opt-out applies. */
import type { CommandIo } from './command-io.ts';
import { orderPeople, type PeopleOrderOptions } from './people-order.ts';

/** Gives the order; resolves to the exit code. */
export function optOut(
  order: string,
  options: PeopleOrderOptions,
  io: CommandIo,
  readValues: () => Promise<string>,
): Promise<number> {
  return orderPeople('opted-out', order, options, io, readValues);
}
