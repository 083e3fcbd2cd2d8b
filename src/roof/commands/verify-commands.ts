/** `verify` and its variants: offline, with public keys alone, whatever is to be verified and wherever it stands. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { consistencyProof, rootOfFirst } from '../../audit-log/proving/proofs.ts';
import { TileLog } from '../../audit-log/proving/tile-log.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { openTilePlace } from '../../cli/tile-place.ts';
import {
  type ConsistencyHashes,
  hashesOfText,
  verifyConsistencyCommand,
} from '../../cli/verify-consistency.ts';
import { filesOfZip, verifyEvidenceCommand } from '../../cli/verify-evidence.ts';
import { verifyLogCommand } from '../../cli/verify-log.ts';
import { verifyProofCommand } from '../../cli/verify-proof.ts';
import { verifyReceiptCommand } from '../../cli/verify-receipt.ts';
import { asInput, checkpointOfTiles, verifyTilesCommand } from '../../cli/verify-tiles.ts';
import { checked, InputError } from '../../cli/verify-verdict.ts';
import type { ZippedFile } from '../../encoding/zip.ts';
import { proveConsistency } from '../../merkle/consistency-proof.ts';
import { parseVerifierKey } from '../../merkle/signed-note.ts';
import { subtreeRoot } from '../../merkle/subtree.ts';
import { type LogAtRest, openLogAtRest } from '../log/log-at-rest.ts';
import { storeOption } from './store-option.ts';
import { noteIn, verifyOutside, verifyProofOutside } from './verify-outside.ts';

export interface VerifyOptions {
  readonly store?: string;
  readonly head?: string;
  readonly sealedRows?: boolean;
  readonly key?: string;
  readonly receiptsKey?: string;
  readonly tiles?: string;
  readonly tokenFile?: string;
  readonly checkpoint?: string;
  readonly policy?: string;
  readonly cosigned?: string;
  readonly proof?: string;
  readonly receipt?: string;
  readonly leaf?: string;
  readonly body?: string;
  readonly salt?: string;
  readonly consistency?: readonly string[];
  readonly hashes?: string;
  readonly evidence?: string;
}

/** An option is missing that this variant needs: told with how the command is called. */
class MissingOption extends Error {
  override readonly name = 'MissingOption';
}

/** Adds the command to the program. */
export function addVerifyCommand(program: Command, io: CommandIo): void {
  const setting = (flags: string, name: string, means: string): Option => new Option(flags, means).env(name);
  program
    .command('verify')
    .description(
      'verify a log, or a proof, receipt, checkpoint or evidence from it, offline and with public keys alone',
    )
    .addOption(storeOption().makeOptionMandatory(false))
    .addOption(setting('--head <file>', 'HEAD_FILE', 'the head file'))
    .addOption(setting('--key <text>', 'CHECKPOINT_KEY', 'verifier key of the log, as `keys` prints it'))
    .addOption(setting('--receipts-key <text>', 'RECEIPTS_KEY', 'verifier key of its receipts'))
    .option(
      '--sealed-rows',
      'check also that sealed rows fit their entries, and that what was erased is said',
    )
    .option('--tiles <place>', 'the log as tiles: a folder, or the address of its /log')
    .option('--token-file <file>', 'with --tiles: the access token to read with')
    .option(
      '--checkpoint <file>',
      'a checkpoint as it was pasted from an e-mail, against the log; - for standard input',
    )
    .addOption(
      setting(
        '--policy <file>',
        'WITNESSES_FILE',
        'witness policy: how far the log is countersigned outside',
      ),
    )
    .addOption(
      setting(
        '--cosigned <file>',
        'COSIGNED_FILE',
        'with --policy: the cosigned checkpoint; beside the head file',
      ),
    )
    .option('--proof <file>', 'a proof of the entry that --leaf names; - for standard input')
    .option('--receipt <file>', 'a receipt as it came in Audit-Receipt; - for standard input')
    .option('--leaf <file>', 'the exact bytes of the entry')
    .option('--body <file>', 'with --receipt or --evidence: the answer as it came')
    .option('--salt <text>', 'with --body: as it came in Audit-Salt')
    .option('--consistency <files...>', 'the older checkpoint and the newer one')
    .option('--hashes <file>', 'with --consistency: the proof, a hash in base64 a line')
    .option('--evidence <place>', 'a bundle of evidence: the zip, or the folder it was unpacked to')
    .action(async (options: VerifyOptions, command: Command) => {
      process.exitCode = await checked(io, () => verify(options, io)).catch((error: unknown) => {
        if (error instanceof MissingOption) command.error(`error: ${error.message}`);
        throw error;
      });
    });
}

async function verify(options: VerifyOptions, io: CommandIo): Promise<number> {
  const { evidence, proof, receipt, consistency } = options;
  if (evidence !== undefined) return verifyEvidence(evidence, options, io);
  if (proof !== undefined) return verifyProof(textOf(proof), options, io);
  if (receipt !== undefined) return verifyReceipt(receipt, options, io);
  if (consistency !== undefined) return verifyConsistency(consistency, options, io);
  return verifyWhole(options, io);
}

function verifyEvidence(place: string, options: VerifyOptions, io: CommandIo): Promise<number> {
  const { body, receiptsKey } = options;
  const args = { key: keyOf(options), receiptsKey, body: body === undefined ? undefined : bytesOf(body) };
  return verifyEvidenceCommand(
    args,
    () => (isFolder(place) ? filesUnder(place) : filesOfZip(bytesOf(place))),
    io,
  );
}

