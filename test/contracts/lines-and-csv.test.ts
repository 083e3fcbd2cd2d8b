/** Answers that come line by line or as CSV: filtered, entered in the log and released as JSON is, in the format that came. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { request as ask, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { parseDocument } from 'yaml';
import { type Answering, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway({ policies: withMediaTypes });
});
after(() => gateway.close());
beforeEach(() => {
  gateway.recorded.length = 0;
});

const TYPES = ['application/json', 'application/x-ndjson', 'application/jsonl', 'text/csv'];

function withMediaTypes(folder: string): void {
  const file = join(folder, 'datasets/council-tax-accounts.yaml');
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.setIn(['operations', 'list accounts of a band', 'answer media types'], TYPES);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

const OFFICER = { system: 'westhaven-revenues-system', person: 'rev-1', roles: ['FRD', 'REV'] };
const FEW = {
  'exchange-purpose': 'counter fraud',
  'exchange-reason': 'referral about one discount',
  'exchange-case-reference': 'CF-0001',
};
const MANY = { 'exchange-purpose': 'council tax base', 'exchange-reason': 'yearly council tax base' };

function answering(mediaType: string, text: string): Answering {
  return (_request, response) => response.writeHead(200, { 'content-type': mediaType }).end(text);
}

async function list(headers: Record<string, string>): Promise<{ answer: IncomingMessage; body: string }> {
  const authorization = `Bearer ${await gateway.token(OFFICER)}`;
  return new Promise((resolve, reject) => {
    const asking = ask(
      `${gateway.url}/council-tax-accounts/accounts?band=B`,
      { agent: false, headers: { ...headers, authorization } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', () => undefined);
        answer.on('close', () => resolve({ answer, body: Buffer.concat(chunks).toString() }));
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

function entriesOf({ answer }: { answer: IncomingMessage }): Record<string, unknown>[] {
  const exchange = answer.headers['exchange-id'];
  return gateway.leaves().filter((leaf) => leaf['exchange'] === exchange && leaf['kind'] !== 'sent');
}

const LINE = '{"accountReference":"NM-880214-7","surname":"Holloway","arrearsPence":38210,"band":"B"}';
const CSV = 'accountReference,surname,arrearsPence,band,"new, one"\r\nNM-880214-7,"Holloway",38210,B,x\r\n';

test('the provider is asked for what the operation declares', async () => {
  gateway.answerWith(answering('application/json', '{"data":[]}'));
  await list(FEW);
  const headers = gateway.recorded[0]?.headers ?? [];
  assert.equal(headers[headers.indexOf('accept') + 1], TYPES.join(', '));
});

test('lines of JSON leave line by line with the media type that came', async () => {
  for (const mediaType of ['application/x-ndjson', 'application/jsonl']) {
    gateway.answerWith(answering(`${mediaType}; charset=utf-8`, `${LINE}\r\n${LINE}`));
    const got = await list(FEW);
    assert.equal(got.answer.statusCode, 200, got.body);
    assert.equal(got.answer.headers['content-type'], mediaType);
    assert.equal(got.body, '{"accountReference":"NM-880214-7","surname":"Holloway","band":"B"}\n'.repeat(2));
    const [released] = entriesOf(got);
    assert.deepEqual([released?.['records'], released?.['withheld'], released?.['last']], [2, 2, true]);
  }
});

test('CSV leaves with the agreed columns alone, and the entry counts what did not', async () => {
  gateway.answerWith(answering('text/csv; charset=utf-8; header=present', CSV));
  const got = await list(FEW);
  assert.equal(got.answer.headers['content-type'], 'text/csv');
  assert.equal(got.body, 'accountReference,surname,band\r\nNM-880214-7,"Holloway",B\r\n');
  const [released] = entriesOf(got);
  assert.deepEqual([released?.['records'], released?.['withheld']], [1, 2]);
  assert.deepEqual(released?.['fields'], ['accountReference', 'surname', 'band']);
});

test('a list of 1,200 rows leaves in three parts, the header row with the first', async () => {
  const rows = Array.from(
    { length: 1200 },
    (_, number) => `990000000${100 + number},NM-${number},B,ZZ99 3VZ`,
  );
  gateway.answerWith(
    answering('text/csv', ['uprn,accountReference,band,postcode', ...rows, ''].join('\r\n')),
  );
  const got = await list(MANY);
  assert.equal(got.answer.statusCode, 200, got.body);
  const read = parse(got.body, { columns: true }) as Record<string, string>[];
  assert.equal(read.length, 1200);
  assert.ok(read.every(({ band }) => band === 'B'));
  assert.deepEqual(
    entriesOf(got).map(({ part, records, last }) => [part, records, last]),
    [
      [1, 500, false],
      [2, 500, false],
      [3, 200, true],
    ],
  );
});

test('a row in the middle that is no row cuts the answer and is entered in the log', async () => {
  const rows = Array.from({ length: 1100 }, (_, number) => `NM-${number},B`);
  gateway.answerWith(
    answering('text/csv', ['accountReference,band', ...rows.toSpliced(800, 0, 'NM-8,"B'), ''].join('\n')),
  );
  const got = await list(MANY);
  assert.equal(got.answer.complete, false);
  assert.ok(!got.body.includes('NM-8,"B'));
  const last = entriesOf(got).at(-1);
  assert.deepEqual([last?.['kind'], last?.['code'], last?.['part']], ['failed', 'answer-not-filterable', 1]);
});

test('what is no whole line, no header row or no declared media type releases nothing', async () => {
  const wrong: readonly (readonly [string, string, string])[] = [
    ['application/x-ndjson', `${LINE}\n[1]\n`, 'answer-not-filterable'],
    ['application/x-ndjson', `${LINE}${LINE}\n`, 'answer-not-filterable'],
    ['text/csv', '38210,2\r\n', 'answer-not-filterable'],
    ['text/csv', '', 'answer-not-filterable'],
    ['text/csv; charset=iso-8859-1', CSV, 'answer-media-type'],
    ['text/tab-separated-values', CSV.replaceAll(',', '\t'), 'answer-media-type'],
  ];
  for (const [mediaType, text, code] of wrong) {
    gateway.answerWith(answering(mediaType, text));
    const got = await list(FEW);
    assert.equal(got.answer.statusCode, 502, mediaType);
    assert.ok(!got.body.includes('Holloway'));
    const [failed] = entriesOf(got);
    assert.deepEqual([failed?.['kind'], failed?.['code']], ['failed', code]);
  }
});
