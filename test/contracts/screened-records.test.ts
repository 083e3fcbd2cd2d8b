/** Records that leave no trace: whoever asks sees, and the log says, what it would without them, in the same time. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseDocument } from 'yaml';
import {
  type Answering,
  json,
  type TokenFacts,
  type WholeGateway,
  wholeGateway,
} from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway({ policies: withConditions });
});
after(() => gateway.close());

function withConditions(folder: string): void {
  const badges = 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml';
  change(folder, badges, ['what', 'only records where'], { statusCode: ['ISSUED', 'CANCELLED'] });
  change(folder, badges, ['limits', 'checks by one person'], '1000000 an hour');
  change(folder, badges, ['limits', 'checks by the organisation'], '1000000 an hour');
  const accounts = 'agreements/DSA-2026-032-v1-single-person-discount.yaml';
  change(folder, accounts, ['what', 'only records where'], { discountType: 'SPD' });
  change(folder, accounts, ['limits', 'records in one answer'], 2);
}

function change(folder: string, name: string, path: readonly string[], value: unknown): void {
  const file = join(folder, name);
  const document = parseDocument(readFileSync(file, 'utf8'));
  document.setIn(path, value);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

const OFFICER: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
const INVESTIGATOR: TokenFacts = { system: 'westhaven-revenues-system', person: 'rev-1', roles: ['FRD'] };
const BADGE_HEADERS = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};
const LIST_HEADERS = {
  'exchange-purpose': 'counter fraud',
  'exchange-reason': 'referral about one discount',
  'exchange-case-reference': 'CF-0001',
};

function badge(statusCode: unknown) {
  return {
    data: {
      badgeNumber: 'ZZ9Z01',
      statusCode,
      party: { typeCode: 'PERSON', person: { nino: 'QQ123456C' } },
      news: 1,
    },
  };
}

async function lookUp(answering: Answering) {
  gateway.answerWith(answering);
  const response = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: { ...BADGE_HEADERS, authorization: `Bearer ${await gateway.token(OFFICER)}` },
  });
  return { response, text: await response.text(), exchange: response.headers.get('exchange-id') ?? '' };
}

async function list(accounts: readonly unknown[]) {
  gateway.answerWith(json({ data: accounts, page: 1, pageSize: 50, total: accounts.length }));
  const response = await fetch(`${gateway.url}/council-tax-accounts/accounts?band=B`, {
    headers: { ...LIST_HEADERS, authorization: `Bearer ${await gateway.token(INVESTIGATOR)}` },
  });
  return { response, text: await response.text(), exchange: response.headers.get('exchange-id') ?? '' };
}

/** What is different for every exchange, made the same. */
function anyExchange(text: string): string {
  return text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}/g, 'ID');
}

function headersOf(response: Response): [string, string][] {
  const own = /^(?:exchange-id|audit-receipt|audit-salt|content-digest|date)$/;
  return [...response.headers].map(([name, value]) => [name, own.test(name) ? 'its own' : value]);
}

/** The leaves of an exchange without what is different for every exchange. */
function leavesOf(exchange: string): unknown[] {
  const own = ['exchange', 'seq', 'at', 'sent', 'person', 'auth', 'case', 'asked', 'body'];
  return gateway
    .leaves()
    .filter((leaf) => leaf['exchange'] === exchange)
    .map((leaf) => {
      const { upstream, ...more } = leaf;
      const status = (upstream as { status?: number } | undefined)?.status;
      return {
        ...Object.fromEntries(
          Object.entries(more).map(([name, value]) => [name, own.includes(name) ? '' : value]),
        ),
        status,
      };
    });
}

test('a record that meets the conditions is released', async () => {
  for (const status of ['ISSUED', 'CANCELLED', ['LOST', 'ISSUED']]) {
    const { response, text } = await lookUp(json(badge(status)));
    assert.equal(response.status, 200, text);
  }
});

test('a record that does not meet them is answered, counted and entered in the log exactly as nothing found', async () => {
  const nothing = await lookUp(json({ error: 'no such badge' }, 404));
  assert.equal(nothing.response.status, 404);
  for (const status of ['LOST', null, [], undefined]) {
    const screened = await lookUp(json(badge(status)));
    assert.equal(screened.response.status, 404);
    assert.equal(anyExchange(screened.text), anyExchange(nothing.text));
    assert.deepEqual(headersOf(screened.response), headersOf(nothing.response));
    assert.deepEqual(leavesOf(screened.exchange), leavesOf(nothing.exchange));
  }
});

