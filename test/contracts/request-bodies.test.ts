/** Request bodies: whatever a caller writes, the provider gets exactly the agreed lookups, typed and rebuilt, or nothing at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Decision, decide } from '../../src/domain/decision.ts';
import { readDatasetRequest } from '../../src/http/dataset-request.ts';
import { agreement, caller, NOON, openReference, policies } from '../support/judge-fixtures.ts';
import { rawRequest } from '../support/raw-request.ts';

/** What may be asked with: where it stands in the provider's body, values of its kind, and how each is sent. */
const AGREED: Readonly<
  Record<string, { readonly at: readonly string[]; readonly json: readonly (readonly [string, string])[] }>
> = {
  surname: {
    at: ['data', 'lastName'],
    json: [
      ['"Marlowe"', '"Marlowe"'],
      ['"O\\u0027Hara"', '"O\'Hara"'],
      ['"O’Hara"', '"O\'Hara"'],
    ],
  },
  'date of birth': { at: ['data', 'dateOfBirth'], json: [['"1951-02-11"', '"1951-02-11"']] },
  children: {
    at: ['data', 'children'],
    json: [
      ['2', '2'],
      ['"2"', '2'],
      ['0', '0'],
    ],
  },
  consent: {
    at: ['consent'],
    json: [
      ['true', 'true'],
      ['"false"', 'false'],
    ],
  },
};
const NAMES = Object.keys(AGREED);
const HEADERS = [
  ...['Host', 'gateway.test', 'Content-Type', 'application/json'],
  ...[
    'Exchange-Purpose',
    'parking enforcement',
    'Exchange-Reason',
    'appeal',
    'Exchange-Case-Reference',
    'PCN-0001',
  ],
];

function decideOn(url: string, body: string): Decision | 'body-invalid' {
  const request = rawRequest({ method: 'POST', url, headers: HEADERS });
  const asked = readDatasetRequest(request, Buffer.from(body));
  if ('refused' in asked) {
    assert.equal(asked.refused, 'body-invalid');
    return 'body-invalid';
  }
  return decide(caller(), asked, policies([agreement({ reasonsAllowed: ['appeal'] })]), NOON, openReference);
}

/** One member of a body: a lookup with a value, or what nobody agreed. */
interface Member {
  readonly lookup: string | undefined;
  /** Names on the way in the provider's form. */
  readonly at: readonly string[];
  readonly name: string;
  readonly json: string;
  /** How it is to be sent; undefined where it may not be. */
  readonly sent: string | undefined;
}

const agreed: fc.Arbitrary<Member> = fc.constantFrom(...NAMES).chain((lookup) => {
  const { at, json } = AGREED[lookup] ?? assert.fail();
  return fc.constantFrom(...json).map(([came, sent]) => ({ lookup, at, name: lookup, json: came, sent }));
});
/** Of an agreed name, but no value of its kind. */
const wrongValue: fc.Arbitrary<Member> = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom('null', '[]', '[1]', '{}', '""', '"%"', '1.5', '-1', '"\\u0000"', '["Marlowe"]'),
  )
  .map(([lookup, json]) => ({ lookup, at: AGREED[lookup]?.at ?? [], name: lookup, json, sent: undefined }));
const unlisted: fc.Arbitrary<Member> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('Surname', 'data', 'data.lastName', 'lastName', '__proto__', 'page', '', 'constructor'),
      fc.string({ maxLength: 8 }),
    ),
    fc.constantFrom('1', '"x"', 'true', 'null', '[]', '{}', '{"x":"Marlowe"}'),
    fc.constantFrom([], ['data'], ['other']),
  )
  .filter(([name]) => !NAMES.includes(name))
  .filter(([name, , above]) => !NAMES.some((it) => AGREED[it]?.at.join('.') === [...above, name].join('.')))
  .map(([name, json, above]) => ({ lookup: undefined, at: [...above, name], name, json, sent: undefined }));

/** Each lookup once, with now and then something that may not be there. */
const members = fc
  .tuple(
    fc.uniqueArray(agreed, { minLength: 0, maxLength: 4, selector: ({ name }) => name }),
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      fc.array(fc.oneof(unlisted, wrongValue), { maxLength: 2 }),
    ),
    fc.nat(),
  )
  .map(([some, strays, turn]) => {
    const names = new Set(some.map(({ name }) => name));
    const all = [...some, ...strays.filter(({ name, lookup }) => lookup === undefined || !names.has(name))];
    const from = all.length === 0 ? 0 : turn % all.length;
    return [...all.slice(from), ...all.slice(0, from)];
  });

