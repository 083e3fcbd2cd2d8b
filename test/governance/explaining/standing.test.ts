/** How a version stands: in force, or why not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Agreement } from '../../../src/domain/agreement.ts';
import { standingInWords, standingOf } from '../../../src/governance/explaining/standing.ts';
import { agreement, NOON, organisation, policies } from '../../support/judge-fixtures.ts';

function standings(...versions: readonly Agreement[]): readonly string[] {
  const set = policies(versions);
  return versions.map((version) => {
    const standing = standingOf(version, set, NOON, 'checked');
    return standingInWords(standing).replace('not in force: it ', '');
  });
}

test('each version says of itself how it stands', () => {
  const later = NOON + 86_400_000;
  assert.deepEqual(
    standings(
      agreement({ version: 1 }),
      agreement({ version: 2 }),
      agreement({ version: 3, startsAtMs: later }),
      agreement({ version: 4, signedByBoth: false }),
    ),
    ['has been replaced by version 2', 'in force', 'has not started', 'is not signed by both parties'],
  );
});

test('one that ended, one whose signatures no longer hold and a rehearsal say so', () => {
  assert.deepEqual(standings(agreement({ endsAtMs: NOON })), ['has ended']);
  assert.deepEqual(standings(agreement({ signedByBoth: false, signaturesBroken: true })), [
    'is not what both parties signed',
  ]);
  assert.deepEqual(standings(agreement({ rehearsal: true, signedByBoth: false })), ['is a rehearsal only']);
});

test('a party that is not active is why', () => {
  const one = agreement();
  const set = policies([one], {
    organisations: [organisation('northmere'), organisation('westhaven', false)],
  });
  assert.deepEqual(standingOf(one, set, NOON, 'checked'), {
    inForce: 'no',
    because: 'has a party that is not active',
  });
});

test('where signatures are not checked only dates and rehearsals tell, and nothing is said to be in force', () => {
  const said = (more: Partial<Agreement>) => {
    const one = agreement(more);
    return standingInWords(standingOf(one, policies([one]), NOON, 'not checked'));
  };
  assert.equal(said({}), 'signatures not checked');
  assert.equal(said({ signedByBoth: false, signaturesBroken: true }), 'signatures not checked');
  assert.equal(said({ endsAtMs: NOON }), 'not in force: it has ended');
  assert.equal(said({ startsAtMs: NOON + 1 }), 'not in force: it has not started');
  assert.equal(said({ rehearsal: true }), 'not in force: it is a rehearsal only');
});
