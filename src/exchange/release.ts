/** Releases one part: its entry first, its bytes after. */
import type { Part } from '../disclosure/rules.ts';
import type { Permit } from '../domain/decision.ts';
import { sha256 } from '../encoding/sha256.ts';
import type { Turn } from './turn.ts';

/** HTTP status of every answer that carries records. */
const OK = 200;
const JSON_TYPE = 'application/json';

/**
 * Appends the part's `released` entry, waits until it is durable, and hands the bytes to the door.
 *
 * @throws {GatewayError} `log-unavailable`: nothing of the part left. `caller-gone`: the entry stands, but the bytes
 * may not have arrived.
 */
export async function releasePart(
  part: Part,
  permit: Permit,
  { door, gateway, account }: Turn,
): Promise<void> {
  const number = account.parts + 1;
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
  // INVARIANT: released is a subset of durable: no status line, header or byte leaves before this resolves.
  const receipt = await gateway.log.append(account.entry('released', gateway.clock.now(), result, sealed));
  account.parts = number;
  account.records += part.records;
  account.withheld += part.withheld;
  account.bytes += part.bytes.length;
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
