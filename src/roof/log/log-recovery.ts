/** Opens a new log where the old one lost entries that were signed: ordered by two people, with all that stood carried over. */
import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { type KeyRing, openKeyRing } from '../../adapters/signing/key-ring.ts';
import { carryCountersOver, standingFactsOf } from '../../adapters/storage/sqlite/carried-over.ts';
import { flush, nameWithoutOverwriting, writeNewFile } from '../../adapters/storage/sqlite/durable-files.ts';
import { makeOneFile } from '../../adapters/storage/sqlite/sqlite-backup.ts';
import { openSqliteReader } from '../../adapters/storage/sqlite/sqlite-reader.ts';
import { takeWriterLock } from '../../adapters/storage/sqlite/writer-lock.ts';
import { membersOf, sealedOf } from '../../audit-log/keeping/order-giver.ts';
import type { StandingFact } from '../../audit-log/ports.ts';
import {
  type RecoveryPlan,
  type RecoveryWish,
  recoveryOrderText,
  secondOrder,
} from '../../audit-log/recovering/recover-order.ts';
import {
  type LostRange,
  lostRangeMembers,
  RECOVERY_ORDERED,
  type SizedTree,
  sizedTree,
} from '../../audit-log/recovering/recover-range.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { parseCheckpoint } from '../../merkle/checkpoint.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { NoteError, openSignedNote } from '../../merkle/signed-note.ts';
import { startLog } from '../threads/start-log.ts';
import { eraseAgain } from './erased-again.ts';
import { findingsOfLog } from './findings-of-log.ts';

export interface RecoveryOrder extends RecoveryWish {
  /** Name of the new log. */
  readonly origin: string;
  /** Its new store and head file. */
  readonly store: string;
  readonly head: string;
}

/** `asked`: a second person must give the same order. */
export interface RecoveryDone {
  readonly did: 'asked' | 'opened';
  readonly before: LostRange;
}

/** The facts that say which logs came before this one, by name. */
export const LOGS_BEFORE = 'log before';

const ORIGIN = /^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/;
const READ_ONLY = 0o400;

/** Where the first of the two orders waits for the second. */
export function orderFileOf(store: string): string {
  return `${store}.order`;
}

/**
 * Takes the order of one person; the second one carries it out. No gateway may run meanwhile.
 *
 * @param config of the old log: its restored store and the head file that is ahead of it.
 * @throws {GatewayError} `log-unavailable`, in words, where nothing is lost, the old store does not verify, a place is taken,
 * or the second order does not fit the first.
 */
export async function orderRecovery(
  config: Config,
  order: RecoveryOrder,
  progress?: (done: number, of: number) => void,
): Promise<RecoveryDone> {
  checkOrder(config, order);
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  await eraseAgain(config);
  const lock = takeWriterLock(config.auditLogFile);
  try {
    const plan = { origin: order.origin, before: await lostRangeOf(config, keys, progress) };
    const { before } = plan;
    const file = orderFileOf(order.store);
    if (!existsSync(file)) {
      writeNewFile(file, recoveryOrderText(plan, order, keys.sealing));
      return { did: 'asked', before };
    }
    const sealing = [keys.sealing.sealing, ...keys.olderSealing];
    const first = secondOrder(readFileSync(file, 'utf8'), plan, order.giver, keys.sealing, sealing);
    if ('wrong' in first) throw refusal(`${first.wrong} (${file}; delete it to begin anew)`);
    await openNewLog(config, order, plan, first);
    rmSync(file);
    chmodSync(config.auditLogFile, READ_ONLY);
    return { did: 'opened', before };
  } finally {
    lock.release();
  }
}

const IN_POSTGRESQL = `this log stands in PostgreSQL, and a new log is opened in a file. The way:
  1. bring what is left of the log to a file: restore --from <newest backup> --to audit.sqlite --key <verifier key>
  2. give this order with AUDIT_LOG_FILE=audit.sqlite in place of AUDIT_STORE, and with the HEAD_FILE of the gateway that signed most
  3. when a second person has given it too: migrate --from <the new store> --to postgres://… with an empty database
  4. start the gateways with AUDIT_STORE of that database and the new LOG_ORIGIN; the new head file goes to the gateway of this INSTANCE_NAME`;

