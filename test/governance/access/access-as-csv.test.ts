/** Who can see which fields, as CSV. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessAsCsv } from '../../../src/governance/access/access-as-csv.ts';
import { accessMatrix, type FieldAccess, whoCanSee } from '../../../src/governance/access/who-can-see.ts';
import { NOON, samplePolicies } from '../../support/sample-policies.ts';

test('a head, a row for each agreement, and a row for a field that nobody sees', () => {
  const matrix = accessMatrix(samplePolicies, NOON, 'blue-badges', 'checked');
  const rows = [...whoCanSee(matrix, 'party.typeCode'), ...whoCanSee(matrix, 'party.person.dob')];
  assert.equal(
    accessAsCsv(rows),
    'dataset,field,meaning,shared by,shared with,purpose,roles,how it is shown,agreement,version,in force,why not\r\n' +
      'blue-badges,party.typeCode,Person or organisation,Northmere City Council,Westhaven District Council,parking enforcement,"civil enforcement officer, parking supervisor",in full,DSA-2026-014,3,yes,\r\n' +
      'blue-badges,party.person.dob,Date of birth,,,,,,,,,\r\n',
  );
});

test('a purpose that would be a formula is text', () => {
  const [row] = accessMatrix(samplePolicies, NOON, 'blue-badges', 'checked');
  const access = row?.access.map((one) => ({ ...one, purpose: '=HYPERLINK("http://a.example")' })) ?? [];
  const csv = accessAsCsv([{ ...(row as FieldAccess), access }]);
  assert.match(csv, /,"'=HYPERLINK\(""http:\/\/a\.example""\)",/);
});
