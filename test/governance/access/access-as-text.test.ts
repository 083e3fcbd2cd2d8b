/** Who can see which fields, as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessAsText } from '../../../src/governance/access/access-as-text.ts';
import { accessMatrix, whoCanSee } from '../../../src/governance/access/who-can-see.ts';
import { NOON, samplePolicies } from '../../support/sample-policies.ts';

test('a block for each field, a line for each agreement, and what in force means', () => {
  const matrix = accessMatrix(samplePolicies, NOON, 'blue-badges', 'checked');
  const text = accessAsText([
    ...whoCanSee(matrix, 'party.person.badgeHolderName'),
    ...whoCanSee(matrix, 'party.person.dob'),
  ]);
  assert.equal(
    text,
    "Holder's name: party.person.badgeHolderName of blue-badges\n" +
      '  Westhaven District Council, for parking enforcement, only the initials, such as “I M” (DSA-2026-014 version 3, in force)\n\n' +
      'Date of birth: party.person.dob of blue-badges\n  nobody can see it\n\n' +
      'In force means that the gateway will act on it. It does not mean that the sharing is lawful.\n',
  );
});
