/** One story: two lists of one agreement can be matched, and those of another agreement cannot. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const DISCOUNTS = 'agreements/DSA-2026-032-v1-single-person-discount.yaml';
const ACCOUNT = { accountReference: 'NM-880214-7', dateOfBirth: '1951-02-11', discountAmountPence: 43_107 };

/** Lets the investigators of discounts see a code of the account and an age band, no more. */
function lessOfEverybody(folder: string): void {
  const file = join(folder, DISCOUNTS);
  const changed = readFileSync(file, 'utf8')
    .replace('    - accountReference\n', '    - {field: accountReference, show: matching code}\n')
    .replace('    - dateOfBirth\n', '    - {field: dateOfBirth, show: age band, bands: [18, 65]}\n');
  writeFileSync(file, changed);
}

async function listed(gateway: WholeGateway, purpose: string, role: string, reason: string) {
  const system = 'westhaven-revenues-system';
  const token = await gateway.token({ system, person: 'staff-9001', roles: [role] });
  const answer = await fetch(`${gateway.url}/council-tax-accounts/accounts?band=B`, {
    headers: {
      authorization: `Bearer ${token}`,
      'exchange-purpose': purpose,
      'exchange-reason': reason,
      'exchange-case-reference': 'CF-2026-01',
    },
  });
  const text = await answer.text();
  assert.equal(answer.status, 200, text);
  const { data } = JSON.parse(text) as { data: readonly Readonly<Record<string, string>>[] };
  return data;
}

test('an account has one code under an agreement, another under another, and the provider’s reference leaves nowhere', async (t) => {
  const gateway = await wholeGateway({ policies: lessOfEverybody });
  t.after(() => gateway.close());
  gateway.answerWith(json({ data: [ACCOUNT, { ...ACCOUNT, accountReference: 'nm-880214-7' }] }));

  const base = await listed(gateway, 'council tax base', 'REV', 'yearly council tax base');
  assert.deepEqual(
    base.map((account) => account['discountAmountPence']),
    ['20000 to under 50000', '20000 to under 50000'],
  );
  const again = await listed(gateway, 'council tax base', 'REV', 'yearly council tax base');
  const fraud = await listed(gateway, 'counter fraud', 'FRD', 'yearly comparison of discounts');
  assert.deepEqual(
    fraud.map((account) => account['dateOfBirth']),
    ['65 or over', '65 or over'],
  );

  const codes = [base, again, fraud].map((accounts) =>
    accounts.map((account) => account['accountReference']),
  );
  assert.match(codes[0]?.[0] ?? '', /^[A-Za-z0-9_-]{43}$/);
  assert.equal(new Set(codes[0]).size, 1);
  assert.deepEqual(codes[1], codes[0]);
  assert.equal(new Set(codes.flat()).size, 2);
});
