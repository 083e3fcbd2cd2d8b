/** `search` and `list` against a whole gateway: what an auditor finds, who may see what, and what the log says of the reading. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Found, type SearchedFor, searchCommand } from '../../src/cli/search-log.ts';
import { readConfig } from '../../src/config.ts';
import { openOfflineSearch } from '../../src/roof/log/offline-search.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';
import { Written } from '../support/written.ts';

const CASE = 'PCN-77';
const OFFICER = 'staff-9001';
let gateway: WholeGateway;
let exchange: string;

before(async () => {
  gateway = await wholeGateway({ policies: letSupervisorsRead });
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const first = await askBadge(OFFICER, CASE, ['CEO']);
  exchange = first.headers.get('exchange-id') ?? '';
  await askBadge('staff-9002', 'PCN-78', ['CEO']);
  await askBadge(OFFICER, 'PCN-79', ['REV']);
  const school = await gateway.token({
    system: 'hillcrest-school-office',
    person: 'head-1',
    roles: ['ADMIN'],
  });
  await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: { authorization: `Bearer ${school}`, 'exchange-purpose': 'parking enforcement' },
  });
});
after(() => gateway.close());

/** People of Westhaven in the role of parking supervisor may read the log. */
function letSupervisorsRead(folder: string): void {
  const file = join(folder, 'organisations/westhaven-district-council.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace('status: active', 'roles that may read the log: [parking supervisor]\nstatus: active'),
  );
}

async function askBadge(person: string, caseReference: string, roles: readonly string[]): Promise<Response> {
  const token = await gateway.token({ system: 'westhaven-parking-app', person, roles });
  return fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
    headers: {
      authorization: `Bearer ${token}`,
      'exchange-purpose': 'parking enforcement',
      'exchange-reason': 'badge on display',
      'exchange-case-reference': caseReference,
    },
  });
}

interface Given {
  readonly lines?: string;
  readonly person?: boolean;
  readonly case?: boolean;
  readonly most?: number;
  readonly before?: number;
  readonly token?: string;
  readonly stated?: string;
}

async function search(searched: SearchedFor, given: Given = {}) {
  const io = new Written();
  const { person = false, case: ofCase = false, most = 50, before: below } = given;
  const options = { searched, person, case: ofCase, most, before: below, as: 'jsonl' } as const;
  const code = await searchCommand(options, io, {
    operations: gateway.operations,
    ask: (asked) => ask({ ...asked, stated: given.stated }, given.token),
    openOffline: () => Promise.reject(new Error('the gateway runs')),
    readLines: async () => given.lines ?? '',
  });
  const entries = io.stdout
    .trimEnd()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { index: number; leaf: Record<string, unknown> });
  return { code, err: io.stderr, kinds: entries.map(({ leaf }) => String(leaf['kind'])), entries };
}

async function ask(asked: object, token: string | undefined): Promise<Found> {
  const answer = await fetch(`${gateway.operations}/log/search`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(asked),
  });
  // What the operations port answers is what the command reads.
  return (await answer.json()) as Found;
}

const newestLeaf = () =>
  gateway
    .leaves()
    .filter(({ kind }) => kind === 'read')
    .at(-1) ?? {};

test('entries are found by any of what is known of them together, newest first', async () => {
  const released = await search({ outcome: 'released', dataset: 'blue-badges' });
  assert.deepEqual(released.kinds, ['released', 'released']);
  assert.ok((released.entries[0]?.index ?? 0) > (released.entries[1]?.index ?? 0));
  const refused = await search({ consumer: 'westhaven-district-council', outcome: 'refused' });
  assert.deepEqual(refused.kinds, ['refused']);
  const code = String(refused.entries[0]?.leaf['code']);
  assert.deepEqual((await search({ code, organisation: 'westhaven-district-council' })).kinds, ['refused']);
  assert.deepEqual((await search({ code, organisation: 'hillcrest-primary-school' })).kinds, []);
  assert.deepEqual((await search({ role: 'civil enforcement officer', kind: 'sent' })).kinds, [
    'sent',
    'sent',
  ]);
  assert.deepEqual((await search({ to: '2020-01-01' })).kinds, []);
});

