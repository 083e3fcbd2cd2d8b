/** What is remembered is bounded, and what is used stays longest. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IssuerKeys } from '../../../src/adapters/oidc/issuer-keys.ts';
import { RememberedVerdicts, type Verdict } from '../../../src/adapters/oidc/remembered-verdicts.ts';

const verdict: Verdict = {
  caller: {
    organisation: 'westhaven-district-council',
    system: 'westhaven-parking-app',
    actsForNamedPerson: 'always',
    person: undefined,
    roles: [],
    issuer: 'https://login.westhaven.example',
    method: 'bearer',
    senderProved: false,
    secondFactor: false,
    tokenId: 't',
    expiresAtMs: 0,
  },
  binding: undefined,
  keys: new IssuerKeys('https://login.westhaven.example', fetch, () => undefined),
  goodUntilMs: 0,
};

describe('remembered verdicts', () => {
  it('never hold more than they may, and let the least used go', () => {
    const verdicts = new RememberedVerdicts(3);
    for (const hash of ['a', 'b', 'c']) verdicts.add(hash, verdict);
    verdicts.get('a');
    verdicts.add('d', verdict);
    assert.equal(verdicts.size, 3);
    assert.equal(verdicts.get('b'), undefined);
    assert.ok(verdicts.get('a') && verdicts.get('c') && verdicts.get('d'));
  });

  it('forget one, and all', () => {
    const verdicts = new RememberedVerdicts(3);
    verdicts.add('a', verdict);
    verdicts.add('b', verdict);
    verdicts.drop('a');
    assert.equal(verdicts.get('a'), undefined);
    verdicts.clear();
    assert.equal(verdicts.size, 0);
  });
});
