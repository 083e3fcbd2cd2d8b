/** The commands that have a log prove itself to others: `prove`, `export evidence`, `export entries`, `reconcile`. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { OPENABLE, type Openable } from '../../audit-log/proving/evidence-manifest.ts';
import type { ReconciledEntry } from '../../audit-log/proving/reconcile.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { type ExportEntriesArgs, exportEntriesCommand, instantText } from '../../cli/export-entries.ts';
import { exportEvidenceCommand } from '../../cli/export-evidence.ts';
import { proveCommand, type WriteNewFile } from '../../cli/prove.ts';
import { readTheirs, reconcileCommand } from '../../cli/reconcile.ts';
import { checked, InputError } from '../../cli/verify-verdict.ts';
import type { Environment } from '../../config.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { toBase64 } from '../../encoding/base64.ts';
import { openLogAtRest } from '../log/log-at-rest.ts';
import { storeOption } from './store-option.ts';

const operations = (): Option =>
  new Option('--operations <url>', 'operations address of the running gateway')
    .env('OPERATIONS_URL')
    .default('http://127.0.0.1:9443');
const tokenFile = (): Option => new Option('--token-file <file>', 'the access token that proves who reads');

interface Reading {
  readonly operations: string;
  readonly tokenFile?: string;
}

/** Adds the commands to the program; `export` stands there already. */
export function addProofCommands(program: Command, io: CommandIo, environment: Environment): void {
  addProve(program, io, environment);
  const exports = program.commands.find((command) => command.name() === 'export');
  if (exports !== undefined) {
    addEvidence(exports, io, environment);
    addEntries(exports, io, environment);
  }
  addReconcile(program, io, environment);
}

function addProve(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('prove')
    .description(
      'prove that an exchange or an entry stands in the log, for somebody who has its public key alone',
    )
    .argument('<what>', 'id of an exchange, or leaf hash of an entry')
    .option('--to <folder>', 'where the files of an exchange are written', '.')
    .addOption(operations())
    .addOption(tokenFile())
    .action(async (what: string, options: Reading & { readonly to: string }) => {
      process.exitCode = await reading(options, io, environment, (address) =>
        proveCommand({ ...address, what }, io, writerIn(options.to)),
      );
    });
}

function addEvidence(exports: Command, io: CommandIo, environment: Environment): void {
  exports
    .command('evidence')
    .description('one zip about some exchanges that a third party can check alone')
    .argument('<exchanges...>', 'ids of the exchanges')
    .option('--out <file>', 'the zip', 'evidence.zip')
    .addOption(
      new Option('--open <members...>', 'open what entries keep covered, where the reader may').choices(
        OPENABLE,
      ),
    )
    .option('--receipts <file>', 'receipts that the party holds, one a line, to go with their entries')
    .addOption(operations())
    .addOption(tokenFile())
    .action(async (exchanges: string[], options: EvidenceOptions) => {
      const { out, open = [], receipts } = options;
      process.exitCode = await reading(options, io, environment, (address) => {
        const args = { ...address, exchanges, open, out };
        const held = receipts === undefined ? {} : { receipts: textOf(receipts) };
        return exportEvidenceCommand({ ...args, ...held }, io, writerIn('.'));
      });
    });
}

interface EvidenceOptions extends Reading {
  readonly out: string;
  readonly open?: readonly Openable[];
  readonly receipts?: string;
}

