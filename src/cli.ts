#!/usr/bin/env node
/** `sharing-gateway`: one file per command in src/cli/; standard output is the result, the exit code the verdict. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { Argument, Command, Option } from 'commander';
import { loadPolicyFolder, type Trust } from './adapters/policies/policy-folder.ts';
import { keyFiles, makeMissingKeys, openKeyRing } from './adapters/signing/key-ring.ts';
import { readSignature } from './adapters/signing/signed-text.ts';
import { checkPoliciesCommand } from './cli/check-policies.ts';
import type { CommandIo } from './cli/command-io.ts';
import { type KeysAtHand, keysCommand } from './cli/keys.ts';
import { optOut } from './cli/opt-out.ts';
import { PEOPLE_ORDERS, type PeopleOrderOptions } from './cli/people-order.ts';
import { protect } from './cli/protect.ts';
import { ConfigError } from './config.ts';
import { GatewayError } from './domain/gateway-error.ts';
import { formatVerifierKey } from './merkle/signed-note.ts';
import { addBackupCommands } from './roof/commands/backup-commands.ts';
import { addChangeCommands } from './roof/commands/change-commands.ts';
import { addExportCommands } from './roof/commands/export-commands.ts';
import { addLogCommands } from './roof/commands/log-commands.ts';
import { addOfficerCommands } from './roof/commands/officer-commands.ts';
import { addPartnerCommands } from './roof/commands/partner-commands.ts';
import { addPartyCommands, makeSigning } from './roof/commands/party-commands.ts';
import { addProofCommands } from './roof/commands/proof-commands.ts';
import { addRecoverCommand } from './roof/commands/recover-commands.ts';
import { addReportCommands } from './roof/commands/report-commands.ts';
import { addStoreCommands } from './roof/commands/store-commands.ts';
import { addUpkeepCommands } from './roof/commands/upkeep-commands.ts';
import { addVerifyCommand } from './roof/commands/verify-commands.ts';
import { addWitnessCommands } from './roof/commands/witness-commands.ts';
import { readPinnedKeys } from './roof/policies/pinned-keys-file.ts';

const io: CommandIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
};

// Whoever reads the result may stop reading: `list | head` is no failure.
process.stdout.on('error', () => process.exit());

const setting = (flags: string, name: string, means: string): Option => new Option(flags, means).env(name);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const program: Command = new Command('sharing-gateway')
  .description(
    'Lets councils share agreed fields of agreed records, and keeps a log that nobody can quietly rewrite.',
  )
  .showHelpAfterError();

program
  .command('serve')
  .description(
    'start the gateway; every setting comes from the environment, and each that is missing is named',
  )
  .action(async () => {
    await import('./main.ts');
  });

program
  .command('demo')
  .description('start the gateway among invented councils, and walk through a release, a refusal and a proof')
  .action(() => {
    const demo = here('../demo/demo.ts');
    if (!existsSync(demo)) program.error('the demo is not part of this installation');
    process.exitCode = spawnSync(process.execPath, [demo], { stdio: 'inherit' }).status ?? 1;
  });

program
  .command('check')
  .description('check every policy file and say which agreements are in force')
  .argument('[folder]', 'folder with organisations, datasets and agreements', 'policies')
  .addOption(
    setting('--pins <file>', 'PINNED_KEYS_FILE', "the gateway's pinned keys; without it no signature counts"),
  )
  .action(async (folder: string, { pins }: { pins?: string }) => {
    const load = (from: string) => loadPolicyFolder(from, trust(pins));
    process.exitCode = await checkPoliciesCommand(folder, io, load, Date.now());
  });

addOfficerCommands(program, io, loadPolicyFolder);
addChangeCommands(program, io, loadPolicyFolder);
addExportCommands(program, io, loadPolicyFolder);
addPartnerCommands(program, io, loadPolicyFolder);

addLogCommands(program, io, process.env);

for (const [name, command, means] of [
  ['protect', protect, 'people who are held back from every answer'],
  ['opt-out', optOut, 'people who are held back where the national data opt-out applies'],
] as const) {
  program
    .command(name)
    .description(`${means}; their identifiers are read from standard input, one a line, and never kept`)
    .addArgument(new Argument('<order>', 'what to do').choices(PEOPLE_ORDERS))
    .option('--kind <kind>', 'kind of the identifiers, such as "NHS number"')
    .option('--by <name>', 'who gives the order; a removal needs two different people')
    .addOption(
      setting('--operations <url>', 'OPERATIONS_URL', 'operations address').default('http://127.0.0.1:9443'),
    )
    .action(async (order: string, { operations, kind, by }: Partial<PeopleOrderOptions>) => {
      const options = { operations: operations ?? '', kind, by };
      process.exitCode = await command(order, options, io, () => text(process.stdin));
    });
}

addVerifyCommand(program, io);

program
  .command('keys')
  .description(
    'say what each key is for, where it stands, how it is changed and what its loss means; `make` makes those that are missing',
  )
  .argument('[order]', 'make, or make-signing for a key with which an organisation signs agreements')
  .addOption(setting('--folder <folder>', 'KEYS_FOLDER', 'folder with the keys'))
  .addOption(setting('--origin <name>', 'LOG_ORIGIN', "the log's name"))
  .option('--out <file>', 'make-signing: the new file of the private key')
  .action((order: string | undefined, { folder, origin, out }: KeysOptions) => {
    if (order === 'make-signing') {
      if (out === undefined) program.error('error: name the new file of the private key with --out');
      return makeSigning(out, io);
    }
    if (folder === undefined)
      program.error('error: name the folder with the keys with --folder or KEYS_FOLDER');
    if (origin === undefined) program.error('error: name the log with --origin or LOG_ORIGIN');
    process.exitCode = keysCommand(order === undefined ? [] : [order], keysAtHand(folder, origin), io);
  });

addStoreCommands(program, io, process.env);
addPartyCommands(program, io, process.env);
addReportCommands(program, io, process.env);
addProofCommands(program, io, process.env);
addWitnessCommands(program, io, process.env);
addBackupCommands(program, io, process.env);
addUpkeepCommands(program, io, process.env);
addRecoverCommand(program, io, process.env);

try {
  await program.parseAsync();
} catch (error) {
  // What the gateway says of itself is told in its own words; anything else is a defect and shows where.
  if (!(error instanceof GatewayError || error instanceof ConfigError)) throw error;
  io.err(`${error.message}\n`);
  process.exitCode = 1;
}

/** Whose signatures count; without a file of pins nobody's do. */
function trust(pins: string | undefined): Trust | undefined {
  return pins === undefined || pins === '' ? undefined : { pins: readPinnedKeys(pins), read: readSignature };
}

interface KeysOptions {
  readonly folder?: string;
  readonly origin?: string;
  readonly out?: string;
}

/** The half-year, such as "2026h2": the name that fresh secret keys get. */
function halfYear(now: Date): string {
  return `${now.getUTCFullYear()}h${now.getUTCMonth() < 6 ? 1 : 2}`;
}

function keysAtHand(folder: string, origin: string): KeysAtHand {
  return {
    files: () => keyFiles(folder),
    make() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return makeMissingKeys(folder, halfYear(new Date()));
    },
    verifierKeys() {
      const { checkpoint, receipts } = openKeyRing(folder, origin);
      return [checkpoint.verifierKey, receipts.verifierKey].map(formatVerifierKey);
    },
  };
}