interface Tree extends Map<string, Tree | string> {}

/** The members as a JSON object in the order of the list; a name that stands twice stays twice. */
function nested(all: readonly Member[]): string {
  const parts: string[] = [];
  const done = new Set<string>();
  for (const { at, json } of all) {
    const [first = '', ...more] = at;
    if (more.length === 0) parts.push(`${JSON.stringify(first)}:${json}`);
    else if (!done.has(first)) {
      done.add(first);
      const those = all.filter((it) => it.at.length > 1 && it.at[0] === first);
      parts.push(`${JSON.stringify(first)}:${nested(those.map((it) => ({ ...it, at: it.at.slice(1) })))}`);
    }
  }
  return `{${parts.join(',')}}`;
}

/** What the provider is to get, from the lookups alone and in the order of the operation. */
function expectedBody(all: readonly Member[]): string {
  const root: Tree = new Map();
  for (const name of NAMES) {
    const member = all.find(({ lookup }) => lookup === name);
    if (member?.sent === undefined) continue;
    const { at } = member;
    const holder = at.length === 1 ? root : ((root.get(at[0] ?? '') as Tree | undefined) ?? new Map());
    if (at.length > 1) root.set(at[0] ?? '', holder);
    holder.set(at.at(-1) ?? '', member.sent);
  }
  return textOf(root);
}

function textOf(tree: Tree): string {
  const parts = [...tree].map(
    ([name, value]) => `${JSON.stringify(name)}:${typeof value === 'string' ? value : textOf(value)}`,
  );
  return `{${parts.join(',')}}`;
}

function judge(all: readonly Member[], url: string, body: string): 'permit' | 'refuse' {
  const decision = decideOn(url, body);
  const mayPass =
    all.every(({ sent }) => sent !== undefined) && all.some(({ lookup }) => lookup === 'surname');
  if (decision === 'body-invalid' || decision.effect === 'refuse') {
    assert.equal(mayPass, false, `refused: ${body}`);
    // INVARIANT: what nobody agreed is refused as such, or the body could not be read at all; it is never dropped.
    if (decision !== 'body-invalid' && all.some(({ lookup }) => lookup === undefined))
      assert.equal(decision.code, 'lookup-not-agreed', body);
    return 'refuse';
  }
  assert.equal(mayPass, true, `permitted: ${body}`);
  assert.equal(decision.request.body, expectedBody(all), body);
  assert.equal(decision.request.query, '');
  assert.equal(decision.request.path, '/checks');
  return 'permit';
}

for (const form of ['ask', "the provider's own"] as const) {
  test(`of 2,000 random bodies in the form "${form}" the provider gets exactly the agreed lookups, and every unlisted name refuses`, () => {
    let permitted = 0;
    fc.assert(
      fc.property(members, (all) => {
        const isAsk = form === 'ask';
        const body = isAsk ? nested(all.map((it) => ({ ...it, at: [it.name] }))) : nested(all);
        const url = isAsk ? '/blue-badges/ask/check-a-family' : '/blue-badges/checks';
        if (judge(all, url, body) === 'permit') permitted += 1;
      }),
      { numRuns: 2000 },
    );
    assert.ok(permitted > 300, `only ${permitted} were permitted`);
  });
}

test('of any JSON at all nothing is forwarded but an object of agreed lookups', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
      const body = JSON.stringify(value);
      for (const url of ['/blue-badges/ask/check-a-family', '/blue-badges/checks']) {
        const decision = decideOn(url, body);
        assert.ok(decision === 'body-invalid' || decision.effect === 'refuse', body);
      }
    }),
    { numRuns: 2000 },
  );
});

test('a lookup twice, whatever way its name is written, is refused', () => {
  for (const [url, body] of [
    ['/blue-badges/ask/check-a-family', '{"surname":"Marlowe","s\\u0075rname":"Marlowe"}'],
    ['/blue-badges/checks', '{"data":{"lastName":"Marlowe"},"data":{"lastName":"Okonjo"}}'],
    ['/blue-badges/checks', '{"data":{"lastName":"Marlowe"},"data.lastName":"Okonjo"}'],
  ] as const)
    assert.equal(decideOn(url, body), 'body-invalid', body);
});
