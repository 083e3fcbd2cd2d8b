/** An opaque token is asked about at the issuer of the organisation that its sender names, and its answer is judged as claims are. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { type AuthenticationEvent, createAuthenticator } from '../../../src/adapters/oidc/authenticator.ts';
import type { AskIssuer } from '../../../src/adapters/oidc/introspection-client.ts';
import { isOpaque } from '../../../src/adapters/oidc/opaque-tokens.ts';
import type { Caller } from '../../../src/domain/caller.ts';
import type { Organisation } from '../../../src/domain/organisation.ts';
import type { Authenticator, NotProved } from '../../../src/exchange/ports.ts';
import { SENDER_KEYS, shown } from '../../support/shown.ts';
import { anOrganisation, goodClaims, PARKING_APP } from '../../support/test-issuer.ts';

const NOW = 1_800_000_000;
const HOSTS = ['login.westhaven.example', 'login.school.example'] as const;
const COUNCIL = 'westhaven-district-council';
const SCHOOL = 'harbourside-school';
const CERTIFICATE = 'A'.repeat(42).concat('A');

const secretOf = (host: string) =>
  ({
    kind: 'client secret',
    issuer: `https://${host}`,
    host,
    clientId: 'gateway',
    clientSecret: 'x',
  }) as const;
const rules = (secret: string) =>
  ({ askedWith: 'client secret post', secret, rememberedMs: 60_000 }) as const;

describe('opaque tokens', () => {
  let authenticator: Authenticator;
  let organisations: Organisation[];
  let answers: Map<string, object>;
  let asked: string[];
  let down: boolean;
  let events: AuthenticationEvent[];
  let version: number;
  const clock = { ms: NOW * 1000, now: () => clock.ms };

  const ask: AskIssuer = async (address, init) => {
    const { host, pathname } = new URL(address);
    if (pathname.startsWith('/.well-known/')) {
      return Response.json({
        issuer: `https://${host}`,
        introspection_endpoint: `https://${host}/introspect`,
      });
    }
    const token = new URLSearchParams(String(init.body)).get('token') ?? '';
    asked.push(`${host} ${token}`);
    if (down) return new Response('', { status: 503 });
    return Response.json(answers.get(token) ?? { active: false });
  };

  beforeEach(() => {
    clock.ms = NOW * 1000;
    answers = new Map();
    asked = [];
    events = [];
    down = false;
    version = 0;
    const schoolApp = { ...PARKING_APP, id: 'school-app', clientId: 'school-app' };
    organisations = [
      anOrganisation(`https://${HOSTS[0]}`, { opaqueTokens: rules('ONE') }),
      anOrganisation(
        `https://${HOSTS[1]}`,
        { opaqueTokens: rules('TWO') },
        { id: SCHOOL, systems: [schoolApp] },
      ),
    ];
    authenticator = createAuthenticator({
      senderKeys: SENDER_KEYS,
      organisations: () => organisations,
      version: () => String(version),
      clock,
      fetch: (address) => ask(address, {}),
      onEvent: (event) => events.push(event),
      opaqueTokens: {
        ...{ ask, askUnder: () => ask, plainHttp: false },
        secrets: () => new Map(HOSTS.map((host, n) => [n === 0 ? 'ONE' : 'TWO', secretOf(host)])),
      },
    });
  });

  const good = (change: object = {}) => ({
    active: true,
    token_type: 'Bearer',
    ...goodClaims(`https://${HOSTS[0]}`, NOW),
    ...change,
  });
  async function verdict(
    token: string,
    organisation?: string,
    more: object = {},
  ): Promise<Caller | NotProved> {
    return authenticator.authenticate(shown(`Bearer ${token}`, { organisation, ...more }));
  }
  const why = (found: Caller | NotProved) => ('why' in found ? found.why : 'taken');

  it('a token is opaque that is neither signed nor encrypted', () => {
    for (const token of ['abc', 'a.b', 'a.b.c.d', 'a.b.c.d.e.f']) assert.equal(isOpaque(token), true, token);
    for (const token of ['a.b.c', 'a.b.c.d.e']) assert.equal(isOpaque(token), false, token);
  });

  it('is asked about at its own organisation alone, and remembered', async () => {
    answers.set('t', good());
    const found = await verdict('t', COUNCIL);
    assert.ok('organisation' in found, why(found));
    assert.deepEqual(found.person, { id: 'staff-9001', assurance: 'proved' });
    assert.equal(await verdict('t', COUNCIL), found);
    assert.deepEqual(asked, [`${HOSTS[0]} t`]);
  });

  it('is asked of nobody where no organisation is named, or one that takes none', async () => {
    answers.set('t', good());
    organisations.push(anOrganisation('https://login.trust.example', {}, { id: 'trust', systems: [] }));
    assert.equal(why(await verdict('t')), 'not three parts');
    for (const named of ['trust', 'nobody', '__proto__'])
      assert.equal(why(await verdict('t', named)), 'opaque tokens are not taken of this organisation');
    assert.deepEqual(asked, []);
  });

  it('never comes to be the token of the organisation named, where the answer is of another', async () => {
    const both = organisations.map((one) => ({
      ...one,
      signIn: { ...one.signIn!, issuer: `https://${HOSTS[0]}` },
    }));
    organisations = [both[0]!, { ...both[1]!, signIn: { ...both[1]!.signIn, opaqueTokens: rules('ONE') } }];
    answers.set('t', good());
    assert.equal(why(await verdict('t', COUNCIL)), 'taken');
    assert.equal(why(await verdict('t', SCHOOL)), 'token is not of the organisation that the sender names');
  });

  const REFUSED: [string, object, string][] = [
    ['RS-48: not active', { active: false }, 'not active'],
    ['RS-49: another issuer', { iss: `https://${HOSTS[1]}` }, 'introspection names another issuer, or none'],
    ['RS-49: another audience', { aud: 'https://elsewhere.example' }, 'aud is not this gateway'],
    ['RS-49: no audience', { aud: undefined }, 'aud is not this gateway'],
    ['RS-49: no end', { exp: undefined }, 'exp is missing or not a time'],
    ['RS-49: expired', { iat: NOW - 100, exp: NOW - 11 }, 'expired'],
    ['RS-49: a life too long', { exp: NOW + 3601 }, 'lives longer than its issuer may grant'],
    ['RS-49: no client', { client_id: undefined }, 'client_id is missing'],
    ['RS-49: a client that is not registered', { client_id: 'nobody' }, 'client is not a registered system'],
    [
      'RS-49: a binding of no known kind',
      { cnf: { x: 'y' } },
      'cnf is not one key or certificate that is understood',
    ],
    [
      'RS-49: bound to a certificate that is not shown',
      { cnf: { 'x5t#S256': CERTIFICATE } },
      'no client certificate',
    ],
    [
      'RS-49: bound to a key that Bearer cannot show',
      { cnf: { jkt: CERTIFICATE } },
      'bound to a key, which Bearer cannot show',
    ],
  ];
  for (const [what, change, reason] of REFUSED) {
    it(`${what} is refused`, async () => {
      answers.set('t', good(change));
      assert.equal(why(await verdict('t', COUNCIL)), reason);
    });
  }

  it('RS-49: lacks a scope, and is told which', async () => {
    organisations = [
      anOrganisation(`https://${HOSTS[0]}`, { opaqueTokens: rules('ONE'), scope: 'exchange.read' }),
    ];
    answers.set('t', good({ scope: 'openid' }));
    assert.deepEqual(await verdict('t', COUNCIL), {
      refused: 'scope-insufficient',
      why: 'scope is missing',
      scope: 'exchange.read',
    });
  });

  it('RS-50: is asked about again once the time for answers is over, so that one taken back works no longer', async () => {
    answers.set('t', good());
    await verdict('t', COUNCIL);
    answers.delete('t');
    clock.ms += 59_999;
    assert.equal(why(await verdict('t', COUNCIL)), 'taken');
    clock.ms += 1;
    assert.equal(why(await verdict('t', COUNCIL)), 'not active');
  });

  it('RS-50: is never remembered beyond its end', async () => {
    answers.set('t', good({ exp: NOW + 5 }));
    await verdict('t', COUNCIL);
    clock.ms += 5_000;
    await verdict('t', COUNCIL);
    assert.equal(asked.length, 2);
  });

  it('RS-51: fails where its issuer is down, is told of, and nothing is granted', async () => {
    answers.set('t', good());
    down = true;
    await assert.rejects(async () => verdict('t', COUNCIL), { code: 'issuer-unavailable' });
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['introspection-failed'],
    );
  });

  it('is proved once, however many requests bring it at one time', async () => {
    answers.set('t', good());
    const found = await Promise.all(Array.from({ length: 50 }, () => verdict('t', COUNCIL)));
    assert.equal(new Set(found).size, 1);
    assert.equal(asked.length, 1);
  });

  it('is forgotten when the policies change', async () => {
    answers.set('t', good());
    await verdict('t', COUNCIL);
    organisations = organisations.map((one) => ({ ...one, active: false }));
    version += 1;
    assert.equal(why(await verdict('t', COUNCIL)), 'opaque tokens are not taken of this organisation');
  });
});
