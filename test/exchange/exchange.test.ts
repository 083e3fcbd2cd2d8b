/** One exchange after the other through a whole gateway: what leaves, what does not, and what the log says of it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { isBodyOfLeaf } from '../../src/audit-log/proving/receipt.ts';
import { sha256 } from '../../src/encoding/sha256.ts';
import {
  type Answering,
  json,
  type TokenFacts,
  type WholeGateway,
  wholeGateway,
} from '../support/whole-gateway.ts';

let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway();
});
after(() => gateway.close());
beforeEach(() => {
  gateway.recorded.length = 0;
});

const OFFICER: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
const BADGE = {
  apiVersion: '1.0.0',
  context: 'gateway-demo',
  data: {
    badgeNumber: 'ZZ9Z01',
    party: {
      typeCode: 'PERSON',
      person: { badgeHolderName: 'Ines Marlowe', nino: 'QQ654321A', dob: '1951-02-11', genderCode: 'FEMALE' },
      contact: { fullName: 'Ines Marlowe', postCode: 'ZZ99 3VZ' },
    },
    startDate: '2025-02-01',
    expiryDate: '2028-01-31',
    eligibilityCode: 'WALKD',
    imageLink: 'https://images.example/1',
    statusCode: 'ISSUED',
    surprise: { nobody: 'declared this' },
  },
};
const ASKING = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};

interface Call {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly who?: TokenFacts | undefined;
  readonly body?: unknown;
}

async function call({
  path = '/blue-badges/badges/ZZ9Z01',
  method = 'GET',
  headers = ASKING,
  who = OFFICER,
  body,
}: Call = {}) {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await gateway.token(who)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { response, text, exchange: response.headers.get('exchange-id') ?? '' };
}

function entriesOf(exchange: string): Record<string, unknown>[] {
  return gateway.leaves().filter((leaf) => leaf['exchange'] === exchange);
}

test('an agreed look-up releases the agreed fields and nothing else', async () => {
  gateway.answerWith(json(BADGE));
  const { response, text } = await call();
  assert.equal(response.status, 200);
  assert.equal(
    text,
    '{"data":{"badgeNumber":"ZZ9Z01","party":{"typeCode":"PERSON","person":{"badgeHolderName":"I M"}},"startDate":"2025-02-01","expiryDate":"2028-01-31","statusCode":"ISSUED"}}',
  );
  for (const withheld of ['Ines', 'QQ654321A', 'WALKD', 'images', 'surprise', 'ZZ99'])
    assert.ok(!text.includes(withheld));
  assert.equal(response.headers.get('sharing-agreement'), 'DSA-2026-014; version=3');
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.ok(response.headers.get('audit-receipt'));
});

test('an exchange has two entries, the second names the first, and neither names a person', async () => {
  gateway.answerWith(json(BADGE));
  const { exchange } = await call();
  const [sent, released, ...more] = entriesOf(exchange);
  assert.equal(more.length, 0);
  assert.equal(sent?.['kind'], 'sent');
  assert.equal(released?.['kind'], 'released');
  assert.deepEqual(
    released?.['fields'],
    [
      'badgeNumber',
      'party.typeCode',
      'party.person.badgeHolderName',
      'startDate',
      'expiryDate',
      'statusCode',
    ].sort(byAgreement),
  );
  assert.equal(released?.['withheld'], 7);
  assert.deepEqual(released?.['subjects'], { ...Object(released?.['subjects']), count: 2 });
  const text = JSON.stringify([sent, released]);
  for (const secret of ['ZZ9Z01', 'staff-9001', 'PCN-0001', 'Ines', 'QQ654321A'])
    assert.ok(!text.includes(secret), secret);
});

const AGREED = [
  'badgeNumber',
  'statusCode',
  'startDate',
  'expiryDate',
  'party.typeCode',
  'party.person.badgeHolderName',
];
function byAgreement(one: string, other: string): number {
  return AGREED.indexOf(one) - AGREED.indexOf(other);
}

test('the provider gets one canonical request without anything of the caller', async () => {
  gateway.answerWith(json(BADGE));
  await call({ headers: { ...ASKING, cookie: 'a=b', 'x-forwarded-for': '192.0.2.1', 'x-anything': '1' } });
  assert.equal(gateway.recorded.length, 1);
  const [{ method, url, headers }] = gateway.recorded as [(typeof gateway.recorded)[0]];
  assert.deepEqual([method, url], ['GET', '/blue-badges/badges/ZZ9Z01']);
  assert.deepEqual(headers.filter((_, at) => at % 2 === 0).sort(), [
    'accept',
    'accept-encoding',
    'connection',
    'host',
  ]);
});

test('the same can be asked without an identifier in the address', async () => {
  gateway.answerWith(json(BADGE));
  const path = '/blue-badges/ask/look-up-one-badge';
  const { response, text } = await call({ path, method: 'POST', body: { 'badge number': 'zz9z01' } });
  assert.equal(response.status, 200, text);
  assert.equal(gateway.recorded[0]?.url, '/blue-badges/badges/ZZ9Z01');
});

const REFUSALS: [string, Call, number, string][] = [
  ['another purpose', { headers: { ...ASKING, 'exchange-purpose': 'marketing' } }, 403, 'purpose-not-agreed'],
  [
    'no purpose',
    { headers: { 'exchange-reason': 'badge on display', 'exchange-case-reference': 'P' } },
    403,
    'purpose-missing',
  ],
  ['another reason', { headers: { ...ASKING, 'exchange-reason': 'curiosity' } }, 403, 'reason-not-agreed'],
  [
    'no case reference',
    { headers: { 'exchange-purpose': 'parking enforcement', 'exchange-reason': 'badge on display' } },
    403,
    'case-reference-missing',
  ],
  ['another role', { who: { ...OFFICER, roles: ['FRD'] } }, 403, 'role-not-agreed'],
  ['no role', { who: { system: OFFICER.system, person: 'staff-1' } }, 403, 'role-not-agreed'],
  ['no second factor', { who: { ...OFFICER, claims: { amr: ['pwd'] } } }, 401, 'second-factor-missing'],
  ['no person', { who: { system: OFFICER.system, roles: ['CEO'] } }, 403, 'person-missing'],
  ['a lookup of another kind', { path: '/blue-badges/badges/not-a-badge-number' }, 403, 'lookup-invalid'],
  ['an unlisted parameter', { path: '/blue-badges/badges/ZZ9Z01?expand=all' }, 403, 'lookup-not-agreed'],
  ['an unknown dataset', { path: '/criminal-records/people/1' }, 403, 'no-agreement'],
  [
    'a dataset without an agreement',
    { path: '/patient-demographics/Patient/9990001006' },
    403,
    'no-agreement',
  ],
  [
    'an expired token',
    { who: { ...OFFICER, claims: { exp: 1_700_000_000, iat: 1_699_999_000 } } },
    401,
    'token-invalid',
  ],
  [
    'a token for another audience',
    { who: { ...OFFICER, claims: { aud: 'https://elsewhere.example' } } },
    401,
    'token-invalid',
  ],
  [
    'a client that nobody registered',
    { who: { system: 'unknown-app', person: 'staff-1' } },
    403,
    'system-not-registered',
  ],
  ['a parameter twice', { path: '/blue-badges/badges?name=a&name=b' }, 400, 'parameter-repeated'],
  ['a token in the query', { path: '/blue-badges/badges/ZZ9Z01?access_token=x' }, 400, 'token-in-query'],
];

for (const [what, asked, status, code] of REFUSALS) {
  test(`refuses ${what}: says why, asks the provider nothing, and has an entry`, async () => {
    gateway.answerWith(json(BADGE));
    const { response, text, exchange } = await call(asked);
    assert.equal(response.status, status, text);
    const problem = JSON.parse(text);
    assert.equal(problem.type, `/problems/${code}`);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.ok(problem.contact.includes('@'), 'whom to contact');
    assert.equal(gateway.recorded.length, 0);
    const [entry, ...more] = entriesOf(exchange);
    assert.deepEqual(
      [entry?.['kind'], entry?.['code'], entry?.['status'], more.length],
      ['refused', code, status, 0],
    );
    assert.ok(response.headers.get('audit-receipt'));
    const salt = response.headers.get('audit-salt') ?? '';
    assert.ok(
      isBodyOfLeaf(sha256(text), salt, String(entry?.['body'])),
      'the holder can prove what it was told',
    );
  });
}

test('an unknown dataset and one without an agreement are answered alike', async () => {
  const unknown = await call({ path: '/criminal-records/people/1' });
  const closed = await call({ path: '/patient-demographics/Patient/9990001006' });
  const without = (text: string): string => text.replace(/urn:uuid:[0-9a-f-]+/, '');
  assert.equal(without(unknown.text), without(closed.text));
});

test('nothing found is a release of no record: logged, with a receipt, 404', async () => {
  gateway.answerWith(json({ error: { reason: 'Ines Marlowe has moved away' } }, 404));
  const { response, text, exchange } = await call();
  assert.equal(response.status, 404);
  assert.equal(JSON.parse(text).type, '/problems/no-record');
  assert.ok(!text.includes('Ines'));
  const kinds = entriesOf(exchange).map((leaf) => [leaf['kind'], leaf['records']]);
  assert.deepEqual(kinds, [
    ['sent', undefined],
    ['released', 0],
  ]);
});

const FAILURES: [string, Answering, number, string][] = [
  [
    'a redirect',
    (_q, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    502,
    'upstream-redirect',
  ],
  ['an error with a record in it', json(BADGE, 500), 502, 'upstream-error'],
  [
    'a page',
    (_q, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Ines'),
    502,
    'answer-media-type',
  ],
  [
    'broken JSON',
    (_q, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"badgeNumber":"ZZ9Z01"'),
    502,
    'answer-not-filterable',
  ],
  [
    'an object where a text was declared',
    json({ data: { ...BADGE.data, statusCode: { code: 'ISSUED' } } }),
    502,
    'answer-not-filterable',
  ],
  [
    'a body that is too large',
    (_q, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(' '.repeat(300_000)),
    502,
    'answer-too-large',
  ],
  [
    'a cut connection',
    (_q, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"data":');
      setTimeout(() => response.destroy(), 10);
    },
    502,
    'upstream-error',
  ],
  [
    'that it is busy',
    (_q, response) => response.writeHead(503, { 'retry-after': '7' }).end(),
    503,
    'upstream-busy',
  ],
];

for (const [what, answering, status, code] of FAILURES) {
  test(`a provider that answers with ${what} releases nothing and leaves an entry`, async () => {
    gateway.answerWith(answering);
    const { response, text, exchange } = await call();
    assert.equal(response.status, status, text);
    assert.equal(JSON.parse(text).type, `/problems/${code}`);
    for (const leak of ['Ines', 'ZZ9Z01', '169.254']) assert.ok(!text.includes(leak), leak);
    const [sent, failed, ...more] = entriesOf(exchange);
    assert.deepEqual(
      [sent?.['kind'], failed?.['kind'], failed?.['code'], more.length],
      ['sent', 'failed', code, 0],
    );
    if (code === 'upstream-busy') assert.equal(response.headers.get('retry-after'), '7');
  });
}

const SCHOOL = { system: 'hillcrest-school-office', person: 'office-1', roles: ['ADMIN'] };
const MEALS = {
  'exchange-purpose': 'free school meals',
  'exchange-reason': 'application by a parent',
  'exchange-case-reference': 'FSM-1',
};
const CHECK = {
  data: {
    lastName: 'Holloway',
    dateOfBirth: '1989-04-17',
    nationalInsuranceNumber: 'QQ123456C',
    childFirstName: 'Remy',
  },
};
const GUID = '6f2c1c52-54a4-4c3d-9e6c-0d5d4b9b7f10';
const QUEUED = {
  data: { status: 'queuedForProcessing' },
  links: {
    get_EligibilityCheckStatus: `/check/${GUID}/status`,
    put_EligibilityCheckProcess: `/engine/process/${GUID}`,
  },
};

async function askForACheck() {
  gateway.answerWith(json(QUEUED, 202));
  const path = '/school-meals-checks/check/free-school-meals';
  return call({ path, method: 'POST', headers: MEALS, who: SCHOOL, body: CHECK });
}

test('a school meals check rebuilds the body, answers "not yet" and hands out a reference, never the id', async () => {
  const { response, text } = await askForACheck();
  assert.equal(response.status, 200, text);
  assert.deepEqual(JSON.parse(gateway.recorded[0]?.body ?? ''), CHECK);
  const answer = JSON.parse(text);
  assert.equal(answer.data.status, 'not yet');
  assert.ok(!text.includes(GUID) && !text.includes('process'));
});

test('the reference opens the status for the system it was given to: yes or no, never the tier', async () => {
  const reference = JSON.parse((await askForACheck()).text).links.get_EligibilityCheckStatus;
  for (const [status, said] of [
    ['eligible', 'yes'],
    ['notEligible', 'no'],
    ['parentNotFound', 'no'],
  ]) {
    gateway.answerWith(json({ data: { status, tier: 'targeted' } }));
    const { text } = await call({
      path: `/school-meals-checks/check/${reference}/status`,
      headers: MEALS,
      who: SCHOOL,
    });
    assert.equal(text, `{"data":{"status":"${said}"}}`);
  }
  assert.equal(gateway.recorded.at(-1)?.url, `/school-meals-checks/check/${GUID}/status`);
});

test('neither the id itself nor a changed reference opens anything', async () => {
  const reference: string = JSON.parse((await askForACheck()).text).links.get_EligibilityCheckStatus;
  gateway.recorded.length = 0;
  for (const wrong of [GUID, `${reference.slice(0, -1)}${reference.endsWith('A') ? 'B' : 'A'}`]) {
    const { response, text } = await call({
      path: `/school-meals-checks/check/${wrong}/status`,
      headers: MEALS,
      who: SCHOOL,
    });
    assert.equal(response.status, 403, text);
    assert.equal(JSON.parse(text).type, '/problems/reference-not-yours');
  }
  assert.equal(gateway.recorded.length, 0);
});

test('a body with a member that is not agreed is refused whole', async () => {
  const body = { data: { ...CHECK.data, nationalAsylumSeekerServiceNumber: '991212345' } };
  const { response, text } = await call({
    path: '/school-meals-checks/check/free-school-meals',
    method: 'POST',
    headers: MEALS,
    who: SCHOOL,
    body,
  });
  assert.equal(response.status, 403);
  assert.equal(JSON.parse(text).type, '/problems/lookup-not-agreed');
  assert.equal(gateway.recorded.length, 0);
});
