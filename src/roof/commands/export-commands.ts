/** The commands that write what others want: exports of agreements, and files to begin with. They read files and nothing else. */
import { readFileSync } from 'node:fs';
import { Argument, type Command, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import {
  EXPORTS,
  type ExportCommand,
  type ExportOpenApiCommand,
  exportOpenApiCommand,
  exportPoliciesCommand,
} from '../../cli/export-policies.ts';
import { newDatasetCommand } from '../../cli/new-dataset.ts';
import type { LoadPolicies } from '../../cli/read-policies.ts';
import { problemStatus } from '../../http/problem.ts';

const folder = (): Argument =>
  new Argument('[folder]', 'folder with organisations, datasets and agreements').default('policies');
const origin = (): Option =>
  new Option('--origin <url>', 'where the gateway answers consumers')
    .env('GATEWAY_ORIGIN')
    .default('https://gateway.example');

/** Adds the commands to the program. */
export function addExportCommands(program: Command, io: CommandIo, load: LoadPolicies): void {
  const exports = program.command('export').description('write agreements in the forms that others want');
  addTables(exports, io, load);
  addOpenApi(exports, io, load);
  addNewDataset(program, io);
}

function addTables(exports: Command, io: CommandIo, load: LoadPolicies): void {
  for (const what of EXPORTS) {
    exports
      .command(what)
      .description(MEANS[what])
      .addArgument(folder())
      .addOption(new Option('--as <face>', 'how to print it').choices(['csv', 'json', 'html']).default('csv'))
      .addOption(origin())
      .action(async (from: string, options: Pick<ExportCommand, 'as' | 'origin'>) => {
        const command = { ...options, what, folder: from };
        process.exitCode = await exportPoliciesCommand(command, io, load, Date.now());
      });
  }
}

const MEANS: Readonly<Record<ExportCommand['what'], string>> = {
  register: 'the public register, in the columns of the Digital Economy Act register',
  'article-30': 'the record of processing activities of the controllers (UK GDPR Article 30(1))',
  'article-30-processors': 'the record of processing activities of processors (UK GDPR Article 30(2))',
  'api-catalogue': 'rows for the API Catalogue of government, one for each dataset',
};

function addOpenApi(exports: Command, io: CommandIo, load: LoadPolicies): void {
  exports
    .command('openapi')
    .description('one agreement as OpenAPI 3.1: only its operations, what it may ask with, and its fields')
    .argument('<agreement>', 'id of the agreement, such as DSA-2026-014')
    .addArgument(folder())
    .addOption(new Option('--version <number>', 'the one in force unless said').argParser(Number))
    .addOption(origin())
    .action(
      async (agreement: string, from: string, options: Pick<ExportOpenApiCommand, 'version' | 'origin'>) => {
        const command = { ...options, agreement, folder: from };
        process.exitCode = await exportOpenApiCommand(command, io, load, Date.now(), problemStatus);
      },
    );
}

function addNewDataset(program: Command, io: CommandIo): void {
  const made = program.commands.find((command) => command.name() === 'new');
  const group = made ?? program.command('new').description('write a policy file to begin with');
  group
    .command('dataset')
    .description(
      "from a provider's OpenAPI document; every field is there, and none is shown until somebody says how",
    )
    .argument('<id>', 'name of the dataset, such as payments')
    .requiredOption('--from <file>', 'OpenAPI 3 document, JSON or YAML')
    .action(async (id: string, { from }: { from: string }) => {
      const { parse } = await import('yaml');
      process.exitCode = newDatasetCommand({ id, from }, io, (file) => parse(readFileSync(file, 'utf8')));
    });
}