async function verifyProof(proof: string, options: VerifyOptions, io: CommandIo): Promise<number> {
  const { policy = '' } = options;
  const key = keyOf(options);
  const held = await verifyProofCommand({ proof, leaf: bytesOf(needed(options, 'leaf')), key }, io);
  if (policy === '' || held !== 0) return held;
  return verifyProofOutside(proof, { key, policy }, io);
}

function verifyReceipt(place: string, options: VerifyOptions, io: CommandIo): Promise<number> {
  const { leaf, body } = options;
  return verifyReceiptCommand(
    {
      receipt: textOf(place),
      key: needed(options, 'receiptsKey'),
      leaf: leaf === undefined ? undefined : bytesOf(leaf),
      body: body === undefined ? undefined : { bytes: bytesOf(body), salt: needed(options, 'salt') },
    },
    io,
  );
}

async function verifyConsistency(
  files: readonly string[],
  options: VerifyOptions,
  io: CommandIo,
): Promise<number> {
  const [older, newer] = files;
  if (older === undefined || newer === undefined || files.length > 2)
    throw new InputError('--consistency takes two files: the older checkpoint and the newer one');
  const args = { older: textOf(older), newer: textOf(newer), key: keyOf(options) };
  const { hashes, tiles } = options;
  if (hashes !== undefined)
    return verifyConsistencyCommand(args, async () => hashesOfText(textOf(hashes)), io);
  if (tiles !== undefined)
    return asInput(() => verifyConsistencyCommand(args, fromTiles(tiles, options), io));
  if (options.store === undefined) return verifyConsistencyCommand(args, undefined, io);
  const log = await openLogAtRest(options.store);
  try {
    return await verifyConsistencyCommand(args, fromStore(log), io);
  } finally {
    await log.close();
  }
}

function fromTiles(tiles: string, options: VerifyOptions): ConsistencyHashes {
  const fetch = openTilePlace(tiles, tokenOf(options));
  return (smaller, larger) =>
    new TileLog(fetch, larger).prove((hashAt) => proveConsistency(smaller, larger.size, hashAt));
}

function fromStore(log: LogAtRest): ConsistencyHashes {
  return async (smaller, { size }) => {
    if ((await log.state()).size < size)
      throw new InputError(`the store has fewer than the ${size} entries of the newer checkpoint`);
    return consistencyProof(log, smaller, size);
  };
}

/** The whole log, in a store or as tiles, and then what somebody pasted. */
async function verifyWhole(options: VerifyOptions, io: CommandIo): Promise<number> {
  const key = keyOf(options);
  const pasted = options.checkpoint === undefined ? undefined : textOf(options.checkpoint);
  if (options.tiles !== undefined) return verifyTiles(options.tiles, pasted, options, io);
  const { sealedRows = false } = options;
  const args = { store: needed(options, 'store'), head: needed(options, 'head'), key, sealedRows };
  const { faultOfKeptSet } = await import('../policies/kept-policies.ts');
  const whole = await verifyLogCommand(args, io, openFrozen, faultOfKeptSet);
  const { policy = '', cosigned = '' } = options;
  if (pasted === undefined && policy === '') return whole;
  const log = await openFrozen(args.store);
  try {
    const { size } = await log.state();
    const now = { size, rootAt: (at: number) => rootOfFirst(log, at) };
    const file = cosigned === '' ? `${args.head}.cosigned` : cosigned;
    const outside = { key, pasted, policy, cosigned: () => noteIn(file) };
    return Math.max(whole, await verifyOutside(outside, now, io));
  } finally {
    await log.close();
  }
}

async function verifyTiles(
  tiles: string,
  pasted: string | undefined,
  options: VerifyOptions,
  io: CommandIo,
): Promise<number> {
  const key = keyOf(options);
  const fetch = openTilePlace(tiles, tokenOf(options));
  const whole = await verifyTilesCommand({ key }, fetch, io);
  const { policy = '' } = options;
  if (pasted === undefined && policy === '') return whole;
  return asInput(async () => {
    const { checkpoint, note } = await checkpointOfTiles(fetch, parseVerifierKey(key));
    const log = new TileLog(fetch, checkpoint);
    const now = {
      size: checkpoint.size,
      rootAt: (size: number) => log.prove((hashAt) => subtreeRoot(0, size, hashAt)),
    };
    return Math.max(whole, await verifyOutside({ key, pasted, policy, cosigned: () => note }, now, io));
  });
}

/** One view of the store, whatever a running gateway writes meanwhile. */
async function openFrozen(store: string): Promise<LogAtRest> {
  const log = await openLogAtRest(store);
  await log.freeze();
  return log;
}

const FLAGS = {
  store: '--store with the store of the log, or --tiles',
  head: '--head with the head file',
  key: "--key with the log's public key, as `keys` prints it",
  receiptsKey: "--receipts-key with the public key of the log's receipts, as `keys` prints it",
  leaf: '--leaf with the file of the entry',
  salt: '--salt with what came in Audit-Salt',
} as const;

function keyOf(options: VerifyOptions): string {
  return needed(options, 'key');
}

function needed(options: VerifyOptions, name: keyof typeof FLAGS): string {
  const value = options[name];
  if (value === undefined || value === '') throw new MissingOption(`give ${FLAGS[name]}`);
  return value;
}

function tokenOf({ tokenFile }: VerifyOptions): string | undefined {
  return tokenFile === undefined ? undefined : textOf(tokenFile).trim();
}

function textOf(file: string): string {
  return bytesOf(file).toString();
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new InputError(`${file} cannot be read`, { cause: error });
  }
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}

function filesUnder(folder: string): readonly ZippedFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: path.slice(join(folder, '/').length).replaceAll('\\', '/'), bytes: bytesOf(path) };
    });
}
