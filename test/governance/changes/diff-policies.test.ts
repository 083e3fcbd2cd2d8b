/** Tests of src/governance/changes/diff-policies.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AgreedField, Agreement } from '../../../src/domain/agreement.ts';
import type { Dataset } from '../../../src/domain/dataset.ts';
import { kindNamed, wholeNumberKind } from '../../../src/domain/kind.ts';
import type { Organisation } from '../../../src/domain/organisation.ts';
import type { PolicySet } from '../../../src/domain/policy-set.ts';
import { parseFieldPath } from '../../../src/encoding/field-path.ts';
import { diffAsPage } from '../../../src/governance/changes/diff-as-page.ts';
import { diffPolicies } from '../../../src/governance/changes/diff-policies.ts';
import { changesDecisions } from '../../../src/governance/changes/policy-change.ts';
import { comesTo, decisionSpace } from '../../support/decision-space.ts';
import {
  agreement,
  dataset,
  lookup,
  operation,
  organisation,
  policies,
} from '../../support/judge-fixtures.ts';

const AS_THEY_STAND = { fromMs: Date.parse('2025-01-01T00:00:00Z'), asIfSigned: false };
const NOW = { fromMs: Date.parse('2026-11-23T12:00:00Z'), asIfSigned: false };
const NEW_YEAR = Date.parse('2027-01-01T00:00:00Z');

function agreed(path: string, show: AgreedField['show'] = { as: 'in full' }, means = path): AgreedField {
  const kind = kindNamed('date');
  if (kind === undefined) throw new Error('no such kind');
  const parsed = parseFieldPath(path);
  const field = {
    name: path,
    path: parsed,
    means,
    kind,
    sensitivity: 'personal' as const,
    reveals: [],
    values: new Map(),
    mayBeShownAs: ['in full' as const],
  };
  return { path: parsed, field, show };
}

const words = (was: PolicySet, now: PolicySet, options = NOW) =>
  diffPolicies(was, now, options).map((change) => `${change.effect}: ${change.words}`);
const page = (was: PolicySet, now: PolicySet) =>
  diffAsPage(diffPolicies(was, now, NOW), was, now, false).sections.flatMap(({ passages }) =>
    passages.flatMap((passage) => (passage.kind === 'list' ? passage.items : [])),
  );

test('a set does not differ from itself, nor from the same things read again', () => {
  assert.deepEqual(words(policies(), policies()), []);
});

test('a field that a later version adds is named with how it is shown, for whom, from when and for what', () => {
  const first = agreement({ fields: [agreed('startDate')] });
  const second = agreement({
    version: 2,
    startsAtMs: NEW_YEAR,
    fields: [agreed('startDate'), agreed('nino', { as: 'in full' }, 'National Insurance number')],
  });
  assert.deepEqual(page(policies([first]), policies([first, second])), [
    'DSA-2026-014 adds National Insurance number, `nino` (in full), for westhaven, from 1 January 2027, for parking enforcement.',
    'DSA-2026-014 adds version 2, for westhaven, for parking enforcement.',
  ]);
});

test('showing a field in full gives more, showing it in part gives less', () => {
  const whole = policies([agreement({ fields: [agreed('dob', { as: 'in full' }, 'Date of birth')] })]);
  const part = policies([agreement({ fields: [agreed('dob', { as: 'year' }, 'Date of birth')] })]);
  assert.deepEqual(words(part, whole), [
    'gives more: shows Date of birth, `dob`, in full; before: only the year',
  ]);
  assert.deepEqual(words(whole, part), [
    'gives less: shows Date of birth, `dob`, only the year; before: in full',
  ]);
});

test('a role, a reason, a looser limit and a dropped demand give more; their opposites give less', () => {
  const narrow = agreement({
    limits: {
      records: 1,
      byPerson: { most: 10, per: 'hour' },
      byOrganisation: undefined,
      differentPeople: undefined,
    },
  });
  const wide = {
    ...narrow,
    roles: [...narrow.roles, 'clerk'],
    reasonsAllowed: [...narrow.reasonsAllowed, 'curiosity'],
    mustGive: { ...narrow.mustGive, caseReference: false },
    limits: { ...narrow.limits, byPerson: undefined },
  };
  const wider = words(policies([narrow]), policies([wide]));
  assert.deepEqual(wider, [
    'gives more: adds role “clerk”',
    'gives more: no longer asks for a case reference',
    'gives more: adds the reason “curiosity”',
    'gives more: takes away the limit on checks by one person (10 an hour)',
  ]);
  const narrower = diffPolicies(policies([wide]), policies([narrow]), NOW);
  assert.deepEqual([...new Set(narrower.map(({ effect }) => effect))], ['gives less']);
  assert.equal(narrower.length, wider.length);
});

test('a dataset that is asked at another host changes what every agreement on it does', () => {
  const moved = dataset({ upstream: { ...dataset().upstream, address: 'http://127.0.0.1:2/base' } });
  assert.deepEqual(words(policies(), policies([agreement()], { datasets: [moved] })), [
    'changes: of the upstream, changes the address from “http://127.0.0.1:1/base” to “http://127.0.0.1:2/base”',
    'changes: takes away the dataset',
  ]);
});

test('what nobody has signed changes nothing, and everything as if it were signed', () => {
  const draft = agreement({ version: 2, signedByBoth: false, roles: ['clerk'] });
  const [was, now] = [policies([agreement()]), policies([agreement(), draft])];
  assert.deepEqual(words(was, now), ['changes: adds version 2']);
  assert.ok(words(was, now, { ...NOW, asIfSigned: true }).includes('gives more: adds role “clerk”'));
});

test('what people read is told apart from what flows', () => {
  const now = policies([agreement({ title: 'Checking badges', keepFor: '30 days' })]);
  const changes = diffPolicies(policies(), now, NOW);
  assert.deepEqual(changes.map(changesDecisions), [false, false]);
  const { lead } = diffAsPage(changes, policies(), now, false);
  assert.match(JSON.stringify(lead), /No request is decided differently/);
});

test('what is kept from the report that a person gets is said, and changes no decision', () => {
  const kept = { untilMs: NEW_YEAR, exemption: 'crime and taxation', because: 'So.', decidedBy: 'R. Shah' };
  const [was, now] = [policies([agreement()]), policies([agreement({ keptFromReport: kept })])];
  assert.deepEqual(words(was, now), [
    'says: keeps its exchanges from the report that a person gets until 31 December 2026 (crime and taxation)',
  ]);
  assert.deepEqual(words(now, was), ['says: no longer keeps anything from the report that a person gets']);
});

test('the bounds of a lookup are part of what is compared', () => {
  const paged = (most: number): Dataset =>
    dataset({
      lookups: new Map([['page', { ...lookup('page', 'query', 'page'), kind: wholeNumberKind(1, most) }]]),
    });
  const set = (most: number) => policies([agreement()], { datasets: [paged(most)] });
  assert.deepEqual(words(set(20), set(30)), ['changes: changes the lookup “page”: kind']);
});

/** One change of a policy set, in memory: some matter, some do not, and the property does not know which. */
type Turn = (set: Sets) => Sets;
interface Sets {
  readonly agreements: readonly Agreement[];
  readonly datasets: readonly Dataset[];
  readonly organisations: readonly Organisation[];
}

