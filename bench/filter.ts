/** Measures the field filter alone against `JSON.parse` + pick + `JSON.stringify`: `npx node --expose-gc bench/filter.ts`. */
import assert from 'node:assert/strict';
import { compileDisclosure } from '../src/disclosure/disclosure.ts';
import type { DisclosureRules } from '../src/disclosure/rules.ts';
import { parseFieldPath } from '../src/encoding/field-path.ts';

const ROUNDS = 9;
const ROUND_MS = 150;
const AGREED = [
  'accountReference',
  'surname',
  'forename',
  'postcode',
  'band',
  'discountType',
  'discountStartDate',
  'benefitRecipient',
];

interface Row {
  readonly what: string;
  readonly run: () => void;
  readonly bytes: number;
  readonly microseconds: number[];
}

/** An invented account of 24 fields, about 450 bytes. */
function account(index: number): Record<string, string | number | null> {
  const number = String(100_000 + index);
  return {
    accountReference: `NM-${number}-7`,
    uprn: `9900${number}`,
    title: index % 2 === 0 ? 'Ms' : 'Mr',
    surname: ['Holloway', 'Marlowe', 'Adeyemi', 'Okonjo-Reyes', 'Zieliński'][index % 5] ?? '',
    forename: ['Dana', 'Ines', 'Tomos', 'Remy'][index % 4] ?? '',
    middleName: null,
    dateOfBirth: '1989-04-17',
    address1: `${index % 200} Sample Row`,
    address2: 'Northmere',
    address3: '',
    postcode: 'ZZ99 3VZ',
    otherLiableSurname: 'Example',
    discountType: 'SPD',
    discountStartDate: '2024-04-01',
    discountExpiryDate: null,
    disregardType: 'SMI',
    exemptionType: null,
    benefitRecipient: 'Y',
    disabledReductionIndicator: 'N',
    band: 'B',
    amountPence: 172431 + index,
    discountAmountPence: 43107,
    arrearsPence: 38210,
    billingAddress1: `${index % 200} Sample Row`,
  };
}

const rules: DisclosureRules = {
  answer: 'many records',
  recordPath: ['data'],
  declared: Object.keys(account(0)).map(parseFieldPath),
  agreed: AGREED.map((name) => ({
    name,
    path: parseFieldPath(name),
    show: { as: 'in full' },
    kind: 'free text',
    normalise: (text) => text,
  })),
  subjects: [
    {
      who: 'account holder',
      path: parseFieldPath('accountReference'),
      namespace: 'account reference',
      normalise: (text) => text,
    },
  ],
  conditions: [],
  wrapper: new Map([
    ['total', 'total'],
    ['page', 'page number'],
  ]),
  mostRecordBytes: 256 * 1024,
  mostDepth: 32,
};
const list = compileDisclosure(rules);
const one = compileDisclosure({ ...rules, answer: 'one record' });
const inputs = { today: '2026-11-23', bind: String, matchingCode: String };

function pick(record: Record<string, unknown>): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const name of AGREED) if (name in record) picked[name] = record[name];
  return picked;
}

function parsePickStringify(answer: Buffer): Buffer {
  const { data, page, total } = JSON.parse(answer.toString('utf8'));
  const picked = Array.isArray(data) ? data.map(pick) : pick(data);
  return Buffer.from(JSON.stringify({ data: picked, page, total }));
}

function filterWhole(answer: Buffer): Buffer {
  const session = (answer.length < 2048 ? one : list).start(inputs);
  session.write(answer);
  session.end();
  return session.take().bytes;
}

/** Cut beforehand, as a socket would hand them over. */
function filterChunks(chunks: readonly Buffer[]): number {
  const session = list.start(inputs);
  let bytes = 0;
  for (const chunk of chunks) {
    session.write(chunk);
    while (session.waitingRecords > 500) bytes += session.take(500).bytes.length;
  }
  session.end();
  return bytes + session.take().bytes.length;
}

