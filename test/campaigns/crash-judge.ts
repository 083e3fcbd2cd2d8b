/** Judges a log after crashes: whatever reached the client or the provider must stand in it, and every exchange must end. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayPlace } from '../../bench/gateway.ts';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader, type SqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { isBodyOfLeaf } from '../../src/audit-log/proving/receipt.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import type { ReceivedAnswer } from '../support/recording-client.ts';

export interface LogFindings {
  readonly entries: number;
  readonly recovered: number;
  /** Answers that say only "try again": they tell nothing of an exchange and need no entry. */
  readonly bare: number;
  readonly bytesWithoutEntry: number;
  readonly callsWithoutEntry: number;
  readonly violations: readonly string[];
}

interface Leaf {
  readonly kind: string;
  readonly exchange?: string;
  readonly part?: number;
  readonly last?: boolean;
  readonly bytes?: number;
  readonly body?: string;
}

const PAGE = 500;
const BARE = /"type":"\/problems\/(?:log-unavailable|overloaded|stopping)"/;

/** Opens the log offline and holds it against what the client and the provider wrote down. */
export async function judgeLog(
  place: GatewayPlace,
  answers: readonly ReceivedAnswer[],
  calls: readonly string[],
): Promise<LogFindings> {
  const reader = openSqliteReader(place.auditLogFile);
  try {
    const violations = await verifyFindings(place, reader);
    const leaves = readLeaves(reader);
    const byExchange = Map.groupBy(leaves, ({ exchange }) => exchange ?? '');
    byExchange.delete('');
    const verdicts = answers.map((answer) => ({ answer, fault: faultOfAnswer(answer, byExchange) }));
    const faults = verdicts.filter(({ fault }) => fault !== undefined);
    violations.push(...faults.map(({ fault }) => String(fault)));
    const unsent = calls.filter((exchange) => !isSent(byExchange.get(exchange)));
    violations.push(...unsent.map((exchange) => `call ${exchange} was forwarded without a sent entry`));
    for (const [exchange, entries] of byExchange) {
      if (isSent(entries) && !hasEnd(entries)) violations.push(`exchange ${exchange} has no end`);
    }
    return {
      entries: leaves.length,
      recovered: leaves.filter(({ kind }) => kind === 'recovered').length,
      bare: answers.filter(isBare).length,
      bytesWithoutEntry: faults.reduce((sum, { answer }) => sum + answer.bytes, 0),
      callsWithoutEntry: unsent.length,
      violations,
    };
  } finally {
    reader.close();
  }
}

/** Why an answer, whole or cut, is not covered by durable entries; undefined where it is. */
function faultOfAnswer(
  answer: ReceivedAnswer,
  byExchange: ReadonlyMap<string, readonly Leaf[]>,
): string | undefined {
  if (answer.bytes === 0 || isBare(answer)) return undefined;
  const exchange = answer.headers.get('exchange-id');
  if (exchange === undefined)
    return `${answer.bytes} bytes came without a whole head (status ${answer.status})`;
  const entries = byExchange.get(exchange) ?? [];
  if (answer.status === 200) return faultOfRelease(answer, exchange, entries);
  const told = entries.some(({ kind }) => kind === 'refused' || kind === 'failed' || kind === 'released');
  return told ? undefined : `problem ${answer.status} of exchange ${exchange} came without an entry`;
}

function faultOfRelease(
  answer: ReceivedAnswer,
  exchange: string,
  entries: readonly Leaf[],
): string | undefined {
  const released = entries.filter(({ kind }) => kind === 'released');
  if (released.length === 0) return `exchange ${exchange}: an answer came without a released entry`;
  const durable = released.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
  if (answer.content > durable)
    return `exchange ${exchange}: ${answer.content} bytes came, ${durable} are durable`;
  if (!answer.whole) return undefined;
  if (answer.content !== durable)
    return `exchange ${exchange}: whole with ${answer.content} of ${durable} bytes`;
  const [only] = released;
  if (released.length > 1 || only === undefined) return undefined;
  const salt = answer.headers.get('audit-salt') ?? '';
  if (isBodyOfLeaf(answer.contentSha256, salt, only.body ?? '')) return undefined;
  return `exchange ${exchange}: the body is not the one that its entry commits to`;
}

function isBare({ status, problem, headers }: ReceivedAnswer): boolean {
  return status === 503 && BARE.test(problem) && !headers.has('audit-receipt');
}

function isSent(entries: readonly Leaf[] | undefined): boolean {
  return entries?.some(({ kind }) => kind === 'sent') ?? false;
}

function hasEnd(entries: readonly Leaf[]): boolean {
  return entries.some(
    ({ kind, last }) =>
      kind === 'refused' ||
      kind === 'failed' ||
      kind === 'recovered' ||
      (kind === 'released' && last === true),
  );
}

async function verifyFindings(place: GatewayPlace, reader: SqliteReader): Promise<string[]> {
  const { checkpoint } = openKeyRing(join(place.folder, 'keys'), place.origin);
  const head = existsSync(place.headFile) ? readFileSync(place.headFile, 'utf8') : undefined;
  const verdict = await verifyLog(reader, { key: checkpoint.verifierKey, head });
  return verdict.findings.map((finding) => `verify: ${finding}`);
}

function readLeaves(reader: SqliteReader): readonly Leaf[] {
  const leaves: Leaf[] = [];
  for (let from = 0; ; from += PAGE) {
    const page = reader.entries(from, PAGE);
    for (const { leaf } of page) leaves.push(JSON.parse(Buffer.from(leaf).toString('utf8')));
    if (page.length < PAGE) return leaves;
  }
}