const onOne =
  (nth: number, change: (one: Agreement) => Partial<Agreement>): Turn =>
  (sets) => ({
    ...sets,
    agreements: sets.agreements.map((one, place) =>
      place === nth % sets.agreements.length ? { ...one, ...change(one) } : one,
    ),
  });
const without = (list: readonly string[]) => (list.length > 1 ? list.slice(1) : list);
const TURNS: readonly ((nth: number) => Turn)[] = [
  (nth) => onOne(nth, () => ({ title: 'Another title', sha256: 'ee'.repeat(32) })),
  (nth) =>
    onOne(nth, ({ words: said }) => ({ words: { ...said, summary: 'Said otherwise.' }, keepFor: '1 day' })),
  (nth) => onOne(nth, ({ roles }) => ({ roles: without(roles) })),
  (nth) => onOne(nth, ({ roles }) => ({ roles: roles.toReversed() })),
  (nth) => onOne(nth, ({ roles }) => ({ roles: [...roles, `clerk ${nth % 2}`] })),
  (nth) =>
    onOne(nth, ({ systems }) => ({ systems: nth % 2 === 0 ? ['other-app'] : [...systems, 'other-app'] })),
  (nth) => onOne(nth, ({ lookups }) => ({ lookups: without(lookups) })),
  (nth) => onOne(nth, ({ operations }) => ({ operations: without(operations) })),
  (nth) => onOne(nth, ({ operations }) => ({ operations: [...operations, 'list every badge'] })),
  (nth) => onOne(nth, ({ purpose }) => ({ purpose: `${purpose}${nth % 2 === 0 ? '' : ' too'}` })),
  (nth) => onOne(nth, ({ secondFactor }) => ({ secondFactor: !secondFactor })),
  (nth) =>
    onOne(nth, ({ mustGive }) => ({ mustGive: { ...mustGive, caseReference: !mustGive.caseReference } })),
  (nth) =>
    onOne(nth, ({ mustGive }) => ({
      mustGive: { ...mustGive, consentReference: !mustGive.consentReference },
    })),
  (nth) => onOne(nth, ({ reasonsAllowed }) => ({ reasonsAllowed: without(reasonsAllowed) })),
  (nth) => onOne(nth, () => ({ person: nth % 2 === 0 ? 'not needed' : 'stated by the system' })),
  (nth) => onOne(nth, ({ startsAtMs }) => ({ startsAtMs: startsAtMs + (nth % 3) * 86_400_000 })),
  (nth) => onOne(nth, ({ endsAtMs }) => ({ endsAtMs: endsAtMs - (nth % 3) * 86_400_000 })),
  (nth) => onOne(nth, () => ({ signedByBoth: nth % 2 === 0, signaturesBroken: nth % 3 === 0 })),
  (nth) =>
    onOne(nth, () => ({
      fields: [agreed('startDate'), agreed('dob', nth % 2 === 0 ? { as: 'year' } : { as: 'in full' })],
    })),
  (nth) =>
    onOne(nth, () => ({
      limits: {
        records: 1 + (nth % 3),
        byPerson: undefined,
        byOrganisation: undefined,
        differentPeople: undefined,
      },
    })),
  (nth) => onOne(nth, () => ({ version: 1 + (nth % 3) })),
  (nth) => onOne(nth, () => ({ wrapper: nth % 2 === 0 ? ['total'] : [] })),
  (nth) => (sets) => ({
    ...sets,
    agreements: [
      ...sets.agreements,
      agreement({ version: 4 + (nth % 5), startsAtMs: NEW_YEAR, roles: ['clerk'] }),
    ],
  }),
  (nth) => (sets) => ({ ...sets, agreements: sets.agreements.filter((_, place) => place !== nth) }),
  (nth) => (sets) => ({
    ...sets,
    organisations: sets.organisations.map((one, place) =>
      place === nth % 3 ? { ...one, active: !one.active } : one,
    ),
  }),
  () => (sets) => ({
    ...sets,
    datasets: sets.datasets.map((one) => ({
      ...one,
      operations: new Map(one.operations).set('read a note', operation('read a note', '/texts/{note}')),
    })),
  }),
  () => (sets) => ({
    ...sets,
    datasets: sets.datasets.map((one) => ({
      ...one,
      lookups: new Map(one.lookups).set('note', lookup('note', 'path', 'blue badge number', false)),
    })),
  }),
  () => (sets) => ({
    ...sets,
    datasets: sets.datasets.map((one) => ({ ...one, title: 'Another title' })),
  }),
];