function listOf(records: number): Buffer {
  const data = Array.from({ length: records }, (_, index) => account(index));
  return Buffer.from(JSON.stringify({ data, page: 1, total: records }));
}

function cut(answer: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < answer.length; at += size) chunks.push(Buffer.from(answer.subarray(at, at + size)));
  return chunks;
}

/** Microseconds of processor time of one call, over as many calls as fit in a round. */
function time({ run }: Row): number {
  let calls = 0;
  const until = performance.now() + ROUND_MS;
  const start = process.cpuUsage();
  while (performance.now() < until) {
    for (let batch = 0; batch < 4; batch += 1) run();
    calls += 4;
  }
  return processorTime(start) / calls;
}

/** Other processes share the machine: processor time says more than the clock. */
function processorTime(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function compare(title: string, answer: Buffer, ways: readonly (readonly [string, () => void])[]): void {
  const rows: Row[] = ways.map(([what, run]) => ({ what, run, bytes: answer.length, microseconds: [] }));
  for (const row of rows) time(row);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of rows) row.microseconds.push(time(row));
  }
  process.stdout.write(`\n${title}, ${answer.length} bytes\n`);
  for (const row of rows) {
    const ratios = row.microseconds.map((it, round) => (rows[0]?.microseconds[round] ?? 0) / it);
    const us = median(row.microseconds);
    const speed = (row.bytes / us).toFixed(0).padStart(5);
    process.stdout.write(
      `  ${row.what.padEnd(40)} ${us.toFixed(1).padStart(10)} µs ${speed} MB/s ${median(ratios).toFixed(2).padStart(6)}x\n`,
    );
  }
}

/** Streams a list that is made once and repeated, so that only the filter's memory grows. */
function stream(megabytes: number): void {
  const chunks = cut(Buffer.from(`${JSON.stringify(account(1))},`.repeat(2300)), 64 * 1024);
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const session = list.start(inputs);
  const rounds = Math.ceil((megabytes * 2 ** 20) / bytes);
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let highest = before;
  const start = process.cpuUsage();
  session.write(Buffer.from('{"data":['));
  for (let round = 0; round < rounds; round += 1) {
    for (const chunk of chunks) {
      session.write(chunk);
      session.take();
    }
    highest = Math.max(highest, process.memoryUsage.rss());
  }
  session.write(Buffer.from(`${JSON.stringify(account(2))}]}`));
  session.end();
  const seconds = processorTime(start) / 1e6;
  const speed = (rounds * bytes) / 1e6 / seconds;
  const growth = (highest - before) / 2 ** 20;
  process.stdout.write(`\n${megabytes} MiB list in chunks of 64 KiB: ${speed.toFixed(0)} MB/s,`);
  process.stdout.write(` ${session.records} records, memory grew by ${growth.toFixed(0)} MiB\n`);
}

/** What is compared must do the same. */
function assertSame(answer: Buffer): void {
  assert.deepEqual(
    JSON.parse(filterWhole(answer).toString()),
    JSON.parse(parsePickStringify(answer).toString()),
  );
}

function main(): void {
  process.stdout.write(
    `Node ${process.version}, ${ROUNDS} interleaved rounds, medians of processor time; keep 8 of 24 fields\n`,
  );
  const single = Buffer.from(JSON.stringify({ data: { ...account(7), address3: 'x'.repeat(480) } }));
  const small = listOf(50);
  const large = listOf(2_350);
  const parts = cut(large, 64 * 1024);
  for (const [title, answer] of [
    ['one record', single],
    ['50 records', small],
    ['2,350 records', large],
  ] as const) {
    assertSame(answer);
    compare(title, answer, [
      ['JSON.parse + pick + JSON.stringify', () => parsePickStringify(answer)],
      ['filter', () => filterWhole(answer)],
      ...(answer === large ? [['filter, chunks of 64 KiB', () => filterChunks(parts)] as const] : []),
    ]);
  }
  stream(100);
}

main();
