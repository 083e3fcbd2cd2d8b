import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Asked } from '../../src/domain/asked.ts';
import type { Caller } from '../../src/domain/caller.ts';
import { type Decision, decide, type Permit } from '../../src/domain/decision.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import type { RefusalCode } from '../../src/domain/reason.ts';
import { REFUSALS } from '../../src/domain/reason.ts';
import {
  agreement,
  ask,
  asked,
  caller,
  NOON,
  openReference,
  path,
  policies,
  REFERENCE,
} from '../support/judge-fixtures.ts';

const SET = policies();

function decided(
  change: { caller?: Partial<Caller>; asked?: Partial<Asked>; set?: PolicySet; at?: number } = {},
) {
  return decide(
    caller(change.caller),
    asked(change.asked),
    change.set ?? SET,
    change.at ?? NOON,
    openReference,
  );
}

function under(terms: Partial<Agreement>): PolicySet {
  return policies([agreement(terms)]);
}

function permitted(decision: Decision): Permit {
  assert.equal(decision.effect, 'permit', JSON.stringify(decision));
  return decision as Permit;
}

function refusedWith(code: RefusalCode, decision: Decision): void {
  assert.equal(decision.effect, 'refuse');
  assert.equal(decision.effect === 'refuse' && decision.code, code);
}

describe('what is agreed is permitted', () => {
  test('a permit names the agreement, the operation, the person, the role and the one request to send', () => {
    const permit = permitted(decided());
    assert.equal(permit.agreement.id, 'DSA-2026-014');
    assert.equal(permit.operation.name, 'look up one badge');
    assert.deepEqual(permit.person, { id: 'w.hughes', assurance: 'proved' });
    assert.equal(permit.role, 'parking officer');
    assert.equal(permit.reason, 'badge on display');
    assert.equal(permit.caseReference, 'PCN-0001');
    assert.deepEqual([...permit.lookups], [['badge number', 'ZZ9Z01']]);
    assert.deepEqual(permit.request, {
      method: 'GET',
      path: '/badges/ZZ9Z01',
      query: '',
      body: undefined,
    });
  });

  test('the ask form and the path form of one question send the same request', () => {
    const byPath = permitted(decided({ asked: { target: path('/badges/zz9z01') } }));
    const byAsk = permitted(
      decided({ asked: { target: ask('look-up-one-badge', { 'badge number': 'ZZ9 Z01' }) } }),
    );
    assert.deepEqual(byAsk.request, byPath.request);
  });

  test('one second into the first day is in force, and the last instant of the last day as well', () => {
    const { startsAtMs, endsAtMs } = agreement();
    permitted(decided({ at: startsAtMs }));
    permitted(decided({ at: endsAtMs - 1 }));
    refusedWith('not-in-force', decided({ at: startsAtMs - 1 }));
    refusedWith('not-in-force', decided({ at: endsAtMs }));
  });
});

