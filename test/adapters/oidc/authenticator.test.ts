/** The authenticator as a whole: remembered verdicts end with their token, their keys and their policies. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  type AuthenticationEvent,
  type AuthenticatorSettings,
  createAuthenticator,
  type RememberingAuthenticator,
} from '../../../src/adapters/oidc/authenticator.ts';
import { COOL_DOWN_MS, OLDEST_MS, OLDEST_WITHOUT_ISSUER_MS } from '../../../src/adapters/oidc/issuer-keys.ts';
import type { Organisation } from '../../../src/domain/organisation.ts';
import { SENDER_KEYS, shown } from '../../support/shown.ts';
import {
  anOrganisation,
  goodClaims,
  type IssuerKey,
  newKey,
  PARKING_APP,
  sign,
  TestIssuer,
} from '../../support/test-issuer.ts';

const START_SECONDS = 1_800_000_000;

describe('authenticator', () => {
  let issuer: TestIssuer;
  let key: IssuerKey;
  let organisations: Organisation[];
  let events: AuthenticationEvent[];
  let version: string;
  const clock = { ms: START_SECONDS * 1000, now: () => clock.ms };

  before(async () => {
    issuer = await TestIssuer.start();
  });
  after(() => issuer.stop());
  beforeEach(async () => {
    issuer.published = [];
    issuer.fetches.keys = 0;
    issuer.keysStatus = 200;
    key = await issuer.publishNew('ES256');
    organisations = [anOrganisation(issuer.url)];
    events = [];
    version = 'one';
    clock.ms = START_SECONDS * 1000;
  });

  function anAuthenticator(more: Partial<AuthenticatorSettings> = {}): RememberingAuthenticator {
    return createAuthenticator({
      senderKeys: SENDER_KEYS,
      organisations: () => organisations,
      version: () => version,
      clock,
      fetch,
      onEvent: (event) => events.push(event),
      ...more,
    });
  }

  const header = async (claims: object = {}, by = key) =>
    `Bearer ${await sign({ ...goodClaims(issuer.url, START_SECONDS), ...claims }, by)}`;

  it('answers at once, without a promise, for a token that was proved before', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header();
    const first = await authenticator.authenticate(shown(authorization));
    assert.ok('organisation' in first);
    assert.equal(authenticator.authenticate(shown(authorization)), first);
    assert.equal(issuer.fetches.keys, 1);
  });

  it('proves one token once, however many requests bring it at one time', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header();
    const found = await Promise.all(
      Array.from({ length: 20 }, () => authenticator.authenticate(shown(authorization))),
    );
    assert.equal(new Set(found).size, 1);
  });

  it('RS-18: looks at the end of the token on every hit', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header();
    await authenticator.authenticate(shown(authorization));
    clock.ms += 309_999;
    assert.ok('organisation' in (await authenticator.authenticate(shown(authorization))));
    clock.ms += 1;
    assert.deepEqual(await authenticator.authenticate(shown(authorization)), {
      refused: 'token-invalid',
      why: 'expired',
    });
  });

  it('drops every verdict when the policies change', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header();
    await authenticator.authenticate(shown(authorization));
    organisations = [anOrganisation(issuer.url, {}, { active: false })];
    assert.ok(
      'organisation' in (await authenticator.authenticate(shown(authorization))),
      'same version, same verdict',
    );
    version = 'two';
    assert.deepEqual(await authenticator.authenticate(shown(authorization)), {
      refused: 'system-not-registered',
      why: 'organisation is not active',
    });
    assert.ok(events.some((event) => event.kind === 'verdicts-dropped' && event.because === 'policies'));
  });

  it('does not remember what was proved under policies that changed meanwhile', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header();
    issuer.keysDelayMs = 30;
    const running = authenticator.authenticate(shown(authorization));
    version = 'two';
    organisations = [];
    await authenticator.authenticate(shown(undefined));
    await running;
    issuer.keysDelayMs = 0;
    assert.deepEqual(await authenticator.authenticate(shown(authorization)), {
      refused: 'token-invalid',
      why: 'issuer is not registered',
    });
  });

  it('RS-25: drops a verdict within the stated age once its key was taken back', async () => {
    const authenticator = anAuthenticator();
    const authorization = await header({ exp: START_SECONDS + 3600 });
    await authenticator.authenticate(shown(authorization));
    issuer.published = [];
    await issuer.publishNew('ES256');
    clock.ms += OLDEST_MS;
    const found = await authenticator.authenticate(shown(authorization));
    assert.deepEqual(found, { refused: 'token-invalid', why: 'key is not one of the issuer' });
  });

  it('takes a token by a new key after the cool-down, and drops what older keys proved', async () => {
    const authenticator = anAuthenticator();
    await authenticator.authenticate(shown(await header()));
    const second = await issuer.publishNew('ES256');
    const authorization = await header({}, second);
    assert.ok('refused' in (await authenticator.authenticate(shown(authorization))));
    clock.ms += COOL_DOWN_MS;
    assert.ok('organisation' in (await authenticator.authenticate(shown(authorization))));
    assert.ok(events.some((event) => event.kind === 'verdicts-dropped' && event.because === 'keys'));
  });

  it('RS-23: 500 tokens by unknown keys cause one more fetch, and other tokens pass meanwhile', async () => {
    const authenticator = anAuthenticator();
    const good = await header();
    await authenticator.authenticate(shown(good));
    clock.ms += COOL_DOWN_MS;
    const stranger = await newKey('ES256');
    const junk = await Promise.all(Array.from({ length: 500 }, (_, n) => header({ jti: `j${n}` }, stranger)));
    const running = junk.map((authorization) => authenticator.authenticate(shown(authorization)));
    assert.ok('organisation' in (await authenticator.authenticate(shown(good))));
    for (const found of await Promise.all(running)) assert.ok('refused' in found);
    assert.equal(issuer.fetches.keys, 2);
  });

  it('RS-24: fails with issuer-unavailable, never refuses, where no keys can be had', async () => {
    issuer.keysStatus = 500;
    const authenticator = anAuthenticator();
    const failure = { name: 'GatewayError', code: 'issuer-unavailable' };
    await assert.rejects(async () => authenticator.authenticate(shown(await header())), failure);
    assert.ok(events.some(({ kind }) => kind === 'keys-unavailable'));
    const [state] = authenticator.issuers();
    assert.deepEqual(state, {
      organisation: 'westhaven-district-council',
      keysAgeMs: undefined,
      failures: 1,
    });
  });

  it('RS-24: serves remembered verdicts while the issuer is down, but not beyond the stated age', async () => {
    organisations = [anOrganisation(issuer.url, { longestTokenLifeSeconds: 86_400 })];
    const authenticator = anAuthenticator();
    const authorization = await header({ exp: START_SECONDS + 7200 });
    await authenticator.authenticate(shown(authorization));
    issuer.keysStatus = 500;
    clock.ms += OLDEST_WITHOUT_ISSUER_MS - COOL_DOWN_MS - 1;
    assert.ok('organisation' in (await authenticator.authenticate(shown(authorization))));
    clock.ms += COOL_DOWN_MS + 1;
    await assert.rejects(async () => authenticator.authenticate(shown(authorization)), {
      code: 'issuer-unavailable',
    });
  });

  it('tells two organisations of one issuer apart by their clients, each by its own rules', async () => {
    const school = anOrganisation(
      issuer.url,
      { audience: 'https://school.example', algorithms: ['EdDSA'] },
      { id: 'harbourside-school', systems: [{ ...PARKING_APP, id: 'school-app', clientId: 'school-app' }] },
    );
    organisations = [anOrganisation(issuer.url), school];
    const edwards = await issuer.publishNew('EdDSA');
    const authenticator = anAuthenticator();
    const claims = { client_id: 'school-app', aud: 'https://school.example' };
    const taken = await authenticator.authenticate(shown(await header(claims, edwards)));
    assert.equal('organisation' in taken && taken.organisation, 'harbourside-school');
    assert.deepEqual(await authenticator.authenticate(shown(await header(claims))), {
      refused: 'token-invalid',
      why: 'algorithm is not one of the issuer',
    });
  });

  it('RS-8: names the scope that a good token lacks', async () => {
    organisations = [anOrganisation(issuer.url, { scope: 'exchange.read' })];
    const authenticator = anAuthenticator();
    for (const scope of [undefined, '', 'exchange.reads', 'read exchange']) {
      assert.deepEqual(await authenticator.authenticate(shown(await header({ scope }))), {
        refused: 'scope-insufficient',
        why: 'scope is missing',
        scope: 'exchange.read',
      });
    }
    const enough = await authenticator.authenticate(shown(await header({ scope: 'openid exchange.read' })));
    assert.ok('organisation' in enough);
  });

  it('RS-12: takes RS256 only where the file names it', async () => {
    organisations = [anOrganisation(issuer.url, { algorithms: ['RS256'] })];
    const rsa = await issuer.publishNew('RS256');
    const authenticator = anAuthenticator();
    assert.ok('organisation' in (await authenticator.authenticate(shown(await header({}, rsa)))));
    assert.ok(
      'refused' in (await authenticator.authenticate(shown(await header()))),
      'ES256 is not named here',
    );
  });

  it('remembers no more than it may', async () => {
    const authenticator = anAuthenticator({ mostVerdicts: 2 });
    const headers = await Promise.all([header(), header(), header()]);
    for (const authorization of headers) await authenticator.authenticate(shown(authorization));
    assert.ok(authenticator.authenticate(shown(headers[0])) instanceof Promise);
    assert.ok(!(authenticator.authenticate(shown(headers[2])) instanceof Promise));
  });

  it('says which check failed without a word of the token', async () => {
    const authenticator = anAuthenticator();
    const secret = 'Zanzibar7';
    for (const claims of [
      { sub: secret, aud: secret },
      { client_id: secret },
      { iss: secret },
      { exp: 1, jti: secret },
    ]) {
      const found = await authenticator.authenticate(shown(await header(claims)));
      assert.ok('why' in found && !JSON.stringify(found).includes(secret));
    }
  });
});