test('what a member of staff did is found whatever came of it, and what was done under a case', async () => {
  const person = await search({}, { person: true, lines: `${OFFICER}\n` });
  assert.deepEqual(person.kinds, ['refused', 'released', 'sent']);
  const both = await search(
    { outcome: 'released' },
    { person: true, case: true, lines: `${OFFICER}\n${CASE}\n` },
  );
  assert.equal(both.entries[0]?.leaf['exchange'], exchange);
  assert.equal(both.entries.length, 1);
  assert.deepEqual((await search({}, { case: true, lines: 'PCN-00' })).kinds, []);
  const shared = { organisation: 'northmere-city-council', outcome: 'released' };
  assert.equal((await search(shared, { person: true, lines: OFFICER })).entries.length, 1);
  assert.equal((await search(shared, { case: true, lines: CASE })).entries.length, 1);
});

test('a search is an entry that says by what was searched and how much was found, and never what for', async () => {
  await search({ consumer: 'westhaven-district-council' }, { case: true, lines: CASE, stated: 'P. Lewis' });
  const leaf = newestLeaf();
  assert.equal(leaf['code'], 'search');
  assert.deepEqual(leaf['filters'], ['consumer', 'case']);
  assert.equal(leaf['records'], 2);
  assert.equal(leaf['assurance'], 'unproved');
  assert.equal(typeof leaf['asked'], 'object');
  for (const name of readdirSync(gateway.folder).filter((file) => file.startsWith('audit'))) {
    const bytes = readFileSync(join(gateway.folder, name));
    for (const secret of [OFFICER, CASE, 'P. Lewis'])
      assert.ok(!bytes.includes(secret), `${name}: ${secret}`);
  }
});

test('pages follow one another by the last entry, and each is an entry of its own', async () => {
  const all = await search({ dataset: 'blue-badges' });
  const pages: number[] = [];
  let below: number | undefined;
  do {
    const page = await search(
      { dataset: 'blue-badges' },
      { most: 2, ...(below === undefined ? {} : { before: below }) },
    );
    pages.push(...page.entries.map(({ index }) => index));
    below = Number(/--before (\d+)/.exec(page.err)?.[1] ?? 0);
  } while (below > 0);
  assert.deepEqual(
    pages,
    all.entries.map(({ index }) => index),
  );
});

