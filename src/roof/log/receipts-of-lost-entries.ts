/** Enters receipts that partners hold in the log that was opened after a loss: in the running gateway, or while none runs. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { membersOf, type OrderGiver, sealedOf } from '../../audit-log/keeping/order-giver.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { LostRange } from '../../audit-log/recovering/recover-range.ts';
import { LOST_ENTRIES, type LostEntry, lostEntryOf } from '../../audit-log/recovering/recover-receipts.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import { startLog } from '../threads/start-log.ts';
import { openLogOfGateway } from './log-at-rest.ts';
import { LOGS_BEFORE } from './log-recovery.ts';

/** What became of the lines. */
export interface ReceiptsEntered {
  readonly entered: number;
  /** Receipts of entries that the log knew already. */
  readonly known: number;
  /** Numbers of the lines that prove nothing, and why. */
  readonly wrong: readonly { readonly line: number; readonly why: string }[];
}

export interface EnteringParts {
  readonly reader: LogReader;
  readonly append: StartedLog['notes']['append'];
  /** Verifier key of the receipts of a log before this one. */
  readonly keyOf: (log: string) => VerifierKey;
}

/** The keys in place, under an old log's name. */
export function receiptsKeyIn(keysFolder: string): EnteringParts['keyOf'] {
  return (log) => openKeyRing(keysFolder, log).receipts.verifierKey;
}

/**
 * Enters those that prove an entry which nobody has proved yet.
 *
 * @param lines one receipt each; an empty line is passed over.
 * @throws {GatewayError} `log-unavailable` where the log goes on from no other, or nothing can be appended.
 */
export async function enterReceipts(
  lines: readonly string[],
  giver: OrderGiver,
  parts: EnteringParts,
): Promise<ReceiptsEntered> {
  const ranges = await rangesBefore(parts.reader);
  const read = lines.map((line) => (line === '' ? undefined : readReceipt(line, ranges, parts.keyOf)));
  return enter(read, giver, parts);
}

/**
 * The same while no gateway runs, under the writer's lock.
 *
 * @param key of the old log's receipts; undefined for that of the keys in place.
 * @throws {GatewayError} `log-unavailable`, where a gateway holds the log too.
 */
export async function enterReceiptsOffline(
  config: Config,
  lines: readonly string[],
  giver: OrderGiver,
  key: VerifierKey | undefined,
): Promise<ReceiptsEntered> {
  const { sealing } = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, sealing);
  const reader = await openLogOfGateway(config);
  try {
    const keyOf = key === undefined ? receiptsKeyIn(config.keysFolder) : () => key;
    return await enterReceipts(lines, giver, { reader, append: log.notes.append, keyOf });
  } finally {
    await log.close();
    await reader.close();
  }
}

async function rangesBefore(reader: LogReader): Promise<readonly LostRange[]> {
  const facts = await reader.facts(LOGS_BEFORE);
  if (facts.length === 0)
    throw new GatewayError(
      'log-unavailable',
      'this log goes on from no other: `recover` opens one that does',
    );
  return facts.map(({ value }) => JSON.parse(Buffer.from(value ?? []).toString()));
}

/** A receipt of whichever log before this one it is. */
function readReceipt(
  line: string,
  ranges: readonly LostRange[],
  keyOf: EnteringParts['keyOf'],
): LostEntry | string {
  let why = '';
  for (const range of ranges) {
    const read = lostEntryOf(line, range, keyOf(range.log));
    if (typeof read !== 'string') return read;
    why = read;
  }
  return why;
}

async function enter(
  read: readonly (LostEntry | string | undefined)[],
  giver: OrderGiver,
  { reader, append }: EnteringParts,
): Promise<ReceiptsEntered> {
  const wrong: { line: number; why: string }[] = [];
  const known = new Set((await reader.facts(LOST_ENTRIES)).map(({ key }) => key));
  let entered = 0;
  let already = 0;
  for (const [nth, one] of read.entries()) {
    if (one === undefined) continue;
    if (typeof one === 'string') wrong.push({ line: nth + 1, why: one });
    else if (known.has(one.leafHash)) already += 1;
    else {
      known.add(one.leafHash);
      await append('alarm', { ...membersOf(giver), ...one.members }, [one.fact], sealedOf(giver, {}));
      entered += 1;
    }
  }
  return { entered, known: already, wrong };
}
