/** The commands for whoever writes agreements: explain, try, test, who-can-see and matrix. They read policy files and nothing else. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import type { ExplainCommand } from '../../cli/explain.ts';
import type { LoadPolicies } from '../../cli/read-policies.ts';
import type { TryCommand } from '../../cli/try.ts';
import type { WhoCanSeeCommand } from '../../cli/who-can-see.ts';
import type { Signatures } from '../../governance/explaining/standing.ts';
import { type LoadTrusted, trustIn } from './command-policies.ts';

interface Pins {
  readonly pins?: string;
}

const folder = (): Argument =>
  new Argument('[folder]', 'folder with organisations, datasets and agreements').default('policies');
const agreement = (): Argument => new Argument('<agreement>', 'id of the agreement, such as DSA-2026-014');
const version = (): Option =>
  new Option('--version <number>', 'version of the agreement; the one in force unless said').argParser(
    wholeNumber,
  );
const face = (...faces: readonly string[]): Option =>
  new Option('--as <face>', 'how to print it').choices(faces).default('text');

const pins = (): Option =>
  new Option('--pins <file>', "the gateway's pinned keys; without it no signature is checked").env(
    'PINNED_KEYS_FILE',
  );

const signatures = ({ pins: file }: Pins): Signatures =>
  file === undefined || file === '' ? 'not checked' : 'checked';

/** Reads with the pinned keys, and says what the files alone cannot tell about being in force. */
function loading(load: LoadTrusted, { pins: file }: Pins, io: CommandIo): LoadPolicies {
  if (file === undefined || file === '') {
    return (from) => {
      io.err(
        'no pinned keys are named (--pins), so no signature is checked and nothing is said to be in force\n',
      );
      return load(from);
    };
  }
  return async (from) => {
    io.err('stops stand in the log, not in these files: ask the running gateway whether there is one\n');
    return load(from, await trustIn(file));
  };
}

/** Adds the commands to the program. */
export function addOfficerCommands(program: Command, io: CommandIo, load: LoadTrusted): void {
  addExplain(program, io, load);
  addTry(program, io, load);
  program
    .command('test')
    .description(
      'run the examples of every agreement as tests; ends with 1 where one does not come out as written',
    )
    .addArgument(folder())
    .action(async (from: string) => {
      const { testExamplesCommand } = await import('../../cli/test-examples.ts');
      const { triedFilter } = await import('./tried-filter.ts');
      process.exitCode = await testExamplesCommand(from, io, load, triedFilter(), Date.now());
    });
  addWhoCanSee(program, io, load);
}

function addExplain(program: Command, io: CommandIo, load: LoadTrusted): void {
  program
    .command('explain')
    .description(
      'explain an agreement in plain English: who shares what about whom, why, and what never leaves',
    )
    .addArgument(agreement())
    .addArgument(folder())
    .addOption(version())
    .addOption(pins())
    .addOption(face('text', 'markdown', 'html'))
    .option('--with-articles', 'name the articles of the law too', false)
    .action(
      async (
        id: string,
        from: string,
        options: Omit<ExplainCommand, 'agreement' | 'folder' | 'signatures'> & Pins,
      ) => {
        const command = { ...options, agreement: id, folder: from, signatures: signatures(options) };
        const { explainCommand } = await import('../../cli/explain.ts');
        process.exitCode = await explainCommand(command, io, loading(load, options, io), Date.now());
      },
    );
}

function addTry(program: Command, io: CommandIo, load: LoadTrusted): void {
  program
    .command('try')
    .description(
      'try a request under an agreement with samples: what is decided, what is given, what is withheld',
    )
    .addArgument(agreement())
    .addArgument(folder())
    .addOption(version())
    .addOption(pins())
    .option('--as <role>', 'role of the person who asks')
    .option('--ask <operation>', 'what is asked; the first agreed operation that fits unless said')
    .option(
      '--using <lookup=sample>',
      'a lookup and a sample; once for each',
      (one, all: string[]) => [...all, one],
      [],
    )
    .option('--reason <reason>', 'the reason that is given')
    .option('--case <reference>', 'the case reference that is given')
    .option('--consent <reference>', "the reference of the person's consent that is given")
    .option('--system <system>', 'the system that asks; the first agreed one unless said')
    .option('--answer <file>', "the provider's answer in JSON; a made-up record unless said")
    .option('--at <time>', 'when it is asked, such as 2026-11-23T09:30Z; now unless said')
    .addHelpText(
      'after',
      '\nNever type the name or the number of a real person: what is typed stays in the history of this terminal. Use samples' +
        '\nsuch as badge number ZZ9Z01, NHS number 9990001006, National Insurance number QQ123456C or postcode ZZ99 3VZ.',
    )
    .action(
      async (
        id: string,
        from: string,
        options: Omit<TryCommand, 'agreement' | 'folder' | 'signatures'> & Pins,
      ) => {
        const command = { ...options, agreement: id, folder: from, signatures: signatures(options) };
        const { tryCommand } = await import('../../cli/try.ts');
        const { triedFilter } = await import('./tried-filter.ts');
        process.exitCode = await tryCommand(
          command,
          io,
          loading(load, options, io),
          triedFilter(),
          Date.now(),
        );
      },
    );
}

function addWhoCanSee(program: Command, io: CommandIo, load: LoadTrusted): void {
  const dataset = (): Option => new Option('--dataset <id>', 'look in one dataset only');
  type Options = Omit<WhoCanSeeCommand, 'field' | 'folder' | 'signatures'> & Pins;
  program
    .command('who-can-see')
    .description(
      'say which organisations can see a field, for what and how; a parent or a word of its meaning will do',
    )
    .argument('<field>', 'such as party.person.dob, party.contact or "date of birth"')
    .addArgument(folder())
    .addOption(dataset())
    .addOption(pins())
    .addOption(face('text', 'csv', 'html'))
    .action(async (field: string, from: string, options: Options) => {
      const { whoCanSeeCommand } = await import('../../cli/who-can-see.ts');
      process.exitCode = await whoCanSeeCommand(
        { ...options, field, folder: from, signatures: signatures(options) },
        io,
        loading(load, options, io),
        Date.now(),
      );
    });
  program
    .command('matrix')
    .description('say of every field which organisations can see it, for what and how')
    .addArgument(folder())
    .addOption(dataset())
    .addOption(pins())
    .addOption(face('text', 'csv', 'html'))
    .action(async (from: string, options: Options) => {
      const { whoCanSeeCommand } = await import('../../cli/who-can-see.ts');
      process.exitCode = await whoCanSeeCommand(
        { ...options, folder: from, signatures: signatures(options) },
        io,
        loading(load, options, io),
        Date.now(),
      );
    });
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write a whole number, such as 3.');
}
