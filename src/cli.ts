#!/usr/bin/env node
/** `sharing-gateway`: one file per command in src/cli/; standard output is the result, the exit code the verdict. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { loadPolicyFolder } from './adapters/policies/policy-folder.ts';
import { keyFiles, makeMissingKeys, openKeyRing } from './adapters/signing/key-ring.ts';
import { openSqliteReader, type SqliteReader } from './adapters/storage/sqlite/sqlite-reader.ts';
import { checkPoliciesCommand } from './cli/check-policies.ts';
import type { CommandIo } from './cli/command-io.ts';
import { type KeysAtHand, keysCommand } from './cli/keys.ts';
import { listEntries } from './cli/list-entries.ts';
import { verifyLogCommand } from './cli/verify-log.ts';
import { formatVerifierKey } from './merkle/signed-note.ts';

const io: CommandIo = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
};

// Whoever reads the result may stop reading: `list | head` is no failure.
process.stdout.on('error', () => process.exit());

const setting = (flags: string, name: string, means: string): Option => new Option(flags, means).env(name);
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const program = new Command('sharing-gateway')
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
  .action(async (folder: string) => {
    process.exitCode = await checkPoliciesCommand(folder, io, loadPolicyFolder, Date.now());
  });

program
  .command('list')
  .description(
    'list entries of the log through the running gateway, newest first; the reading is itself an entry',
  )
  .addOption(
    setting('--operations <url>', 'OPERATIONS_URL', 'operations address').default('http://127.0.0.1:9443'),
  )
  .addOption(new Option('--most <number>', 'how many').default(20).argParser(Number))
  .option('--exchange <id>', 'entries of one exchange')
  .option('--kind <kind>', 'entries of one kind, such as refused')
  .option('--json', 'whole entries as JSON lines', false)
  .action(async (options) => {
    process.exitCode = await listEntries({ exchange: undefined, kind: undefined, ...options }, io);
  });

program
  .command('verify')
  .description('verify a whole log offline, with nothing but its files and its public key')
  .addOption(setting('--store <file>', 'AUDIT_LOG_FILE', "the log's store, or a copy").makeOptionMandatory())
  .addOption(setting('--head <file>', 'HEAD_FILE', 'the head file').makeOptionMandatory())
  .addOption(
    setting('--key <text>', 'CHECKPOINT_KEY', 'verifier key, as `keys` prints it').makeOptionMandatory(),
  )
  .action((options) => {
    process.exitCode = verifyLogCommand(options, io, openFrozen);
  });

program
  .command('keys')
  .description(
    'say what each key is for, where it stands, how it is changed and what its loss means; `make` makes those that are missing',
  )
  .argument('[order]', 'make')
  .addOption(setting('--folder <folder>', 'KEYS_FOLDER', 'folder with the keys').makeOptionMandatory())
  .addOption(setting('--origin <name>', 'LOG_ORIGIN', "the log's name").makeOptionMandatory())
  .action((order: string | undefined, { folder, origin }: { folder: string; origin: string }) => {
    process.exitCode = keysCommand(order === undefined ? [] : [order], keysAtHand(folder, origin), io);
  });

await program.parseAsync();

/** One view of the store, whatever a running gateway writes meanwhile. */
function openFrozen(store: string): SqliteReader {
  const log = openSqliteReader(store);
  log.freeze();
  return log;
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
