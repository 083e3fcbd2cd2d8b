/** Releases parts: their entries first, their bytes after. */
import type { Part } from '../disclosure/rules.ts';
import type { Permit } from '../domain/decision.ts';
import type { DurableReceipt } from '../domain/receipt.ts';
import { sha256 } from '../encoding/sha256.ts';
import { readAhead } from './read-ahead.ts';
import type { Turn } from './turn.ts';

/** HTTP status of every answer that carries records. */
const OK = 200;
const JSON_TYPE = 'application/json';
/** Most parts of one answer whose entries become durable together, and most that are read meanwhile. */
export const MOST_TOGETHER = 4;

/**
 * Releases the parts of one answer in order. While the entries of some become durable, the next are read.
 *
 * @throws {GatewayError} `log-unavailable`: nothing left of the parts whose entries were not durable, nor of any after.
 * `caller-gone`: entries stand, but the bytes of their parts may not have arrived. Or what `parts` throws, after the
 * parts before it have left.
 */
export async function releaseParts(parts: AsyncGenerator<Part>, permit: Permit, turn: Turn): Promise<void> {
  const first = await parts.next();
  if (first.done === true) return;
  if (first.value.last) return releaseTogether([first.value], permit, turn);
  for await (const ready of readAhead(first.value, parts, MOST_TOGETHER)) {
    await releaseTogether(ready, permit, turn);
  }
}

/** Appended in one go, the entries of several parts share a commit. */
async function releaseTogether(parts: readonly Part[], permit: Permit, turn: Turn): Promise<void> {
  const { account } = turn;
  const before = account.parts;
  // INVARIANT: released is a subset of durable: no status line, header or byte leaves before this resolves.
  const durable = await Promise.all(parts.map((part, place) => enter(part, before + place + 1, turn)));
  // All count before one leaves: should the caller go now, the log says already that they may have left.
  for (const { part, number } of durable) {
    account.parts = number;
    account.records += part.records;
    account.withheld += part.withheld;
    account.bytes += part.bytes.length;
  }
  for (const part of durable) await letGo(part, permit, turn);
}

interface DurablePart {
  readonly part: Part;
  /** 1 for the first of the answer. */
  readonly number: number;
  readonly bodySha256: Buffer;
  readonly receipt: DurableReceipt;
}

/** Appends the part's `released` entry at once and resolves when it is durable. */
async function enter(part: Part, number: number, { gateway, account }: Turn): Promise<DurablePart> {
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
  const sealed = { subjects: part.subjects, bodySha256 };
  const receipt = await gateway.log.append(account.entry('released', gateway.clock.now(), result, sealed));
  return { part, number, bodySha256, receipt };
}

/** Hands a part's bytes to the door. */
async function letGo(
  { part, number, bodySha256, receipt }: DurablePart,
  permit: Permit,
  { door, gateway }: Turn,
): Promise<void> {
  if (part.undeclared.size > 0) gateway.drift(permit.dataset.id, part.undeclared);
  await door.release(
    {
      bytes: part.bytes,
      bodySha256,
      status: OK,
      mediaType: permit.operation.mediaTypes[0] ?? JSON_TYPE,
      first: number === 1,
      last: part.last,
      agreement: permit.agreement,
    },
    receipt,
  );
}
