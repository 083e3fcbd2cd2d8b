/** Agreements named by their id. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namedAgreement, otherVersions } from '../../../src/governance/explaining/named-agreement.ts';
import { agreement, NOON, policies } from '../../support/judge-fixtures.ts';

const VERSIONS = policies([
  agreement({ version: 1 }),
  agreement({ version: 2 }),
  agreement({ version: 3, signedByBoth: false }),
]);

function found(id: string, version?: number) {
  const named = namedAgreement(VERSIONS, id, version, NOON);
  return 'wrong' in named ? named.wrong : named.agreement.version;
}

test('without a version the one in force is meant, and the case of the id does not matter', () => {
  assert.equal(found('dsa-2026-014 '), 2);
  assert.equal(found('DSA-2026-014', 3), 3);
});

test('where none is in force the newest is meant', () => {
  const named = namedAgreement(VERSIONS, 'DSA-2026-014', undefined, Date.parse('2020-01-01T00:00:00Z'));
  assert.ok('agreement' in named);
  assert.equal(named.agreement.version, 3);
});

test('what is not there is answered with what is', () => {
  assert.equal(found('DSA-2026-015'), 'no agreement has that id; name one of: DSA-2026-014');
  assert.equal(found('DSA-2026-014', 9), 'DSA-2026-014 has no version 9; name version 3, 2 or 1');
  assert.deepEqual(namedAgreement(policies([]), 'x', undefined, NOON), {
    wrong: 'there is no agreement in these policy files',
  });
});

test('the other versions are named, where there are any', () => {
  const named = namedAgreement(VERSIONS, 'DSA-2026-014', 3, NOON);
  assert.ok('agreement' in named);
  assert.equal(
    otherVersions(named, VERSIONS, NOON),
    'DSA-2026-014 has versions 3, 2 (in force) and 1; this is version 3',
  );
  const one = policies([agreement()]);
  const alone = namedAgreement(one, 'DSA-2026-014', undefined, NOON);
  assert.ok('agreement' in alone);
  assert.equal(otherVersions(alone, one, NOON), undefined);
});
