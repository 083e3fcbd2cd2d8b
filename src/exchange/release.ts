/** Releases parts: their entries first, their bytes after. */
import type { Part } from '../disclosure/rules.ts';
import type { EntryDraft } from '../domain/audit-entry.ts';
import type { Permit } from '../domain/decision.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { DurableReceipt } from '../domain/receipt.ts';
import { sha256 } from '../encoding/sha256.ts';
import { withAnswers } from './answers.ts';
import { LimitReached, limitOnPeople } from './different-people.ts';
import { readAhead } from './read-ahead.ts';
import type { Turn } from './turn.ts';

/** HTTP status of every answer that carries records. */
const OK = 200;
/** Most parts of one answer whose entries become durable together, and most that are read meanwhile. */
export const MOST_TOGETHER = 4;

/**
 * Releases the parts of one answer in order. While the entries of some become durable, the next are read.
 *
 * @throws {GatewayError} `log-unavailable`: nothing left of the parts whose entries were not durable, nor of any after.
 * `caller-gone`: entries stand, but the bytes of their parts may not have arrived. Or what `parts` throws, after the
 * parts before it have left.
 * @throws {LimitReached} a part names more different people than agreed: nothing of it has left.
 */
export async function releaseParts(parts: AsyncGenerator<Part>, permit: Permit, turn: Turn): Promise<void> {
  const first = await parts.next();
  if (first.done === true) return;
  if (first.value.last) return releaseWhole(first.value, permit, turn);
  // Where a limit may refuse a part, none after it may be in the log already.
  const together = permit.agreement.limits.differentPeople === undefined ? MOST_TOGETHER : 1;
  for await (const ready of readAhead(first.value, parts, together)) {
    await releaseTogether(ready, permit, turn);
  }
}

/** An answer of one part, as most are. */
async function releaseWhole(part: Part, permit: Permit, turn: Turn): Promise<void> {
  // INVARIANT: released is a subset of durable: no status line, header or byte leaves before this resolves.
  const drafted = draftPart(part, 1, permit, turn);
  const durable = mustStand(drafted, await turn.gateway.log.append(drafted.draft));
  count(durable, turn);
  await letGo(durable, permit, turn);
}

/** Appended in one go, the entries of several parts share a commit. */
async function releaseTogether(parts: readonly Part[], permit: Permit, turn: Turn): Promise<void> {
  const { account, gateway } = turn;
  const before = account.parts;
  const drafted = parts.map((part, place) => draftPart(part, before + place + 1, permit, turn));
  // INVARIANT: as in `releaseWhole`, for all of these parts.
  const receipts = await gateway.log.appendTogether(drafted.map(({ draft }) => draft));
  const durable = receipts.map((receipt, place) => mustStand(drafted[place], receipt));
  // All count before one leaves: should the caller go now, the log says already that they may have left.
  for (const part of durable) count(part, turn);
  for (const part of durable) await letGo(part, permit, turn);
}

interface DraftedPart {
  readonly part: Part;
  /** 1 for the first of the answer. */
  readonly number: number;
  readonly bodySha256: Buffer;
  /** Its `released` entry. */
  readonly draft: EntryDraft;
}

interface DurablePart extends DraftedPart {
  readonly receipt: DurableReceipt;
}

function draftPart(part: Part, number: number, permit: Permit, turn: Turn): DraftedPart {
  const { gateway, account } = turn;
  const bodySha256 = sha256(part.bytes);
  const result = {
    part: number,
    last: part.last,
    sent: account.sent,
    status: OK,
    upstream: account.upstream,
    records: part.records,
    fields: part.fields,
    withheld: part.withheld,
    bytes: part.bytes.length,
  };
  const sealed = { subjects: part.subjects, screened: part.screened, bodySha256 };
  const entry = account.entry('released', gateway.clock.now(), result, sealed);
  const limit = limitOnPeople(part, permit, `${account.exchange} ${number}`);
  const limited = limit === undefined ? entry : withAnswers({ ...entry, limits: [limit] }, turn);
  return { part, number, bodySha256, draft: limited };
}

/** @throws {LimitReached} where a refusal was stored in its place. */
function mustStand(drafted: DraftedPart | undefined, receipt: DurableReceipt): DurablePart {
  if (typeof receipt.stored === 'object') throw new LimitReached(receipt.stored, receipt);
  if (drafted === undefined || receipt.stored !== 'as drafted')
    throw new GatewayError('internal-error', 'a receipt for no part');
  return { ...drafted, receipt };
}

function count({ part, number }: DurablePart, { account }: Turn): void {
  account.parts = number;
  account.records += part.records;
  account.withheld += part.withheld;
  account.bytes += part.bytes.length;
}

/** Hands a part's bytes to the door; gives back what to wait for, where the caller has no room for more yet. */
function letGo(
  { part, number, bodySha256, receipt }: DurablePart,
  permit: Permit,
  { door, gateway, account }: Turn,
): Promise<void> | void {
  if (part.undeclared.size > 0) gateway.drift(permit.dataset.id, part.undeclared);
  return door.release(
    {
      bytes: part.bytes,
      bodySha256,
      status: OK,
      mediaType: account.mediaType,
      first: number === 1,
      last: part.last,
      agreement: permit.agreement,
    },
    receipt,
  );
}