describe('what is not agreed is refused with its own reason', () => {
  const person = { person: { id: 'w.hughes', assurance: 'stated' } } as const;
  const cases: readonly [RefusalCode, string, Parameters<typeof decided>[0]][] = [
    ['no-agreement', 'another organisation', { caller: { organisation: 'eastmoor' } }],
    ['no-agreement', 'an organisation of nearly that name', { caller: { organisation: 'Westhaven' } }],
    ['no-agreement', 'a dataset without an agreement', { asked: { dataset: 'council-tax' } }],
    ['no-agreement', 'a dataset that does not exist', { asked: { dataset: 'constructor' } }],
    ['not-in-force', 'an unsigned agreement', { set: under({ signedByBoth: false }) }],
    ['purpose-missing', 'no purpose', { asked: { purpose: undefined } }],
    ['purpose-not-agreed', 'another purpose', { asked: { purpose: 'marketing' } }],
    ['purpose-not-agreed', 'the purpose in capitals', { asked: { purpose: 'Parking enforcement' } }],
    [
      'operation-not-agreed',
      'an operation of the provider that is not agreed',
      { asked: { target: path('/badges/all') } },
    ],
    ['operation-not-agreed', 'a path that the provider lacks', { asked: { target: path('/people/1') } }],
    ['operation-not-agreed', 'a trailing slash', { asked: { target: path('/badges/ZZ9Z01/') } }],
    ['operation-not-agreed', 'the path in capitals', { asked: { target: path('/Badges/ZZ9Z01') } }],
    [
      'operation-not-agreed',
      'another method',
      { asked: { target: path('/badges/ZZ9Z01', { method: 'HEAD' }) } },
    ],
    [
      'operation-not-agreed',
      'an unknown operation to ask',
      { asked: { target: ask('list-every-badge', {}) } },
    ],
    [
      'lookup-not-agreed',
      'an unlisted parameter',
      { asked: { target: path('/badges/ZZ9Z01', { query: new Map([['fields', 'nino']]) }) } },
    ],
    [
      'lookup-not-agreed',
      'a lookup of another operation',
      { asked: { target: ask('look-up-one-badge', { 'badge number': 'ZZ9Z01', name: 'I' }) } },
    ],
    [
      'lookup-missing',
      'a search without what it must use',
      { asked: { target: ask('search-for-badges', { name: 'Ines Marlowe' }) } },
    ],
    ['lookup-invalid', 'a value of another kind', { asked: { target: path('/badges/nobody-here') } }],
    [
      'reference-not-yours',
      'a reference that was made up',
      { asked: { target: path('/checks/made-up-made-up-made-up/status') } },
    ],
    [
      'reference-not-yours',
      'a reference of another system',
      { caller: { system: 'other-app' }, asked: { target: path(`/checks/${REFERENCE}/status`) } },
    ],
    ['system-not-agreed', 'another system of the organisation', { caller: { system: 'payroll' } }],
    ['person-missing', 'no person', { caller: { person: undefined } }],
    ['person-not-proved', 'a person whom the system states', { caller: person }],
    ['role-not-agreed', 'another role', { caller: { roles: ['social worker'] } }],
    ['second-factor-missing', 'a password alone', { caller: { secondFactor: false } }],
    ['reason-missing', 'no reason', { asked: { reason: undefined } }],
    ['reason-not-agreed', 'curiosity', { asked: { reason: 'curiosity' } }],
    ['case-reference-missing', 'no case reference', { asked: { caseReference: undefined } }],
    ['emergency-not-allowed', 'an emergency', { asked: { emergency: 'risk to life' } }],
  ];
  for (const [code, what, change] of cases) {
    test(`${what} is refused as ${code}`, () => refusedWith(code, decided(change)));
  }
});

describe('a refusal gives nothing away', () => {
  test('a dataset that does not exist and one that is not agreed are refused with the same value', () => {
    assert.equal(decided({ asked: { dataset: 'nowhere' } }), decided({ asked: { dataset: 'council-tax' } }));
  });

  test('an operation that the provider lacks and one that is not agreed are refused with equal values', () => {
    assert.deepEqual(
      decided({ asked: { target: path('/badges/all') } }),
      decided({ asked: { target: path('/nothing/here/at/all') } }),
    );
  });

  test('agreements of other organisations are never spoken of', () => {
    const set = policies([
      agreement(),
      agreement({ id: 'DSA-SECRET', consumer: 'eastmoor', purpose: 'secret' }),
    ]);
    for (const purpose of ['secret', 'parking enforcement', undefined]) {
      assert.doesNotMatch(JSON.stringify(decided({ set, asked: { purpose, reason: 'no' } })), /secret/i);
    }
  });

  test('what was settled before a refusal stands in it, and nothing later', () => {
    const { settled } = decided({ asked: { caseReference: undefined } }) as { settled: object };
    assert.deepEqual(Object.keys(settled).sort(), [
      'agreement',
      'dataset',
      'lookups',
      'operation',
      'purpose',
      'reason',
      'role',
    ]);
    const early = decided({ caller: { roles: [] }, asked: { reason: 'no' } }) as { settled: object };
    assert.deepEqual(Object.keys(early.settled).sort(), [
      'agreement',
      'dataset',
      'lookups',
      'operation',
      'purpose',
    ]);
  });
});

