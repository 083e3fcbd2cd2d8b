import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startCouncilTax } from '../../../demo/partners/council-tax.ts';
import type { Partner } from '../../../demo/partners/partner.ts';
import { API_KEY, jsonOf, TOWN } from './partners.ts';

interface Accounts {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly page: number;
  readonly pageSize: number;
  readonly total: number;
}

describe('the council tax stand-in', () => {
  let partner: Partner;
  before(async () => {
    partner = await startCouncilTax({ town: TOWN, apiKey: API_KEY, port: 0 });
  });
  after(() => partner.close());

  const get = (query: string, apiKey = API_KEY) =>
    fetch(`${partner.address}/accounts${query}`, { headers: { 'x-api-key': apiKey } });
  const accounts = async (query: string) => jsonOf<Accounts>(await get(query));

  it('returns one account for each household, page by page, none twice', async () => {
    const references: string[] = [];
    let total = 1;
    for (let page = 1; references.length < total; page += 1) {
      const body = await accounts(`?page=${page}&pageSize=60`);
      assert.deepEqual(Object.keys(body), ['data', 'page', 'pageSize', 'total']);
      total = body.total;
      references.push(...body.data.map((account) => String(account['accountReference'])));
    }
    assert.equal(total, TOWN.households.length);
    assert.equal(new Set(references).size, total);
  });

  it('returns only the band that was asked for', async () => {
    const body = await accounts('?band=B&pageSize=1000');
    assert.ok(body.data.length > 10);
    assert.ok(body.data.every((account) => account['band'] === 'B'));
    const known = body.data.find((account) => account['accountReference'] === 'NM-880214-7');
    assert.partialDeepStrictEqual(known, {
      surname: 'Holloway',
      discountType: 'SPD',
      amountPence: 172431,
      arrearsPence: 38210,
      exemptionType: null,
    });
  });

  it('holds accounts in arrears, with discounts and exempt', async () => {
    const { data } = await accounts('?pageSize=1000');
    assert.ok(data.some((account) => Number(account['arrearsPence']) > 0));
    assert.ok(data.some((account) => account['discountType'] === 'SPD'));
    assert.ok(data.some((account) => account['exemptionType'] !== null));
    assert.ok(data.some((account) => account['otherLiableSurname'] !== null));
  });

  it('refuses bad pages, bands and parameters that it does not know', async () => {
    for (const query of [
      '?page=0',
      '?pageSize=1001',
      '?pageSize=',
      '?band=Z',
      '?band=',
      '?surname=Holloway',
    ]) {
      assert.equal((await get(query)).status, 400, query);
    }
  });

  it('answers nobody without its key', async () => {
    assert.equal((await get('', 'guess')).status, 401);
  });
});
