/** The commands about people who are held back: protect, from every answer, and opt-out, where the national data opt-out applies. */
import { text } from 'node:stream/consumers';
import { Argument, type Command, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import { optOut } from '../../cli/opt-out.ts';
import { PEOPLE_ORDERS, type PeopleOrderOptions } from '../../cli/people-order.ts';
import { protect } from '../../cli/protect.ts';

const LISTS = [
  ['protect', protect, 'people who are held back from every answer'],
  ['opt-out', optOut, 'people who are held back where the national data opt-out applies'],
] as const;

/** Adds the commands to the program. */
export function addPeopleCommands(program: Command, io: CommandIo): void {
  for (const [name, command, means] of LISTS) {
    program
      .command(name)
      .description(`${means}; their identifiers are read from standard input, one a line, and never kept`)
      .addArgument(new Argument('<order>', 'what to do').choices(PEOPLE_ORDERS))
      .option('--kind <kind>', 'kind of the identifiers, such as "NHS number"')
      .option('--by <name>', 'who gives the order; a removal needs two different people')
      .addOption(
        new Option('--operations <url>', 'operations address')
          .env('OPERATIONS_URL')
          .default('http://127.0.0.1:9443'),
      )
      .action(async (order: string, { operations, kind, by }: Partial<PeopleOrderOptions>) => {
        const options = { operations: operations ?? '', kind, by };
        process.exitCode = await command(order, options, io, () => text(process.stdin));
      });
  }
}
