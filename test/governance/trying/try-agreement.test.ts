/** An agreement tried out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type TryOptions, tryAgreement } from '../../../src/governance/trying/try-agreement.ts';
import { triedFilter } from '../../../src/roof/commands/tried-filter.ts';
import { agreement, dataset, operation, policies } from '../../support/judge-fixtures.ts';
import { NOON, policiesOf, sampleAgreement, samplePolicies } from '../../support/sample-policies.ts';

const OPTIONS: TryOptions = {
  role: 'civil enforcement officer',
  operation: undefined,
  system: undefined,
  using: new Map(),
  reason: 'badge on display',
  caseReference: 'PCN-0001',
  consentReference: undefined,
  answer: undefined,
  atMs: NOON,
  signatures: 'checked',
};
const filter = triedFilter();
const tried = (id: string, more: Partial<TryOptions> = {}) =>
  tryAgreement(sampleAgreement(id), samplePolicies, { ...OPTIONS, ...more }, filter);

test('without an answer a made-up record goes through the filter: exactly the agreed fields are given', () => {
  for (const agreement of samplePolicies.agreements) {
    const { answer } = tried(agreement.id, { role: agreement.roles[0], reason: agreement.reasonsAllowed[0] });
    assert.ok(answer !== undefined && 'fields' in answer, agreement.id);
    assert.equal(answer.from, 'a made-up record');
    const given = answer.fields.filter((field) => field.given.length > 0).map(({ name }) => name);
    assert.deepEqual(new Set(given), new Set(agreement.fields.map(({ field }) => field.name)), agreement.id);
  }
});

test('the answer of a file goes through instead', () => {
  const { answer } = tried('DSA-2026-014', {
    answer: '{"data":{"badgeNumber":"ZZ9Z02","nino":"QQ123456C"}}',
  });
  assert.ok(answer !== undefined && 'fields' in answer);
  assert.equal(answer.from, 'the file');
  assert.deepEqual(
    answer.fields.map(({ given }) => given),
    [['ZZ9Z02'], []],
  );
});

test('a refusal has no answer, and says whom to ring', () => {
  const refused = tried('DSA-2026-014', { role: 'baker' });
  assert.equal(refused.answer, undefined);
  assert.equal(refused.decision.effect === 'refuse' && refused.decision.code, 'role-not-agreed');
  assert.deepEqual(
    refused.contacts.map(({ email }) => email),
    ['parking.lead@northmere.example', 'dpo@northmere.example'],
  );
});

test('what is asked is the first agreed operation that the lookups fit', () => {
  const using = new Map([
    ['name', 'Ines Marlowe'],
    ['postcode', 'ZZ99 3VZ'],
  ]);
  assert.equal(tried('DSA-2026-015', { using }).request.operation, 'search for badges');
  const school = tried('DSA-2026-041', {
    using: new Map([['check reference', 'x']]),
    role: 'school administrator',
  });
  assert.equal(school.request.operation, 'see how a check stands');
});

test('an operation that needs more than is given is passed over', () => {
  const byName = operation('find by name', '/by-name', {
    query: new Map([['name', 'name']]),
    mustUse: ['name'],
  });
  const search = operation('search', '/search', {
    query: new Map([
      ['name', 'name'],
      ['postcode', 'postcode'],
    ]),
    mustUse: ['name', 'postcode'],
  });
  const badges = dataset({ operations: new Map([search, byName].map((one) => [one.name, one])) });
  const either = agreement({ operations: [search.name, byName.name] });
  const asked = (...names: readonly string[]) => {
    const using = new Map(names.map((name) => [name, 'ZZ99 3VZ']));
    return tryAgreement(either, policies([either], { datasets: [badges] }), { ...OPTIONS, using }, filter)
      .request.operation;
  };
  assert.equal(asked('name'), 'find by name');
  assert.equal(asked('name', 'postcode'), 'search');
});

test('a draft is tried as if it were in force, and says that it is not', () => {
  const draft = { ...sampleAgreement('DSA-2026-014'), signedByBoth: false };
  const { standing, decision } = tryAgreement(draft, policiesOf(draft), OPTIONS, filter);
  assert.deepEqual(standing, { inForce: 'no', because: 'is not signed by both parties' });
  assert.equal(decision.effect, 'permit');
});
