/** How an agreement shows fields, and between whom it holds, changes what leaves over HTTP (docs/formats/agreement.md). */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  askBadge,
  askingGateway,
  type FileChange,
  isProved,
  KERBSIDE,
  OFFICER,
} from '../support/asking-gateway.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const BADGES = 'datasets/blue-badges.yaml';
const DISCOUNTS = 'agreements/DSA-2026-032-v1-single-person-discount.yaml';

const BADGE = {
  badgeNumber: 'ZZ9Z01',
  statusCode: 'ISSUED',
  startDate: '2025-02-01',
  expiryDate: '2028-01-31',
  party: { typeCode: 'PERSON', person: { badgeHolderName: 'Ines Marlowe', dob: '1951-02-11' } },
};

/** Each field is shown in a way of its own. */
const SHOWS: readonly FileChange[] = [
  [
    KERBSIDE,
    '    - statusCode\n    - startDate\n    - expiryDate\n    - party.typeCode\n',
    `    - {field: statusCode, show: yes or no, yes when: [ISSUED], not yet when: [ORDERED, PROCESSED]}
    - {field: startDate, show: year}
    - {field: party.person.dob, show: age band, bands: [0, 18, 65]}
    - {field: party.typeCode, show: in other words, words: {PERSON: somebody}, anything else: a body}
`,
  ],
  [KERBSIDE, '    - party.person.dob\n', ''],
  [KERBSIDE, '      statusCode: ISSUED\n', '      statusCode: yes\n'],
  // The copy that the gateway reads is written anew, with spaces inside its brackets; the first such line is the party's.
  [
    BADGES,
    'codes: [ PERSON, ORG ], sensitivity: ordinary }',
    'codes: [ PERSON, ORG ], sensitivity: ordinary, may be shown as: [ in full, in other words ] }',
  ],
];

describe('how fields are shown', () => {
  let gateway: WholeGateway;
  before(async () => {
    gateway = await askingGateway(SHOWS);
  });
  after(() => gateway.close());

  const shown = async (badge: object) => {
    gateway.answerWith(json({ data: badge }));
    const asked = await askBadge(gateway);
    assert.equal(asked.code, 'released', asked.text);
    return JSON.parse(asked.text).data;
  };

  test('`field`, `show`, `yes when`, `bands` and `words` say what leaves in place of the value', async () => {
    assert.deepEqual(await shown(BADGE), {
      badgeNumber: 'ZZ9Z01',
      statusCode: 'yes',
      startDate: '2025',
      party: { typeCode: 'somebody', person: { badgeHolderName: 'I M', dob: '65 or over' } },
    });
  });

  test('`not yet when` and `anything else` say what leaves for other values', async () => {
    const other = { ...BADGE, statusCode: 'ORDERED', party: { ...BADGE.party, typeCode: 'ORG' } };
    const { statusCode, party } = await shown(other);
    assert.deepEqual([statusCode, party.typeCode], ['not yet', 'a body']);
    assert.equal((await shown({ ...BADGE, statusCode: 'CANCELLED' })).statusCode, 'no');
  });
});

describe('between whom, and under which agreement', () => {
  let gateway: WholeGateway;
  before(async () => {
    gateway = await askingGateway([]);
  });
  after(() => gateway.close());

  test('`agreement` and `version` stand in the answer and in both entries, `shared by` and `shared with` in the entries', async () => {
    const asked = await askBadge(gateway);
    assert.equal(asked.headers.get('sharing-agreement'), 'DSA-2026-014; version=3');
    assert.ok(isProved(asked, gateway.leaves()));
    const exchange = asked.headers.get('exchange-id');
    const leaves = gateway.leaves().filter((leaf) => leaf['exchange'] === exchange);
    for (const { agreement, provider, consumer, dataset } of leaves) {
      assert.deepEqual(
        [provider, consumer, dataset],
        ['northmere-city-council', 'westhaven-district-council', 'blue-badges'],
      );
      assert.deepEqual(
        { ...(agreement as object), sha256: '' },
        { id: 'DSA-2026-014', version: 3, sha256: '' },
      );
    }
  });

  test('`shared with`: a proved person of another organisation is told that no agreement lets it ask', async () => {
    const who = { system: 'hillcrest-school-office', person: 'head-1', roles: ['SBM'] };
    assert.equal((await askBadge(gateway, { who })).code, 'no-agreement');
  });

  test('`dataset`: another dataset of the same provider is not opened by the agreement', async () => {
    const token = await gateway.token(OFFICER);
    const headers = { authorization: `Bearer ${token}`, 'exchange-purpose': 'parking enforcement' };
    const answer = await fetch(`${gateway.url}/school-meals-checks/check/1`, { headers });
    assert.equal(JSON.parse(await answer.text()).type, '/problems/no-agreement');
  });
});

test('`they may see around the records`: a total leaves where it is listed, and leaves no trace where it is not', async () => {
  const accounts = {
    data: [{ accountReference: 'NM-880214-7', band: 'B' }],
    total: 1,
    page: 1,
    pageSize: 50,
  };
  const ask = async (changes: readonly FileChange[]) => {
    const gateway = await askingGateway(changes);
    try {
      gateway.answerWith(json(accounts));
      const token = await gateway.token({
        system: 'westhaven-revenues-system',
        person: 'staff-7',
        roles: ['FRD'],
      });
      const headers = {
        authorization: `Bearer ${token}`,
        'exchange-purpose': 'counter fraud',
        'exchange-reason': 'referral about one discount',
        'exchange-case-reference': 'FRAUD-1',
      };
      const answer = await fetch(`${gateway.url}/council-tax-accounts/accounts?band=B`, { headers });
      return JSON.parse(await answer.text());
    } finally {
      await gateway.close();
    }
  };
  assert.deepEqual(await ask([]), accounts);
  const listed = 'around the records: [ total, page, pageSize ]';
  assert.deepEqual(await ask([[DISCOUNTS, listed, 'around the records: [page]']]), {
    data: accounts.data,
    page: 1,
  });
});
