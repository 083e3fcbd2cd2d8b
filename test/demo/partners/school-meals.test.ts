import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Partner } from '../../../demo/partners/partner.ts';
import { startSchoolMeals } from '../../../demo/partners/school-meals.ts';
import { bearer, CLIENT, jsonOf, TOWN } from './partners.ts';

interface Check {
  readonly data: Readonly<Record<string, string>>;
  readonly links: Readonly<
    Record<'get_EligibilityCheck' | 'get_EligibilityCheckStatus' | 'put_EligibilityCheckProcess', string>
  >;
}

interface Errors {
  readonly errors: readonly { readonly title: string }[];
}

const DANA = { nationalInsuranceNumber: 'QQ123456C', lastName: 'Holloway', dateOfBirth: '1989-04-17' };
const RAFE = { nationalInsuranceNumber: 'QQ246810D', lastName: 'Okonjo-Bell', dateOfBirth: '1986-12-30' };
const QUEUE_MS = 60;

describe('the school meals stand-in', () => {
  let partner: Partner;
  let headers: Record<string, string>;

  before(async () => {
    partner = await startSchoolMeals({
      town: TOWN,
      client: CLIENT,
      port: 0,
      queueMs: QUEUE_MS,
      remembers: true,
    });
    headers = await bearer(partner, '/oauth2/token');
  });
  after(() => partner.close());

  const post = (data: unknown) =>
    fetch(`${partner.address}/check/free-school-meals`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ data }),
    });
  const get = (path: string) => fetch(partner.address + path, { headers });

  it('queues a check, then says whether the child gets meals', async () => {
    const answer = await post(DANA);
    assert.equal(answer.status, 202);
    const { data, links } = await jsonOf<Check>(answer);
    assert.deepEqual(data, { status: 'queuedForProcessing' });
    const guid = /^\/check\/([0-9a-f-]{36})$/.exec(links.get_EligibilityCheck)?.[1];
    assert.equal(links.get_EligibilityCheckStatus, `/check/${guid}/status`);
    assert.equal(links.put_EligibilityCheckProcess, `/engine/process/${guid}`);
    await sleep(QUEUE_MS + 5);
    const status = await (await get(links.get_EligibilityCheckStatus)).json();
    assert.deepEqual(status, { data: { status: 'eligible', tier: 'targeted' } });
  });

  it('returns the whole check with what it was asked with', async () => {
    const asked = { ...DANA, firstName: 'Dana', childFirstName: 'Remy' };
    const { links } = await jsonOf<Check>(await post(asked));
    const answer = await get(links.get_EligibilityCheck);
    assert.equal(answer.status, 200);
    const body = await jsonOf<Check>(answer);
    assert.partialDeepStrictEqual(body.data, {
      eligibilityCheckID: links.get_EligibilityCheck.slice('/check/'.length),
      lastName: 'HOLLOWAY',
      childFirstName: 'Remy',
      nationalInsuranceNumber: 'QQ123456C',
    });
    assert.match(body.data['created'] ?? '', /^20[0-9-]+T/);
    assert.deepEqual(body.links, links);
  });

  it('tells a parent without entitlement from one it cannot find', async () => {
    for (const [asked, expected] of [
      [RAFE, 'notEligible'],
      [{ ...DANA, dateOfBirth: '1989-04-18' }, 'parentNotFound'],
    ] as const) {
      const { links } = await jsonOf<Check>(await post(asked));
      await sleep(QUEUE_MS + 5);
      const status = await (await get(links.get_EligibilityCheckStatus)).json();
      assert.deepEqual(status, { data: { status: expected } });
    }
  });

  it('answers a repeated check at once, from what it found before', async () => {
    await post(DANA);
    await sleep(QUEUE_MS + 5);
    const { data } = await jsonOf<Check>(await post(DANA));
    assert.equal(data['status'], 'eligible');
  });

  it('answers 404 for a check that was never made', async () => {
    const answer = await get('/check/018f0000-0000-7000-8000-000000000000/status');
    assert.equal(answer.status, 404);
    assert.equal((await jsonOf<Errors>(answer)).errors.length, 1);
  });

  it('answers 400 where family name, date of birth or the one number is missing', async () => {
    const { nationalInsuranceNumber: _, ...noNumber } = DANA;
    for (const data of [
      undefined,
      {},
      noNumber,
      { ...DANA, lastName: ' ' },
      { ...DANA, dateOfBirth: '17/04/1989' },
      { ...DANA, nationalAsylumSeekerServiceNumber: '990100001' },
    ]) {
      const answer = await post(data);
      assert.equal(answer.status, 400);
      assert.equal(typeof (await jsonOf<Errors>(answer)).errors[0]?.title, 'string');
    }
  });

  it('answers nobody without its own token', async () => {
    assert.equal((await fetch(`${partner.address}/check/x/status`)).status, 401);
  });

  it('hands out no token for another secret, grant or scope', async () => {
    const good = {
      grant_type: 'client_credentials',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      scope: CLIENT.scope,
    };
    for (const wrong of [{ client_secret: 'guess' }, { grant_type: 'password' }, { scope: 'write' }]) {
      const body = new URLSearchParams({ ...good, ...wrong });
      const answer = await fetch(`${partner.origin}/oauth2/token`, { method: 'POST', body });
      assert.ok(answer.status === 400 || answer.status === 401);
      assert.equal('access_token' in (await jsonOf<object>(answer)), false);
    }
  });
});
