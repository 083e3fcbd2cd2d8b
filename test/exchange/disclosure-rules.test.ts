/** From an agreement to the rules of the field filter, shown with the sample agreements and real answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { formatFieldPath } from '../../src/encoding/field-path.ts';
import { compileRules } from '../../src/exchange/disclosure-rules.ts';
import { DISCHARGE, DISCOUNTS, KERBSIDE, SCHOOL, SEARCH, samplesWith } from '../support/changed-policies.ts';

const { policies } = readPolicyFiles(samplesWith(KERBSIDE, SEARCH, DISCHARGE, DISCOUNTS, SCHOOL));

function rulesOf(id: string, operationName: string) {
  const agreement = policies.agreements.find((one) => one.id === id);
  const dataset = policies.datasets.get(agreement?.dataset ?? '');
  const operation = dataset?.operations.get(operationName);
  assert.ok(agreement && dataset && operation);
  return compileRules(agreement, dataset, operation);
}

function released(id: string, operation: string, answer: unknown) {
  const session = compileDisclosure(rulesOf(id, operation)).start({
    today: '2026-11-23',
    bind: (value) => `bound:${value}`,
    matchingCode: (namespace, value) => `${namespace}:${value}`,
  });
  session.write(Buffer.from(JSON.stringify(answer)));
  session.end();
  const part = session.take();
  return { answer: JSON.parse(part.bytes.toString()) as unknown, subjects: part.subjects };
}

const BADGE = {
  apiVersion: '1.0.0',
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
    imageLink: 'https://images.example/1.jpg',
    statusCode: 'ISSUED',
    somethingNew: 'not declared',
  },
};

test('only what the agreement lists is agreed, and all that the dataset declares is declared', () => {
  const rules = rulesOf('DSA-2026-014', 'look up one badge');
  assert.deepEqual(
    rules.agreed.map(({ name, show }) => [name, show.as]),
    [
      ['badgeNumber', 'in full'],
      ['statusCode', 'in full'],
      ['startDate', 'in full'],
      ['expiryDate', 'in full'],
      ['party.typeCode', 'in full'],
      ['party.person.badgeHolderName', 'initials'],
    ],
  );
  assert.equal(rules.declared.length, policies.datasets.get('blue-badges')?.fields.size);
  assert.deepEqual(rules.recordPath, ['data']);
  assert.equal(rules.mostRecordBytes, 262_144);
  assert.equal(rules.mostDepth, 32);
});

test('one badge leaves as the agreement says, and its holder is found though the number is withheld', () => {
  const { answer, subjects } = released('DSA-2026-014', 'look up one badge', BADGE);
  assert.deepEqual(answer, {
    data: {
      badgeNumber: 'ZZ9Z01',
      party: { typeCode: 'PERSON', person: { badgeHolderName: 'I M' } },
      startDate: '2025-02-01',
      expiryDate: '2028-01-31',
      statusCode: 'ISSUED',
    },
  });
  assert.deepEqual(subjects, [
    { namespace: 'blue badge number', id: 'ZZ9Z01', who: 'holder', record: 1 },
    { namespace: 'national insurance number', id: 'QQ654321A', who: 'holder', record: 1 },
  ]);
});

test('a search leaves without the National Insurance number that its results carry', () => {
  const { answer } = released('DSA-2026-015', 'search for badges', {
    data: [
      {
        badgeNumber: 'ZZ9Z01',
        partyTypeCode: 'PERSON',
        name: 'Ines Marlowe',
        nino: 'QQ654321A',
        postCode: 'ZZ99 3VZ',
        expiryDate: '2028-01-31',
        statusCode: 'ISSUED',
      },
    ],
  });
  assert.deepEqual(answer, {
    data: [
      {
        badgeNumber: 'ZZ9Z01',
        partyTypeCode: 'PERSON',
        name: 'I M',
        expiryDate: '2028-01-31',
        statusCode: 'ISSUED',
      },
    ],
  });
});

test('a patient leaves with the agreed elements of each list', () => {
  const { answer, subjects } = released('DSA-2026-021', 'find one patient by NHS number', {
    resourceType: 'Patient',
    id: '9990001006',
    name: [
      { use: 'nickname', given: ['Tom'], family: 'Adeyemi' },
      { use: 'usual', given: ['Tomos'], family: 'Adeyemi', prefix: ['Mr'] },
    ],
    birthDate: '1944-11-03',
    address: [
      { use: 'temp', text: 'a clinic', line: ['Room 12'], postalCode: 'ZZ99 4WZ' },
      { use: 'home', line: ['9 Sample Row', 'Northmere'], postalCode: 'ZZ99 3VZ', extension: [{ url: 'x' }] },
    ],
    contact: [{ telecom: [{ system: 'phone', value: '01632960599' }] }],
  });
  assert.deepEqual(answer, {
    id: '9990001006',
    name: [{ given: ['Tomos'], family: 'Adeyemi' }],
    birthDate: '1944-11-03',
    address: [{ line: ['9 Sample Row', 'Northmere'], postalCode: 'ZZ99 3VZ' }],
  });
  assert.deepEqual(subjects, [{ namespace: 'NHS number', id: '9990001006', who: 'patient', record: 1 }]);
});

test('a list of accounts leaves with the names around it that are agreed', () => {
  const rules = rulesOf('DSA-2026-032', 'list accounts of a band');
  assert.deepEqual([...rules.wrapper.keys()], ['total', 'page', 'pageSize']);
  const { answer } = released('DSA-2026-032', 'list accounts of a band', {
    data: [
      {
        accountReference: 'NM-880214-7',
        uprn: '990000000001',
        surname: 'Holloway',
        forename: 'Dana',
        band: 'B',
        discountType: 'SPD',
        disregardType: 'SMI',
        disabledReductionIndicator: 'Y',
        arrearsPence: 38210,
      },
    ],
    page: 1,
    pageSize: 50,
    total: 1,
  });
  assert.deepEqual(answer, {
    data: [
      { accountReference: 'NM-880214-7', surname: 'Holloway', forename: 'D', band: 'B', discountType: 'SPD' },
    ],
    page: 1,
    pageSize: 50,
    total: 1,
  });
});

test('a school learns yes, no or not yet, and gets a reference that is bound', () => {
  const id = '6f2c0000-0000-4000-8000-00000000abcd';
  const links = {
    get_EligibilityCheck: `/check/${id}`,
    put_EligibilityCheckProcess: `/engine/process/${id}`,
    get_EligibilityCheckStatus: `/check/${id}/status`,
  };
  const asked = released('DSA-2026-041', 'ask for a check', {
    data: { status: 'queuedForProcessing' },
    links,
  });
  assert.deepEqual(asked.answer, {
    data: { status: 'not yet' },
    links: { get_EligibilityCheckStatus: `bound:${id}` },
  });
  const status = (data: object): unknown =>
    released('DSA-2026-041', 'see how a check stands', { data }).answer;
  assert.deepEqual(status({ status: 'eligible', tier: 'targeted' }), { data: { status: 'yes' } });
  for (const no of ['notEligible', 'parentNotFound', 'error', 'notFound']) {
    assert.deepEqual(status({ status: no, tier: 'expanded' }), { data: { status: 'no' } });
  }
});

test('every person whom a dataset names is looked for, in the spelling of the kind', () => {
  const rules = rulesOf('DSA-2026-021', 'find one patient by NHS number');
  assert.deepEqual(
    rules.subjects.map(({ path, namespace, normalise }) => [
      formatFieldPath(path),
      namespace,
      normalise('999 000 1006'),
    ]),
    [
      ['id', 'NHS number', '9990001006'],
      ['identifier.value', 'NHS number', '9990001006'],
    ],
  );
});