const single = {
  accountReference: 'NM-880214-7',
  uprn: '990000000001',
  surname: 'Holloway',
  band: 'B',
  discountType: 'SPD',
};
const other = { ...single, accountReference: 'NM-880214-8', discountType: 'DIS' };

test('in a list the others leave, the total is recounted and screened records count towards no limit', async () => {
  const without = await list([single, single]);
  assert.equal(without.response.status, 200, without.text);
  const among = await list([other, single, other, other, single, other]);
  assert.equal(among.text, without.text);
  assert.ok(among.text.endsWith('"page":1,"pageSize":50,"total":2}'), among.text);
  assert.deepEqual(headersOf(among.response), headersOf(without.response));
  const [leaf, expected] = [among, without].map(({ exchange }) => leavesOf(exchange));
  assert.deepEqual(withoutRoots(leaf), withoutRoots(expected));
});

test('a list of which nothing is left is an empty list', async () => {
  const without = await list([]);
  const screened = await list([other, other, other]);
  assert.equal(screened.text, without.text);
  assert.deepEqual(leavesOf(screened.exchange), leavesOf(without.exchange));
});

/** The root over freshly salted commitments is different each time; their count is not. */
function withoutRoots(leaves: unknown): unknown {
  return JSON.parse(JSON.stringify(leaves, (name, value) => (name === 'root' ? '' : value)));
}

const PAIRS = 1000;
const AT_ONCE = 4;
/** Beyond it a difference is real: the bound that tests for constant time commonly take. */
const TELLING = 4.5;
const SCREENED = JSON.stringify(badge('LOST'));
const NOTHING = JSON.stringify({ error: 'x'.repeat(SCREENED.length - '{"error":""}'.length) });

test(`${PAIRS} pairs of nothing found and a screened record show no difference in time`, async (context) => {
  const authorization = `Bearer ${await gateway.token(OFFICER)}`;
  gateway.answerWith((request, response) => {
    const isThere = request.url?.endsWith('/ZZ9Z01');
    response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isThere ? SCREENED : NOTHING);
  });
  const times: Record<string, number[]> = { ZZ9Z01: [], ZZ9Z02: [] };
  const pairs = async (count: number, isKept: boolean): Promise<void> => {
    for (let pair = 0; pair < count; pair += 1) {
      const numbers = Math.random() < 0.5 ? ['ZZ9Z01', 'ZZ9Z02'] : ['ZZ9Z02', 'ZZ9Z01'];
      for (const number of numbers) {
        const took = await timeOf(number, authorization);
        if (isKept) times[number]?.push(took);
      }
    }
  };
  // The first requests of a process are slower than all others.
  await pairs(50, false);
  await Promise.all(Array.from({ length: AT_ONCE }, () => pairs(PAIRS / AT_ONCE, true)));
  const [screened, nothing] = cropped(times['ZZ9Z01'] ?? [], times['ZZ9Z02'] ?? []);
  const t = welch(screened, nothing);
  const said = `t is ${t.toFixed(2)}: screened ${mean(screened).toFixed(3)} ms, nothing found ${mean(nothing).toFixed(3)} ms`;
  context.diagnostic(said);
  assert.ok(Math.abs(t) < TELLING, said);
});

async function timeOf(number: string, authorization: string): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${gateway.url}/blue-badges/badges/${number}`, {
    headers: { ...BADGE_HEADERS, authorization },
  });
  await response.text();
  const took = performance.now() - start;
  assert.equal(response.status, 404);
  return took;
}

/** Without the slowest twentieth of all, which tells of the machine and not of the answer. */
function cropped(one: number[], other: number[]): [number[], number[]] {
  const all = [...one, ...other].sort((a, b) => a - b);
  const most = all[Math.floor(all.length * 0.95)] ?? 0;
  return [one.filter((it) => it <= most), other.filter((it) => it <= most)];
}

/** Welch's t: the difference of the means in units of its standard error. */
function welch(one: readonly number[], other: readonly number[]): number {
  const error = Math.sqrt(variance(one) / one.length + variance(other) / other.length);
  return (mean(one) - mean(other)) / error;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
