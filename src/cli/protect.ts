/** `protect`: people who are held back from every answer, whatever an agreement says. */
import type { CommandIo } from './command-io.ts';
import { orderPeople, type PeopleOrderOptions } from './people-order.ts';

/** Gives the order; resolves to the exit code. */
export function protect(
  order: string,
  options: PeopleOrderOptions,
  io: CommandIo,
  readValues: () => Promise<string>,
): Promise<number> {
  return orderPeople('protected', order, options, io, readValues);
}
