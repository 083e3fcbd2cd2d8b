/** Every row of an agreement that the documentation calls enforced changes an answer over HTTP (docs/formats/agreement.md). */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { localMidnight, londonDate } from '../../src/domain/london-time.ts';
import {
  ASKING,
  askBadge,
  askingGateway,
  type FileChange,
  isProved,
  KERBSIDE,
  OFFICER,
  WESTHAVEN,
} from '../support/asking-gateway.ts';
import { json, type WholeGateway } from '../support/whole-gateway.ts';

const DAY_MS = 24 * 3_600_000;
/** Noon UTC of a day at least one day ahead, so that the clock of a test is never behind that of the log. */
const NOON = (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS + DAY_MS / 2;

const NO_LIMITS: readonly FileChange[] = [
  [KERBSIDE, 'checks by one person: 60 an hour', 'checks by one person: 100000 an hour'],
];

/** The headers of a good request, without or with other ones. */
function headers(changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept = Object.entries({ ...ASKING, ...changes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept.map(([name, value]) => [name, value ?? '']));
}

describe('the rows that every agreement has', () => {
  let gateway: WholeGateway;
  let now = NOON;
  before(async () => {
    gateway = await askingGateway(NO_LIMITS, { now: () => now });
  });
  after(() => gateway.close());

  test('what is agreed is released', async () => {
    assert.equal((await askBadge(gateway)).code, 'released');
  });

  for (const [row, changed, code] of [
    ['purpose', { 'exchange-purpose': 'marketing' }, 'purpose-not-agreed'],
    ['purpose', { 'exchange-purpose': undefined }, 'purpose-missing'],
    ['must give: reason', { 'exchange-reason': undefined }, 'reason-missing'],
    ['reasons allowed', { 'exchange-reason': 'curiosity' }, 'reason-not-agreed'],
    ['must give: case reference', { 'exchange-case-reference': undefined }, 'case-reference-missing'],
    ['acting person', { 'exchange-person': 'somebody.else' }, 'person-not-proved'],
    ['emergency access: not allowed', { 'exchange-emergency': 'risk to life' }, 'emergency-not-allowed'],
  ] as const) {
    test(`\`${row}\`: ${code}`, async () => {
      assert.equal((await askBadge(gateway, { headers: headers(changed) })).code, code);
    });
  }

  for (const [row, who, code] of [
    ['roles', { ...OFFICER, roles: ['FRD'] }, 'role-not-agreed'],
    ['systems', { ...OFFICER, system: 'westhaven-revenues-system' }, 'system-not-agreed'],
    ['acting person', { system: 'westhaven-parking-app', roles: ['CEO'] }, 'person-missing'],
    ['sign in', { ...OFFICER, claims: { amr: ['pwd'] } }, 'second-factor-missing'],
  ] as const) {
    test(`\`${row}\`: ${code}`, async () => {
      assert.equal((await askBadge(gateway, { who })).code, code);
    });
  }

  test('`they may` and `they may ask using`: another operation, and another lookup, are refused', async () => {
    const authorization = `Bearer ${await gateway.token(OFFICER)}`;
    const codeOf = async (path: string): Promise<string> => {
      const response = await fetch(`${gateway.url}${path}`, { headers: { ...ASKING, authorization } });
      return Object(await response.json()).type;
    };
    assert.equal(await codeOf('/blue-badges/badges/ZZ9Z01/history'), '/problems/operation-not-agreed');
    assert.equal(await codeOf('/blue-badges/badges/ZZ9Z01?name=Ines'), '/problems/lookup-not-agreed');
  });

  test('`they may see` and `they must never see`: what is not listed, and what is never shown, does not leave', async () => {
    const person = { badgeHolderName: 'Ines Marlowe', nino: 'QQ123456C', dob: '1951-02-11' };
    gateway.answerWith(
      json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED', party: { person }, localAuthority: 'X' } }),
    );
    const { text } = await askBadge(gateway);
    assert.equal(
      text,
      '{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED","party":{"person":{"badgeHolderName":"I M"}}}}',
    );
  });

  test('`ends`: from the midnight in London after its last day nothing is released', async () => {
    now = Date.parse('2028-03-31T22:59:59.999Z');
    assert.equal((await askBadge(gateway)).code, 'released');
    now += 1;
    assert.equal((await askBadge(gateway)).code, 'not-in-force');
  });
});

describe('the rows that an agreement may add', () => {
  const evidence = { ctry: 'GB', training_valid_until: new Date(NOON).toISOString().slice(0, 10) };
  const who = { ...OFFICER, claims: evidence };
  const given = headers({ 'exchange-consent-reference': 'CONSENT-7' });
  let gateway: WholeGateway;
  let now = NOON;
  before(async () => {
    const more = [
      'when: every day, 07:00 to 23:00',
      'from: {place: United Kingdom, shown by: {claim: country, is: [GB]}}',
      'training in date: {shown by: {claim: training}}',
    ].join('\n  ');
    const emergency =
      'emergency access: {allowed for: [immediate risk to life], who may use it: [parking supervisor], widens: [reasons allowed], never widens: [they may see], reviewed by: R. Hughes, reviewed within: 1 working day}';
    gateway = await askingGateway(
      [
        ...NO_LIMITS,
        [KERBSIDE, 'when: at any time', more],
        [KERBSIDE, 'case reference', "case reference, person's consent reference"],
        [KERBSIDE, 'emergency access: not allowed', emergency],
        [
          WESTHAVEN,
          '  role names:',
          '  evidence claims: {country: ctry, training: training_valid_until}\n  role names:',
        ],
      ],
      { now: () => now },
    );
  });
  after(() => gateway.close());

  const codeOf = async (claims: object, asking = given): Promise<string> =>
    (await askBadge(gateway, { who: { ...who, claims: { ...evidence, ...claims } }, headers: asking })).code;

  test('what is agreed is released', async () => {
    assert.equal(await codeOf({}), 'released');
  });

  test("`must give: person's consent reference`: none, and one that says nothing, is refused", async () => {
    assert.equal(await codeOf({}, headers({})), 'consent-reference-missing');
    assert.equal(
      await codeOf({}, headers({ 'exchange-consent-reference': '-' })),
      'consent-reference-missing',
    );
  });

  test('`from` shown by a claim: another country, and none, is refused', async () => {
    assert.equal(await codeOf({ ctry: 'FR' }), 'place-not-agreed');
    assert.equal(await codeOf({ ctry: undefined }), 'place-not-agreed');
  });

  test('`training in date`: training that ended yesterday is refused', async () => {
    const yesterday = new Date(NOON - DAY_MS).toISOString().slice(0, 10);
    assert.equal(await codeOf({ training_valid_until: yesterday }), 'training-out-of-date');
    assert.equal(await codeOf({ training_valid_until: undefined }), 'training-out-of-date');
  });

  test('`emergency access`: every use is refused, with a sentence of its own where the file allows it', async () => {
    const asking = { ...given, 'exchange-emergency': 'somebody is in danger' };
    const { code, text } = await askBadge(gateway, { who, headers: asking });
    assert.equal(code, 'emergency-not-allowed');
    assert.match(text, /cannot grant it yet/);
  });

  test('`when`: from the minute at which the hours end nobody may look, and the refusal says the hours', async () => {
    const end = [NOON, NOON + 3_600_000].map((noon) => noon + 11 * 3_600_000 - 3_600_000);
    const atClose = end.find((instant) => londonTime(instant) === '23:00') ?? assert.fail();
    now = atClose - 1;
    assert.equal(await codeOf({}), 'released');
    now = atClose;
    const { code, text } = await askBadge(gateway, { who, headers: given });
    assert.equal(code, 'outside-hours');
    assert.match(text, /every day, 07:00 to 23:00, in London/);
  });
});

function londonTime(atMs: number): string {
  const clock = { timeZone: 'Europe/London', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat('en-GB', clock).format(atMs);
}

describe('places by network', () => {
  for (const [network, code] of [
    ['127.0.0.0/8', 'released'],
    ['192.0.2.0/24', 'place-not-agreed'],
  ] as const) {
    test(`\`from\` shown by the network ${network}: a caller on this machine: ${code}`, async (t) => {
      const from = `from: {place: our offices, shown by: {networks: [${network}]}}`;
      const gateway = await askingGateway([[KERBSIDE, 'when: at any time', from]]);
      t.after(() => gateway.close());
      assert.equal((await askBadge(gateway)).code, code);
    });
  }

  test('`from` and `training in date` that are only reported stop nobody', async (t) => {
    const reported =
      'from: {place: United Kingdom, reported: confirmed each year}\n  training in date: {reported: yearly}';
    const gateway = await askingGateway([[KERBSIDE, 'when: at any time', reported]]);
    t.after(() => gateway.close());
    assert.equal((await askBadge(gateway)).code, 'released');
  });
});

describe('limits', () => {
  let gateway: WholeGateway;
  let now = NOON + 1000;
  before(async () => {
    gateway = await askingGateway(
      [
        [KERBSIDE, 'checks by one person: 60 an hour', 'checks by one person: 2 an hour'],
        [KERBSIDE, 'checks by the organisation: 150 a day', 'checks by the organisation: 4 a day'],
        [
          'agreements/DSA-2026-032-v1-single-person-discount.yaml',
          'records in one answer: 500',
          'records in one answer: 2',
        ],
      ],
      { now: () => now },
    );
  });
  after(() => gateway.close());

  test('`checks by one person` end for that person alone, until the next clock hour', async () => {
    const other = { ...OFFICER, person: 'staff-9002' };
    const hour = 3_600_000 - (now % 3_600_000);
    assert.equal((await askBadge(gateway)).code, 'released');
    assert.equal((await askBadge(gateway)).code, 'released');
    const refused = await askBadge(gateway);
    assert.deepEqual([refused.status, refused.code], [429, 'limit-reached']);
    assert.equal(refused.headers.get('retry-after'), String(Math.ceil(hour / 1000)));
    assert.ok(isProved(refused, gateway.leaves()), 'the holder can prove what it was told');
    assert.equal((await askBadge(gateway, { who: other })).code, 'released');
    now += hour - 1;
    assert.equal((await askBadge(gateway)).code, 'limit-reached');
    now += 1;
    assert.equal((await askBadge(gateway)).code, 'released');
  });

  test('`checks by the organisation` end for everybody, until midnight in London', async () => {
    const third = { ...OFFICER, person: 'staff-9003' };
    assert.equal((await askBadge(gateway, { who: third })).code, 'limit-reached');
    while (londonTime(now) !== '00:00') now += 3_600_000;
    now -= 1;
    assert.equal((await askBadge(gateway, { who: third })).code, 'limit-reached');
    now += 1;
    assert.equal((await askBadge(gateway, { who: third })).code, 'released');
  });

  test('`records in one answer`: one more, and none of them leaves', async () => {
    const who = { system: 'westhaven-revenues-system', person: 'staff-7', roles: ['FRD'] };
    const authorization = `Bearer ${await gateway.token(who)}`;
    const asking = {
      'exchange-purpose': 'counter fraud',
      'exchange-reason': 'yearly comparison of discounts',
      'exchange-case-reference': 'NFI-1',
    };
    const statusFor = async (count: number): Promise<number> => {
      const data = Array.from({ length: count }, (_, nth) => ({
        accountReference: `ACC00${nth}`,
        band: 'B',
      }));
      gateway.answerWith(json({ data, total: count }));
      const response = await fetch(`${gateway.url}/council-tax-accounts/accounts?band=B`, {
        headers: { ...asking, authorization },
      });
      assert.equal((await response.text()).includes('ACC00'), response.ok);
      return response.status;
    };
    assert.equal(await statusFor(2), 200);
    assert.equal(await statusFor(3), 403);
  });
});

test('`starts`: up to the last second before its London midnight nothing is released, from then on it is, without a reload', async () => {
  const startsOn = londonDate(NOON + 2 * DAY_MS);
  const midnight = localMidnight(startsOn) ?? Number.NaN;
  let now = midnight - 1000;
  const gateway = await askingGateway([[KERBSIDE, 'starts: 2026-04-01', `starts: ${startsOn}`]], {
    now: () => now,
  });
  try {
    assert.equal((await askBadge(gateway)).code, 'not-in-force');
    now = midnight;
    assert.equal((await askBadge(gateway)).code, 'released');
  } finally {
    await gateway.close();
  }
});
