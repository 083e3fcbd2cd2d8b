/** From an agreement file to the agreement. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { sha256Hex } from '../../../src/encoding/sha256.ts';
import {
  BADGES,
  changedText,
  KERBSIDE,
  policyFile,
  refuses,
  samplesWith,
} from '../../support/changed-policies.ts';

test('an agreement is read with what is enforced', () => {
  const [agreement] = readPolicyFiles(samplesWith(KERBSIDE)).policies.agreements;
  assert.ok(agreement);
  const { fields, limits, examples, words, ...rest } = agreement;
  assert.deepEqual(
    fields.map(({ field, show }) => [field.name, show.as]),
    [
      ['badgeNumber', 'in full'],
      ['statusCode', 'in full'],
      ['startDate', 'in full'],
      ['expiryDate', 'in full'],
      ['party.typeCode', 'in full'],
      ['party.person.badgeHolderName', 'initials'],
    ],
  );
  assert.deepEqual(limits, {
    records: 1,
    byPerson: { most: 60, per: 'hour' },
    byOrganisation: { most: 150, per: 'day' },
    differentPeople: undefined,
  });
  assert.equal(examples.length, 2);
  assert.equal(words.why['in our words'].slice(0, 12), 'To find lost');
  assert.deepEqual(rest, {
    id: 'DSA-2026-014',
    version: 3,
    protocol: undefined,
    sha256: sha256Hex(changedText(KERBSIDE)),
    title: 'Checking Blue Badges at the kerbside',
    provider: 'northmere-city-council',
    consumer: 'westhaven-district-council',
    purpose: 'parking enforcement',
    dataset: 'blue-badges',
    operations: ['look up one badge'],
    lookups: ['badge number'],
    rowConditions: [],
    wrapper: [],
    roles: ['civil enforcement officer', 'parking supervisor'],
    systems: ['westhaven-parking-app'],
    person: 'proved by the sign-in',
    secondFactor: true,
    mustGive: { reason: true, caseReference: true, consentReference: false },
    reasonsAllowed: ['badge on display', 'appeal against a penalty charge'],
    hours: undefined,
    place: undefined,
    training: undefined,
    emergency: undefined,
    optOutApplies: false,
    keptFromReport: undefined,
    startsAtMs: Date.parse('2026-03-31T23:00:00Z'),
    endsAtMs: Date.parse('2028-03-31T23:00:00Z'),
    signedByBoth: false,
    signaturesBroken: false,
    signatureFaults: [
      '`northmere-city-council` has not signed it: there is no `signatures/DSA-2026-014-v3.northmere-city-council.jws`',
      '`westhaven-district-council` has not signed it: there is no `signatures/DSA-2026-014-v3.westhaven-district-council.jws`',
    ],
    rehearsal: false,
    basis: { provider: 'public task', consumer: 'public task' },
    specialCategories: ['health'],
    keepFor: '28 days',
    onwardSharing: 'not allowed',
    contact: { name: 'Northmere City Council', email: 'parking.lead@northmere.example' },
  });
});

test('an agreement on a broken dataset is not blamed for it', () => {
  const broken = policyFile(BADGES, changedText(BADGES, ['timeout: 5 seconds', 'timeout: fast']));
  const files = samplesWith(KERBSIDE).map((file) => (file.name === broken.name ? broken : file));
  assert.deepEqual(
    readPolicyFiles(files).mistakes.map(({ file }) => file),
    [BADGES],
  );
});

test('an organisation cannot share with itself', () => {
  refuses(
    KERBSIDE,
    [
      [
        'shared with: westhaven-district-council\n  relationship',
        'shared with: northmere-city-council\n  relationship',
      ],
    ],
    'shared with: northmere-city-council',
    'an organisation cannot share with itself; name the other organisation',
  );
});

test('an unknown organisation suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [
      [
        'shared with: westhaven-district-council\n  relationship',
        'shared with: westhaven-distrct-council\n  relationship',
      ],
    ],
    'shared with: westhaven-distrct-council',
    'there is no organisation `westhaven-distrct-council`; did you mean `westhaven-district-council`?',
  );
});

test('an unknown dataset suggests the nearest', () => {
  refuses(
    KERBSIDE,
    [['dataset: blue-badges', 'dataset: blue-badge']],
    'dataset: blue-badge',
    'there is no dataset `blue-badge`; did you mean `blue-badges`?',
  );
});

test('a dataset is shared by the organisation that it belongs to', () => {
  refuses(
    KERBSIDE,
    [
      [
        'shared by: northmere-city-council\n  shared with: westhaven',
        'shared by: northmere-hospital-trust\n  shared with: westhaven',
      ],
      ['  - organisation: northmere-city-council', '  - organisation: northmere-hospital-trust'],
    ],
    'shared by: northmere-hospital-trust',
    'the dataset `blue-badges` belongs to `northmere-city-council`; write `northmere-city-council`, or name another dataset',
  );
});