const BASE: Sets = {
  agreements: [
    agreement({ fields: [agreed('startDate')] }),
    agreement({
      id: 'DSA-2026-015',
      purpose: 'appeals',
      roles: ['parking supervisor'],
      fields: [agreed('dob')],
    }),
  ],
  datasets: [dataset()],
  organisations: ['northmere', 'westhaven', 'eastmoor'].map((id) => organisation(id)),
};
const asSet = ({ agreements, ...more }: Sets) => policies(agreements, more);
const turns = fc.array(
  fc.tuple(fc.nat({ max: TURNS.length - 1 }), fc.nat({ max: 5 })).map(([turn, nth]) => ({ turn, nth })),
  { maxLength: 3 },
);
const turned = (list: readonly { turn: number; nth: number }[]): PolicySet =>
  asSet(list.reduce((sets, { turn, nth }) => TURNS[turn]?.(nth)(sets) ?? sets, BASE));

test('INVARIANT: where nothing is named that flows, no request of the whole space is decided differently', () => {
  let empty = 0;
  let named = 0;
  fc.assert(
    fc.property(turns, turns, (some, others) => {
      const [was, now] = [turned(some), turned(others)];
      if (diffPolicies(was, now, AS_THEY_STAND).some(changesDecisions)) {
        named += 1;
        return;
      }
      empty += 1;
      for (const point of decisionSpace(was, now)) assert.equal(comesTo(now, point), comesTo(was, point));
    }),
    { numRuns: 400 },
  );
  // The property says something only while both happen.
  assert.ok(empty > 20 && named > 20, `${empty} empty, ${named} named`);
});

test('INVARIANT: every single change after which some request is decided differently is named', () => {
  const was = asSet(BASE);
  for (const [turn] of TURNS.entries()) {
    for (let nth = 0; nth < 6; nth += 1) {
      const now = turned([{ turn, nth }]);
      const differs = decisionSpace(was, now).some((point) => comesTo(now, point) !== comesTo(was, point));
      if (!differs) continue;
      const changes = diffPolicies(was, now, AS_THEY_STAND);
      assert.ok(changes.some(changesDecisions), `turn ${turn} of ${nth} is not named`);
    }
  }
});