function addEntries(exports: Command, io: CommandIo, environment: Environment): void {
  exports
    .command('entries')
    .description('the entries of the log that the reader may see, to standard output')
    .addOption(
      new Option('--as <form>', 'jsonl holds the exact entries, csv is for spreadsheets')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .option(
      '--from <day>',
      'from the beginning of this day in London, or an instant such as 2026-11-23T09:30:00Z',
    )
    .option('--to <day>', 'to the end of this day in London, or an instant')
    .option('--first <index>', 'entries from this index on')
    .option('--size <number>', 'no more of the log than so many entries from there on')
    .addOption(operations())
    .addOption(tokenFile())
    .action(async (options: Reading & ExportEntriesOptions) => {
      const { as, from, to, first, size } = options;
      process.exitCode = await reading(options, io, environment, (address) =>
        exportEntriesCommand({ ...address, as, from, to, first, size }, io, flow),
      );
    });
}

type ExportEntriesOptions = Omit<ExportEntriesArgs, 'operations' | 'token'>;

function addReconcile(program: Command, io: CommandIo, environment: Environment): void {
  program
    .command('reconcile')
    .description('compare a log with what a party kept of its exchanges: missing, extra, altered, late')
    .requiredOption(
      '--theirs <file>',
      'CSV or JSON lines with exchange ids, and leaf hashes or receipts and times where kept',
    )
    .option('--ours <file>', 'entries as `export entries` wrote them; without it the store')
    .addOption(storeOption(environment).makeOptionMandatory(false))
    .option('--party <organisation>', 'of the store, only exchanges in which it is provider or consumer')
    .addOption(new Option('--late <seconds>', 'how far clocks may differ').default(60).argParser(Number))
    .option('--from <day>', 'exchanges of the log that began earlier are not called extra')
    .option('--to <day>', 'nor those that began later')
    .option('--json', 'differences as JSON lines', false)
    .action(async (options: ReconcileOptions) => {
      process.exitCode = await checked(io, async () => {
        const { theirs, late, json } = options;
        const args = {
          json,
          lateMs: late * 1000,
          fromMs: msOf(options.from, 'from'),
          toMs: msOf(options.to, 'to'),
        };
        return reconcileCommand(
          args,
          () => oursOf(options, environment),
          () => textOf(theirs),
          io,
        );
      });
    });
}

interface ReconcileOptions {
  readonly theirs: string;
  readonly ours?: string;
  readonly store?: string;
  readonly party?: string;
  readonly late: number;
  readonly from?: string;
  readonly to?: string;
  readonly json: boolean;
}

async function oursOf(
  { ours, store, party }: ReconcileOptions,
  environment: Environment,
): Promise<Iterable<ReconciledEntry>> {
  if (ours !== undefined) return readTheirs(textOf(ours));
  if (store === undefined)
    throw new InputError('name the log with --store, or its exported entries with --ours');
  const log = await openLogAtRest(store, environment);
  try {
    await log.freeze();
    const entries: ReconciledEntry[] = [];
    const PAGE = 4096;
    for (let from = 0; ; from += PAGE) {
      const page = await log.hashedEntries(from, PAGE);
      for (const { exchange, leaf, leafHash, atMs } of page)
        if (exchange !== undefined && isOfParty(leaf, party))
          entries.push({ exchange, leafHash: toBase64(leafHash), atMs });
      if (page.length < PAGE) return entries;
    }
  } finally {
    await log.close();
  }
}

function isOfParty(leaf: Uint8Array, party: string | undefined): boolean {
  if (party === undefined) return true;
  const said: unknown = JSON.parse(Buffer.from(leaf).toString());
  return isObject(said) && (said['provider'] === party || said['consumer'] === party);
}

/** Asks the gateway that runs, or opens its log where none does. */
function reading(
  { operations: address, tokenFile: file }: Reading,
  io: CommandIo,
  environment: Environment,
  work: (address: { operations: string; token?: string }) => Promise<number>,
): Promise<number> {
  return checked(io, async () => {
    const { withLogAtHand } = await import('./log-at-hand.ts');
    const token = file === undefined ? {} : { token: textOf(file).trim() };
    return withLogAtHand(address, environment, (at) => work({ operations: at, ...token }));
  });
}

/** A file that is there already is never overwritten: it may be the only copy of a proof. */
function writerIn(folder: string): WriteNewFile {
  return (name, bytes) => {
    try {
      writeFileSync(resolve(folder, name), bytes, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      const there = error instanceof Error && 'code' in error && error.code === 'EEXIST';
      throw new InputError(
        there
          ? `${name} is there already: name another place`
          : `${name} cannot be written: is its folder there?`,
        {
          cause: error,
        },
      );
    }
  };
}

async function flow(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function msOf(text: string | undefined, edge: 'from' | 'to'): number | undefined {
  return text === undefined ? undefined : Date.parse(instantText(text, edge));
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new InputError(`${file} cannot be read`, { cause: error });
  }
}