describe('properties', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'blue-badges',
      'badges',
      'ZZ9Z01',
      'ask',
      '..',
      '',
      'name',
      '__proto__',
      'parking-app',
      REFERENCE,
    ),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 12 }).map((text) => `${text}\ud800`),
  );
  const map = fc.array(fc.tuple(word, word), { maxLength: 4 }).map((pairs) => new Map(pairs));
  const maybe = <T>(one: fc.Arbitrary<T>, usual: T) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.option(one, { nil: undefined }));
  const target = fc.oneof(
    fc.record({
      kind: fc.constant('path' as const),
      method: fc.constantFrom('GET', 'POST', 'get', 'TRACE'),
      segments: fc.oneof(
        fc.array(word, { maxLength: 4 }),
        fc.tuple(fc.constantFrom('badges', 'notes'), word),
      ),
      query: map,
      body: map,
    }),
    fc.record({
      kind: fc.constant('ask' as const),
      operation: fc.oneof(word, fc.constantFrom('look-up-one-badge', 'read-a-note', 'check-a-family')),
      lookups: fc.oneof(
        map,
        word.map((value) => new Map([['note', value]])),
      ),
    }),
  );
  const anyAsked: fc.Arbitrary<Asked> = fc.record({
    dataset: fc.oneof({ weight: 4, arbitrary: fc.constant('blue-badges') }, word),
    target,
    purpose: maybe(word, 'parking enforcement'),
    reason: maybe(word, 'appeal'),
    caseReference: maybe(word, 'PCN-1'),
    emergency: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, word),
    statedPerson: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, word),
    callerReference: fc.option(word, { nil: undefined }),
  });
  const anyCaller: fc.Arbitrary<Caller> = fc
    .record({
      organisation: maybe(word, 'westhaven'),
      system: maybe(word, 'parking-app'),
      secondFactor: fc.boolean(),
    })
    .map(({ organisation, system, secondFactor }) =>
      caller({ organisation: organisation ?? '', system: system ?? '', secondFactor }),
    );

  test('any input gets a decision, the same one each time, with a known code', () => {
    fc.assert(
      fc.property(anyCaller, anyAsked, fc.double(), (who, what, at) => {
        for (const instant of [NOON, at]) {
          const decision = decide(who, what, SET, instant, openReference);
          assert.deepEqual(decide(who, what, policies(), instant, openReference).effect, decision.effect);
          assert.deepEqual(decide(who, what, SET, instant, openReference), decision);
          if (decision.effect === 'refuse') assert.ok(REFUSALS.includes(decision.code));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('no value of a request ever stands in the sentence of a refusal', () => {
    const marked = fc.string({ maxLength: 8 }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(marked, fc.nat(6), (secret, place) => {
        const changes: readonly Partial<Asked>[] = [
          { dataset: secret },
          { purpose: secret },
          { reason: secret },
          { caseReference: secret },
          { emergency: secret },
          { statedPerson: secret },
          { target: path(`/badges/x`, { segments: ['badges', secret], query: new Map([[secret, secret]]) }) },
        ];
        const decision = decided({ asked: changes[place] ?? {} });
        assert.equal(decision.effect, 'refuse');
        assert.doesNotMatch(decision.effect === 'refuse' ? decision.detail : '', /§/);
      }),
      { numRuns: 500 },
    );
  });

  test('every sentence is one line and ends in a full stop', () => {
    fc.assert(
      fc.property(anyCaller, anyAsked, (who, what) => {
        const decision = decide(who, what, SET, NOON, openReference);
        if (decision.effect === 'refuse') assert.match(decision.detail, /^[A-Z"][\x20-\x7e]+\.$/);
      }),
      { numRuns: 1_000 },
    );
  });
});