test('a reader of one organisation finds its own exchanges only, and nobody hears of others', async () => {
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'boss-1',
    roles: ['CEO-SUP'],
  });
  assert.ok((await search({ consumer: 'hillcrest-primary-school' })).kinds.length > 0);
  assert.deepEqual((await search({ consumer: 'hillcrest-primary-school' }, { token })).kinds, []);
  const own = await search({}, { token });
  assert.ok(own.entries.length >= 5);
  assert.ok(own.entries.every(({ leaf }) => leaf['consumer'] === 'westhaven-district-council'));
  const leaf = newestLeaf();
  assert.deepEqual(
    [leaf['assurance'], leaf['organisation'], leaf['role']],
    ['proved', 'westhaven-district-council', 'parking supervisor'],
  );
  const theirs = gateway.leaves().find(({ consumer }) => consumer === 'hillcrest-primary-school');
  const listed = await fetch(`${gateway.operations}/log/entries?exchange=${String(theirs?.['exchange'])}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.deepEqual(((await listed.json()) as { entries: unknown[] }).entries, []);
});

test('what a reader read can be asked like anything else that a person did', async () => {
  const read = await search({ kind: 'read' }, { person: true, lines: 'boss-1' });
  assert.ok(read.entries.length >= 3);
  assert.ok(read.kinds.every((kind) => kind === 'read'));
});

test('who may not read is told why, nothing is found, and the log says that they tried', async () => {
  const officer = await gateway.token({ system: 'westhaven-parking-app', person: OFFICER, roles: ['CEO'] });
  for (const [token, why] of [
    [officer, /may read the log for westhaven-district-council/],
    ['not.a.token', /proves nobody/],
  ] as const) {
    const { code, err, entries } = await search({}, { token });
    assert.equal(code, 1);
    assert.match(err, why);
    assert.equal(entries.length, 0);
    assert.equal(newestLeaf()['code'], 'refused');
  }
});

test('a search that is not understood is told in words, and is no entry', async () => {
  const before = gateway.leaves().length;
  for (const [searched, words] of [
    [{ kind: 'gossip' }, /kind: write one of/],
    [{ from: 'soon' }, /from: write a day/],
  ] as const) {
    const { code, err } = await search(searched);
    assert.equal(code, 1);
    assert.match(err, words);
  }
  const nothing = await search({}, { person: true, lines: '' });
  assert.match(nothing.err, /write what is searched for to standard input/);
  assert.equal(gateway.leaves().length, before);
});

test('only the gateway’s own user can read the index', () => {
  const file = join(gateway.folder, 'audit.sqlite.search');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

/** The command against answers that are given one after the other; what it asked, and what it printed. */
async function searchAgainst(answers: readonly Found[], most: number) {
  const asked: Readonly<Record<string, unknown>>[] = [];
  const io = new Written();
  const options = { searched: {}, person: false, case: false, most, before: undefined, as: 'jsonl' } as const;
  const code = await searchCommand(options, io, {
    operations: 'http://127.0.0.1:9',
    ask: async (page) => {
      asked.push(page);
      return answers[asked.length - 1];
    },
    openOffline: () => Promise.reject(new Error('a gateway holds the log')),
    readLines: async () => '',
  });
  return { code, asked, out: io.stdout, err: io.stderr };
}

test('while the index is built it says how far it is, and asks again until it is answered', async () => {
  const building = { building: { indexed: 400_000, size: 1_000_000 } };
  const found = { entries: [], next: undefined, size: 1_000_000 };
  const { code, asked, err } = await searchAgainst([building, found], 50);
  assert.equal(code, 0);
  assert.equal(asked.length, 2);
  assert.match(
    err,
    /^the index is being built: 400000 of 1000000 entries\n0 found in a log of 1000000 entries\n$/,
  );
});

test('more than a page is asked for page by page, no more than was wanted', async () => {
  const page = (from: number, count: number) =>
    Array.from({ length: count }, (_, nth) => ({ index: from - nth, leafHash: '', leaf: {} }));
  const { code, asked, out, err } = await searchAgainst(
    [
      { entries: page(2000, 500), next: 1501, size: 3000 },
      { entries: page(1500, 100), next: 1401, size: 3000 },
    ],
    600,
  );
  assert.equal(code, 0);
  assert.deepEqual(
    asked.map(({ most, before: below }) => [most, below]),
    [
      [500, undefined],
      [100, 1501],
    ],
  );
  assert.equal(out.trimEnd().split('\n').length, 600);
  assert.match(err, /600 found .* there may be more: --before 1401/);
});

test('a gateway that goes away in between, and one that holds the log, are told', async () => {
  const gone = await searchAgainst([{ building: { indexed: 1, size: 9 } }], 50);
  assert.equal(gone.code, 1);
  assert.match(gone.err, /the gateway does not answer any more/);
  const nobody = await searchAgainst([], 50);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /nothing was searched: a gateway holds the log/);
});

test('with no gateway running the store itself is searched, and the search is an entry all the same', async () => {
  const { settings } = gateway;
  await gateway.stop();
  const offline = await openOfflineSearch(readConfig(settings));
  const found = await offline.search({
    credentials: { authorization: undefined, method: 'POST', path: '/log/search' },
    stated: undefined,
    asked: { person: OFFICER, outcome: 'released' },
  });
  assert.ok('entries' in found);
  assert.equal(found.entries.length, 1);
  await offline.close();
  const [newest] = gateway.leaves().slice(-2);
  assert.deepEqual([newest?.['kind'], newest?.['code']], ['read', 'search']);
});
