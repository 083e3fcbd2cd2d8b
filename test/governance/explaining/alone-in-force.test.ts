/** One version alone in force. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versionInForce } from '../../../src/domain/in-force.ts';
import { aloneInForce } from '../../../src/governance/explaining/alone-in-force.ts';
import { agreement, NOON, organisation, policies } from '../../support/judge-fixtures.ts';

test('a draft, an old version, an ended one or one of an inactive party is in force alone', () => {
  const others = { organisations: [organisation('northmere', false), organisation('westhaven')] };
  for (const one of [
    agreement({ signedByBoth: false }),
    agreement({ signedByBoth: false, signaturesBroken: true }),
    agreement({ endsAtMs: NOON - 1 }),
    agreement({ startsAtMs: NOON + 1 }),
    agreement({ rehearsal: true }),
  ]) {
    const alone = aloneInForce(one, policies([one, agreement({ version: 9 })], others));
    assert.equal(alone.agreements.length, 1);
    assert.equal(versionInForce(alone.agreements, alone, NOON)?.version, one.version);
  }
});
