/** `who-can-see` and `matrix` on the command line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type WhoCanSeeCommand, whoCanSeeCommand } from '../../src/cli/who-can-see.ts';
import { NOON, samplePolicies } from '../support/sample-policies.ts';
import { Written } from '../support/written.ts';

async function run(command: Partial<WhoCanSeeCommand>) {
  const io = new Written();
  const code = await whoCanSeeCommand(
    { folder: 'policies', as: 'text', signatures: 'checked', ...command },
    io,
    async () => samplePolicies,
    NOON,
  );
  return { code, ...io };
}

test('a field is answered in each face', async () => {
  const field = 'party.person.badgeHolderName';
  assert.match(
    (await run({ field })).stdout,
    /^Holder's name: party\.person\.badgeHolderName of blue-badges\n {2}Westhaven/,
  );
  assert.match(
    (await run({ field, as: 'csv' })).stdout,
    /^dataset,field,.*\r\nblue-badges,party\.person\.badgeHolderName,/,
  );
  assert.match(
    (await run({ field, as: 'html' })).stdout,
    /<h1>Who can see: party\.person\.badgeHolderName<\/h1>/,
  );
});

test('without a field every field is answered, of one dataset where it is named', async () => {
  const { code, stdout } = await run({ as: 'csv', dataset: 'blue-badges' });
  assert.equal(code, 0);
  for (const field of samplePolicies.datasets.get('blue-badges')?.fields.keys() ?? [])
    assert.ok(stdout.includes(`,${field},`), field);
  assert.doesNotMatch(stdout, /council-tax/);
});

test('a field or a dataset that is not there ends with 2', async () => {
  const nothing = await run({ field: 'astrology' });
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /no field is called `astrology` or means that/);
  const none = await run({ dataset: 'stars' });
  assert.equal(none.code, 2);
  assert.match(none.stderr, /there is no dataset `stars`; name one of: blue-badges/);
});
