/** Long lists: parts that end at record boundaries, each durable before it leaves, and answers that are cut, never ended falsely. */
import assert from 'node:assert/strict';
import { request as ask, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256 } from '../../src/encoding/sha256.ts';
import { type Answering, json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());

const OFFICER = { system: 'westhaven-revenues-system', person: 'rev-1', roles: ['REV', 'FRD'] };
const HEADERS = { 'exchange-purpose': 'council tax base', 'exchange-reason': 'yearly council tax base' };

function account(number: number) {
  return {
    accountReference: `NM-${number}`,
    uprn: String(990_000_000_000 + number),
    surname: 'Holloway',
    postcode: 'ZZ99 3VZ',
    band: 'B',
    amountPence: 172431,
    arrearsPence: 38210,
  };
}
const accounts = (count: number) => Array.from({ length: count }, (_, number) => account(number));

interface Got {
  readonly answer: IncomingMessage;
  readonly body: string;
}

async function list(headers: Record<string, string> = HEADERS): Promise<Got> {
  const authorization = `Bearer ${await gateway.token(OFFICER)}`;
  return new Promise((resolve, reject) => {
    const asking = ask(
      `${gateway.url}/council-tax-accounts/accounts?band=B`,
      { agent: false, headers: { ...headers, authorization } },
      (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        answer.on('error', () => undefined);
        answer.on('close', () => resolve({ answer, body }));
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

function entriesOf({ answer }: Got): Record<string, unknown>[] {
  return gateway.leaves().filter((leaf) => leaf['exchange'] === answer.headers['exchange-id']);
}

test('a list of 1,200 leaves in three parts, each with its entry, the whole with digest and last receipt behind', async () => {
  gateway.answerWith(json({ data: accounts(1200), page: 1, pageSize: 2000, total: 1200 }));
  const got = await list();
  assert.ok(got.answer.complete);
  const released = JSON.parse(got.body);
  assert.equal(released.data.length, 1200);
  assert.equal(released.total, 1200);
  assert.deepEqual(released.data[7], {
    uprn: '990000000007',
    postcode: 'ZZ99',
    band: 'B',
    amountPence: 172431,
  });
  assert.equal(got.answer.trailers['content-digest'], `sha-256=:${sha256(got.body).toString('base64')}:`);
  assert.ok(got.answer.trailers['audit-receipt']);
  const parts = entriesOf(got)
    .slice(1)
    .map((leaf) => [leaf['part'], leaf['records'], leaf['last']]);
  assert.deepEqual(parts, [
    [1, 500, false],
    [2, 500, false],
    [3, 200, true],
  ]);
});

test('a bad record after good parts resets the connection and says which parts had gone', async () => {
  const answering: Answering = async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(
      `{"data":[${accounts(600)
        .map((one) => JSON.stringify(one))
        .join(',')}`,
    );
    await sleep(100);
    response.end(`,{"uprn":{"an":"object"}}]}`);
  };
  gateway.answerWith(answering);
  const got = await list();
  assert.equal(got.answer.complete, false);
  assert.equal(got.answer.trailers['content-digest'], undefined);
  const last = entriesOf(got).at(-1);
  assert.deepEqual([last?.['kind'], last?.['code'], last?.['part']], ['failed', 'answer-not-filterable', 1]);
});

test('a list over a held limit is refused whole', async () => {
  gateway.answerWith(json({ data: accounts(501), total: 501 }));
  const headers = {
    'exchange-purpose': 'counter fraud',
    'exchange-reason': 'yearly comparison of discounts',
    'exchange-case-reference': 'F-1',
  };
  const got = await list(headers);
  assert.equal(got.answer.statusCode, 403, got.body);
  assert.equal(JSON.parse(got.body).type, '/problems/too-many-records');
  assert.ok(!got.body.includes('Holloway'));
  const kinds = entriesOf(got).map((leaf) => [leaf['kind'], leaf['after'], leaf['code']]);
  assert.deepEqual(kinds, [
    ['sent', undefined, undefined],
    ['refused', 'fetch', 'too-many-records'],
  ]);
});

test('an empty list is released as an empty list', async () => {
  gateway.answerWith(json({ data: [], total: 0 }));
  const got = await list();
  assert.deepEqual(JSON.parse(got.body), { data: [], total: 0 });
  assert.equal(entriesOf(got).at(-1)?.['records'], 0);
});

test('receipts of every part can be had later, by the same system alone', async () => {
  gateway.answerWith(json({ data: accounts(700) }));
  const got = await list();
  const path = `${gateway.url}/exchanges/${got.answer.headers['exchange-id']}/receipts`;
  const own = await fetch(path, { headers: { authorization: `Bearer ${await gateway.token(OFFICER)}` } });
  assert.equal(own.status, 200);
  assert.equal(((await own.json()) as { receipts: string[] }).receipts.length, 2);
  const other = await gateway.token({ system: 'westhaven-parking-app', person: 'p', roles: ['CEO'] });
  for (const authorization of [`Bearer ${other}`, 'Bearer nonsense']) {
    assert.equal((await fetch(path, { headers: { authorization } })).status, 404);
  }
});

test('a caller that goes away in the middle ends the call to the provider and leaves an entry', async () => {
  let providerCut = false;
  gateway.answerWith((_request, response) => {
    response.on('close', () => {
      providerCut = !response.writableFinished;
    });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(
      `{"data":[${accounts(600)
        .map((one) => JSON.stringify(one))
        .join(',')}`,
    );
  });
  const authorization = `Bearer ${await gateway.token(OFFICER)}`;
  const exchange = await new Promise<string>((resolve) => {
    const asking = ask(
      `${gateway.url}/council-tax-accounts/accounts?band=B`,
      { agent: false, headers: { ...HEADERS, authorization } },
      (answer) => {
        answer.once('data', () => asking.destroy());
        answer.on('error', () => undefined);
        resolve(String(answer.headers['exchange-id']));
      },
    );
    asking.on('error', () => undefined);
    asking.end();
  });
  for (let tries = 0; tries < 100 && gateway.leaves().at(-1)?.['kind'] !== 'failed'; tries += 1)
    await sleep(20);
  const last = gateway
    .leaves()
    .filter((leaf) => leaf['exchange'] === exchange)
    .at(-1);
  assert.deepEqual([last?.['kind'], last?.['code'], last?.['part']], ['failed', 'caller-gone', 1]);
  assert.ok(providerCut);
});
