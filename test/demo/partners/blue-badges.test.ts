import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Badge } from '../../../demo/partners/badge-records.ts';
import { startBlueBadges } from '../../../demo/partners/blue-badges.ts';
import type { Partner } from '../../../demo/partners/partner.ts';
import { bearer, CLIENT, jsonOf, TOWN } from './partners.ts';

interface Found {
  readonly pagingInfo: Readonly<Record<'pageNum' | 'pageSize' | 'count' | 'total' | 'pages', number>>;
  readonly data: readonly { readonly badgeNumber: string }[];
}

describe('the Blue Badge stand-in', () => {
  let partner: Partner;
  let headers: Record<string, string>;

  before(async () => {
    partner = await startBlueBadges({ town: TOWN, client: CLIENT, port: 0 });
    headers = await bearer(partner, '/oauth/token');
  });
  after(() => partner.close());

  const get = (path: string) => fetch(partner.address + path, { headers });
  const search = async (query: string) => jsonOf<Found>(await get(`/badges${query}`));

  it('returns the badge that the documents name in the wrapper of the specification', async () => {
    const answer = await get('/badges/ZZ9Z01');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    const body = await jsonOf<{ data: Badge }>(answer);
    assert.deepEqual(Object.keys(body), ['apiVersion', 'context', 'id', 'method', 'data']);
    assert.partialDeepStrictEqual(body, {
      method: 'retrieveBlueBadge',
      data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED', eligibilityCode: 'WALKD' },
    });
    assert.deepEqual(body.data.party.person, {
      badgeHolderName: 'Ines Marlowe',
      nino: 'QQ654321A',
      dob: '1951-02-11',
      genderCode: 'FEMALE',
    });
    assert.equal(body.data.party.contact['postCode'], 'ZZ99 3VZ');
  });

  it('answers 404 for a number that was never given out', async () => {
    const answer = await get('/badges/ZZZZZZ');
    assert.equal(answer.status, 404);
    assert.partialDeepStrictEqual(await answer.json(), { error: { message: 'NotFound.badge' } });
  });

  it('finds by part of a name and a whole postcode, both at once, and returns summaries with a number', async () => {
    const body = await search('?name=marl&postCode=zz993vz');
    assert.deepEqual(body.pagingInfo, { pageNum: 1, pageSize: 50, count: 1, total: 1, pages: 1 });
    assert.partialDeepStrictEqual(body.data, [{ name: 'Ines Marlowe', nino: 'QQ654321A' }]);
    const none = await search('?name=marlowe&postCode=ZZ99%201AA');
    assert.deepEqual(none.data, []);
  });

  it('turns pages without losing or repeating a badge', async () => {
    const first = await search('?name=a&pageSize=5');
    const numbers: string[] = [];
    for (let page = 1; page <= first.pagingInfo.pages; page += 1) {
      const body = await search(`?name=a&pageSize=5&pageNum=${page}`);
      numbers.push(...body.data.map((badge) => badge.badgeNumber));
    }
    assert.equal(numbers.length, first.pagingInfo.total);
    assert.equal(new Set(numbers).size, numbers.length);
  });

  it('wants a search term and sane pages', async () => {
    for (const query of [
      '',
      '?pageNum=1',
      '?name=a&pageNum=0',
      '?name=a&pageSize=201',
      '?name=a&pageSize=x',
    ]) {
      assert.equal((await get(`/badges${query}`)).status, 400, query);
    }
  });

  it('answers nobody without its own token, and counts the call all the same', async () => {
    const before = partner.calls();
    assert.equal((await fetch(`${partner.address}/badges/ZZ9Z01`)).status, 401);
    const wrong = { authorization: 'Bearer somebody-elses' };
    assert.equal((await fetch(`${partner.address}/badges/ZZ9Z01`, { headers: wrong })).status, 401);
    assert.equal(partner.calls(), before + 2);
  });
});