function checkOrder(
  { logOrigin, rehearsal, auditStore }: Config,
  { origin, store, head }: RecoveryOrder,
): void {
  if (auditStore !== undefined) throw refusal(IN_POSTGRESQL);
  if (!ORIGIN.test(origin) || origin === logOrigin)
    throw refusal(`the new log needs a name of its own, such as ${logOrigin}-r1`);
  if (origin.split('/').includes('rehearsal') !== rehearsal)
    throw refusal('a log of a rehearsal has a part `rehearsal` in its name, and no other log has');
  for (const file of [store, head]) {
    for (const taken of [file, `${file}.unfinished`, `${file}-wal`]) {
      if (existsSync(taken))
        throw refusal(
          `${taken} is there already, and nothing is written over: name another file, or delete it where a recovery was cut off`,
        );
    }
  }
}

/** INVARIANT: a new log is opened only where the old one cannot go on, and only over what verifies. */
async function lostRangeOf(
  config: Config,
  keys: KeyRing,
  progress: ((done: number, of: number) => void) | undefined,
): Promise<LostRange> {
  const signed = signedBy(config, keys);
  const reader = openSqliteReader(config.auditLogFile);
  try {
    const { size, range } = reader.state();
    if (signed !== undefined && signed.size <= size)
      throw refusal(
        `the store holds ${size} entries and ${signed.size} were signed: no entry is lost, and the gateway says at its start what else is wrong`,
      );
    const findings = await findingsOfLog(reader, keys.checkpoint.verifierKey, reader.checkpoint(), progress);
    if (findings.length > 0)
      throw refusal(`the old store does not verify; restore a backup of it first: ${findings[0]}`);
    const held = sizedTree(size, rootOfRange(range));
    return { log: config.logOrigin, held, ...(signed === undefined ? {} : { signed }) };
  } finally {
    reader.close();
  }
}

/** What the head file signs; undefined where there is none any more. */
function signedBy({ headFile, logOrigin }: Config, { checkpoint }: KeyRing): SizedTree | undefined {
  if (!existsSync(headFile)) return undefined;
  try {
    const { size, root, origin } = parseCheckpoint(
      openSignedNote(readFileSync(headFile, 'utf8'), [checkpoint.verifierKey]),
    );
    if (origin === logOrigin) return sizedTree(size, root);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
  }
  throw refusal('the head file is not a checkpoint of this log; put the right one in its place');
}

/** INVARIANT: nothing has the name of the new log before all of its first entries are durable: head first, then the store. */
async function openNewLog(
  config: Config,
  { origin, store, head, ...second }: RecoveryOrder,
  { before }: RecoveryPlan,
  first: RecoveryWish,
): Promise<void> {
  const [newStore, newHead] = [`${store}.unfinished`, `${head}.unfinished`];
  // What witnesses countersigned is the old log: they are asked to follow the new one once it is opened.
  const place = {
    ...config,
    witnessesFile: undefined,
    logOrigin: origin,
    auditLogFile: newStore,
    headFile: newHead,
  };
  const log = await startLog(place, openKeyRing(config.keysFolder, origin).sealing);
  try {
    const facts = [...standingFactsOf(config.auditLogFile), factOf(before)];
    await appendFirstEntries(log, before, facts, first, second);
  } finally {
    await log.close();
  }
  carryCountersOver(config.auditLogFile, newStore);
  makeOneFile(newStore);
  rmSync(`${newStore}.lock`, { force: true });
  flush(newHead);
  nameWithoutOverwriting(newHead, head);
  nameWithoutOverwriting(newStore, store);
}

function factOf(before: LostRange): StandingFact {
  return { kind: LOGS_BEFORE, key: before.log, value: Buffer.from(JSON.stringify(before)) };
}

/**
 * INVARIANT: whatever stood in the old log stands in the new one from the transaction of its first entries on: nothing is
 * un-stopped, and nobody unprotected, by a recovery. All that one turn appends is stored together.
 */
async function appendFirstEntries(
  { notes }: StartedLog,
  before: LostRange,
  facts: readonly StandingFact[],
  ...wishes: readonly [RecoveryWish, RecoveryWish]
): Promise<void> {
  const [first, second] = wishes.map(({ giver, because }) => ({
    members: membersOf(giver),
    sealed: sealedOf(giver, { because }),
  }));
  await Promise.all([
    notes.append('alarm', { ...first?.members, code: RECOVERY_ORDERED }, [], first?.sealed),
    notes.append('alarm', { ...second?.members, ...lostRangeMembers(before) }, facts, second?.sealed),
  ]);
}

function refusal(message: string): GatewayError {
  return new GatewayError('log-unavailable', message);
}
