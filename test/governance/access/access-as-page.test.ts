/** Who can see which fields, as a page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessAsPage } from '../../../src/governance/access/access-as-page.ts';
import { accessMatrix } from '../../../src/governance/access/who-can-see.ts';
import { NOON, samplePolicies } from '../../support/sample-policies.ts';

test('a table for each dataset, with every field and nobody where nobody sees it', () => {
  const matrix = accessMatrix(samplePolicies, NOON, undefined, 'checked');
  const { sections } = accessAsPage('Who can see what', matrix);
  assert.deepEqual(
    sections.map(({ heading }) => heading),
    [...samplePolicies.datasets.keys()],
  );
  const rows = sections.flatMap(({ passages }) =>
    passages.flatMap((one) => (one.kind === 'table' ? one.rows : [])),
  );
  assert.deepEqual(new Set(rows.map(([field]) => field)), new Set(matrix.map(({ field }) => field)));
  assert.ok(rows.every((row) => row.length === 7));
  assert.deepEqual(
    rows.find(([field]) => field === 'party.person.dob'),
    ['party.person.dob', 'Date of birth', 'nobody', '', '', '', ''],
  );
});
