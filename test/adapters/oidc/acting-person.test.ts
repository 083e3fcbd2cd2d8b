/** Who acts is the token's subject or the party that acts for it, by the agreed claim, and never the client. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { actingPerson } from '../../../src/adapters/oidc/acting-person.ts';
import { issuerProfile } from '../../../src/adapters/oidc/issuer-profile.ts';
import type { StrictJsonObject } from '../../../src/encoding/strict-json.ts';
import { anOrganisation } from '../../support/test-issuer.ts';

const ISSUER = 'https://login.westhaven.example';
const CLIENT = 'westhaven-parking-app';

function personIn(claims: StrictJsonObject, personClaim = 'sub'): string | undefined {
  const { signIn } = anOrganisation(ISSUER, { personClaim });
  assert.ok(signIn !== undefined);
  return actingPerson(claims, { signIn, profile: issuerProfile('rfc9068') }, CLIENT)?.id;
}

describe('the acting person', () => {
  it('is the subject, where that is not the client', () => {
    assert.equal(personIn({ sub: 'staff-9001' }), 'staff-9001');
    assert.equal(personIn({ sub: CLIENT }), undefined);
    assert.equal(personIn({ sub: 'staff-9001', staff: CLIENT }, 'staff'), undefined);
  });

  it('is the subject still where the system says that it acts on behalf, however long the chain behind it', () => {
    const chain = { sub: CLIENT, act: { sub: 'portal', act: { sub: 'gateway of another' } } };
    assert.equal(personIn({ sub: 'staff-9001', act: chain }), 'staff-9001');
    assert.equal(personIn({ sub: 'staff-9001', act: { client_id: CLIENT } }), 'staff-9001');
  });

  it('is nobody where somebody else than the system acts for the subject', () => {
    for (const act of [
      { sub: 'helpdesk-7' },
      {},
      'staff-1',
      null,
      [{ sub: CLIENT }],
      { act: { sub: CLIENT } },
    ])
      assert.equal(personIn({ sub: 'staff-9001', act }), undefined, JSON.stringify(act));
  });

  it('is the party that acts, where the file says that it stands there', () => {
    assert.equal(personIn({ sub: 'case 7', act: { sub: 'staff-9001' } }, 'act.sub'), 'staff-9001');
    assert.equal(personIn({ sub: CLIENT, act: { sub: 'staff-9001', iss: ISSUER } }, 'act.sub'), 'staff-9001');
  });

  it('is nobody where the party that acts is the client, is missing, or is of another issuer', () => {
    const others: StrictJsonObject[] = [
      { sub: 'staff-9001' },
      { sub: 'staff-9001', act: { sub: CLIENT } },
      { sub: 'staff-9001', act: { act: { sub: 'staff-9002' } } },
      { sub: 'staff-9001', act: { sub: 'staff-9002', iss: 'https://elsewhere.example' } },
      { sub: 'staff-9001', 'act.sub': 'staff-9002' },
    ];
    for (const claims of others) assert.equal(personIn(claims, 'act.sub'), undefined, JSON.stringify(claims));
  });

  it('is nobody whose name is blank, a number or full of control characters', () => {
    for (const sub of ['', '  ', '-.-', 9001, 'a\nb', null, ['staff-9001']])
      assert.equal(personIn({ sub }), undefined, JSON.stringify(sub));
  });
});
