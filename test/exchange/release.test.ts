/** Long lists: parts that end at record boundaries, each durable before it leaves, and answers that are cut, never ended falsely. */
import assert from 'node:assert/strict';
import { request as ask, type IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../../src/disclosure/rules.ts';
import type { Rate } from '../../src/domain/agreement.ts';
import type { EntryDraft } from '../../src/domain/audit-entry.ts';
import type { Permit } from '../../src/domain/decision.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { DurableReceipt } from '../../src/domain/receipt.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import { Account } from '../../src/exchange/account.ts';
import { MOST_TOGETHER, releaseParts } from '../../src/exchange/release.ts';
import type { Turn } from '../../src/exchange/turn.ts';
import { agreement, dataset } from '../support/judge-fixtures.ts';
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
  const { accountReference, ...more } = released.data[7];
  assert.match(accountReference, /^[A-Za-z0-9_-]{43}$/, 'a matching code, not the reference');
  assert.deepEqual(more, {
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
  const answers = [`Bearer ${other}`, 'Bearer nonsense'].map((authorization) =>
    fetch(path, { headers: { authorization } }),
  );
  const [others, nobodys] = await Promise.all(answers);
  assert.equal(others?.status, 404);
  assert.equal(nobodys?.status, 401);
  assert.match(nobodys?.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
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

/** A release whose commits, whose caller and whose source do just what a test says, when it says it. */
class Rehearsal {
  /** Numbers of the parts, in order: read from the source, entered, handed to the caller. */
  readonly read: number[] = [];
  readonly entered: (number | undefined)[] = [];
  readonly left: number[] = [];
  readonly account = new Account('exchange', undefined);
  /** While it is set, the caller reads nothing. */
  full: Promise<void> | undefined;
  gone = false;
  /** While it is set, every entry is over a limit. */
  over = false;
  outcome = 'open';
  #uncommitted: PromiseWithResolvers<DurableReceipt>[] = [];

  constructor(parts: number, error?: Error, differentPeople?: Rate) {
    const append = (draft: EntryDraft) => this.#append(draft);
    const log = { append, appendTogether: (drafts: EntryDraft[]) => Promise.all(drafts.map(append)) };
    const gateway = { log, clock: { now: () => 0 } };
    const door = {
      release: ({ bytes }: Part) => this.#release(bytes),
      problemBytes: () => Buffer.from('a limit'),
    };
    const { limits } = agreement();
    const permit = {
      operation: { mediaTypes: [] },
      agreement: agreement({ limits: { ...limits, differentPeople } }),
      dataset: dataset(),
      lookups: new Map(),
    } as unknown as Permit;
    const turn = { gateway, door, account: this.account } as unknown as Turn;
    releaseParts(this.#parts(parts, error), permit, turn).then(
      () => {
        this.outcome = 'released';
      },
      (failure: Error) => {
        this.outcome = failure.message;
      },
    );
  }

  /** Makes all entries durable that were appended so far, or loses them. */
  async commit(failure?: Error): Promise<void> {
    await settled();
    for (const { resolve, reject } of this.#uncommitted.splice(0)) {
      if (failure === undefined) resolve(this.over ? LIMITED : RECEIPT);
      else reject(failure);
    }
    await settled();
  }

  async *#parts(count: number, error: Error | undefined): AsyncGenerator<Part> {
    for (let number = 1; number <= count; number += 1) {
      this.read.push(number);
      yield { ...EMPTY, bytes: Buffer.from([number]), last: error === undefined && number === count };
    }
    if (error !== undefined) throw error;
  }

  #append(draft: EntryDraft): Promise<DurableReceipt> {
    this.entered.push(draft.result.part);
    const durable = Promise.withResolvers<DurableReceipt>();
    this.#uncommitted.push(durable);
    return durable.promise;
  }

  #release(bytes: Buffer): Promise<void> | undefined {
    if (this.gone) throw new GatewayError('caller-gone', 'caller went away');
    this.left.push(bytes[0] ?? 0);
    return this.full;
  }
}

const EMPTY = {
  records: 1,
  fields: [],
  withheld: 0,
  undeclared: new Map(),
  subjects: [],
  screened: { conditions: 0, people: [] },
};
const FACTS = {
  index: 0,
  leafHash: '',
  stored: 'as drafted',
  bodySalt: undefined,
  commitments: { person: undefined, caseReference: undefined, token: undefined },
  header: () => '',
} as const;
const RECEIPT = DurableReceipt.mint(FACTS);
const LIMITED = DurableReceipt.mint({ ...FACTS, stored: { limit: 'a limit', retryAfterSeconds: 1 } });
const settled = (): Promise<void> => sleep(2);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

test('while entries become durable the next parts are read, and their entries share a commit', async () => {
  const release = new Rehearsal(20);
  await settled();
  assert.deepEqual(release.entered, [1]);
  assert.equal(release.read.length, 1 + MOST_TOGETHER);
  await release.commit();
  assert.deepEqual(release.entered, upTo(1 + MOST_TOGETHER));
  for (let commits = 0; commits < 5; commits += 1) await release.commit();
  assert.deepEqual(release.left, upTo(20));
  assert.equal(release.outcome, 'released');
});

test('where a limit may refuse a part, it is entered alone, and nothing of it or after it leaves', async () => {
  const release = new Rehearsal(20, undefined, { most: 5, per: 'day' });
  await settled();
  for (let part = 1; part <= 3; part += 1) {
    assert.deepEqual(release.entered, upTo(part));
    await release.commit();
  }
  release.over = true;
  await release.commit();
  await release.commit();
  assert.equal(release.outcome, 'a limit of the agreement is reached');
  assert.deepEqual([release.entered, release.left, release.account.parts], [upTo(4), upTo(3), 3]);
});

test('no part leaves before its own entry is durable, and parts leave in order', async () => {
  const release = new Rehearsal(11);
  await settled();
  assert.deepEqual(release.left, []);
  while (release.outcome === 'open') {
    const durable = release.entered.length;
    await release.commit();
    assert.deepEqual(release.left, upTo(durable));
  }
  assert.deepEqual(release.left, upTo(11));
});

test('a store that fails in the middle: nothing after the last durable part leaves, or is entered', async () => {
  const release = new Rehearsal(20);
  await release.commit();
  await release.commit();
  const durable = release.left.length;
  const entered = release.entered.length;
  await release.commit(new Error('the disk is gone'));
  await release.commit();
  assert.equal(release.outcome, 'the disk is gone');
  assert.deepEqual(release.left, upTo(durable));
  assert.equal(release.entered.length, entered);
  assert.equal(release.account.parts, durable);
});

test('a failure in a later part, met while an earlier one is committed, waits until that has left', async () => {
  const release = new Rehearsal(3, new Error('a bad record'));
  await settled();
  assert.deepEqual([release.read.length, release.entered, release.left], [3, [1], []]);
  await release.commit();
  await release.commit();
  assert.equal(release.outcome, 'a bad record');
  assert.deepEqual(release.left, [1, 2, 3]);
  assert.equal(release.account.parts, 3);
});

test('a caller that goes away: no more is entered, and what was durable by then counts as gone', async () => {
  const release = new Rehearsal(20);
  await release.commit();
  release.gone = true;
  await release.commit();
  await release.commit();
  assert.equal(release.outcome, 'caller went away');
  assert.deepEqual(release.left, [1]);
  assert.deepEqual(release.entered, upTo(1 + MOST_TOGETHER));
  assert.equal(release.account.parts, 1 + MOST_TOGETHER);
});

test('a caller that reads slowly stops the reading: only so many parts are in memory', async () => {
  const release = new Rehearsal(100);
  const room = Promise.withResolvers<void>();
  release.full = room.promise;
  for (let commits = 0; commits < 5; commits += 1) await release.commit();
  assert.deepEqual([release.left, release.entered], [[1], [1]]);
  assert.equal(release.read.length, 1 + MOST_TOGETHER);
  release.full = undefined;
  room.resolve();
  for (let commits = 0; commits < 30; commits += 1) await release.commit();
  assert.equal(release.outcome, 'released');
});
