/** However many unknown tokens come, an issuer is asked about few, and nothing is granted where it cannot be asked. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BURST,
  COOL_DOWN_MS,
  Introspection,
  MOST_AT_ONCE,
} from '../../../src/adapters/oidc/introspection.ts';
import type { AskIssuer } from '../../../src/adapters/oidc/introspection-client.ts';
import type { IssuerSecrets } from '../../../src/adapters/oidc/issuer-secrets.ts';

const ISSUER = 'https://login.westhaven.example';
const METADATA = { issuer: ISSUER, introspection_endpoint: `${ISSUER}/introspect` };
const SECRET = {
  kind: 'client secret',
  issuer: ISSUER,
  host: 'login.westhaven.example',
  clientId: 'gateway',
  clientSecret: 'x',
} as const;
const NOW = 1_800_000_000_000;

function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

function made(answer: () => Promise<Response> | Response, secrets?: () => IssuerSecrets) {
  const seen = { asked: 0, failures: [] as string[] };
  const ask: AskIssuer = async (address) => {
    if (address.includes('/.well-known/')) return json(METADATA);
    seen.asked += 1;
    return answer();
  };
  const asked = new Introspection({
    ...{ issuer: ISSUER, ask, askUnder: () => ask, plainHttp: false },
    rules: { askedWith: 'client secret post', secret: 'ONE', rememberedMs: 30_000 },
    secrets: secrets ?? (() => new Map([['ONE', SECRET]])),
    onFailure: (why) => seen.failures.push(why),
  });
  return { asked, seen };
}

describe('asking about opaque tokens', () => {
  it('RS-48: a token that is not active is asked about once within the time that answers are remembered', async () => {
    const { asked, seen } = made(() => json({ active: false }));
    assert.equal(await asked.ask('t', 'hash', NOW), undefined);
    assert.equal(await asked.ask('t', 'hash', NOW + 29_999), undefined);
    assert.equal(seen.asked, 1);
    await asked.ask('t', 'hash', NOW + 30_000);
    assert.equal(seen.asked, 2);
  });

  it('RS-51: leaves an endpoint that failed alone for a moment, tells of it, and then asks again', async () => {
    let down = true;
    const { asked, seen } = made(() => (down ? json({}, 500) : json({ active: true, sub: 's' })));
    const unavailable = { code: 'issuer-unavailable', retryAfterSeconds: 1 };
    await assert.rejects(asked.ask('t', 'hash', NOW), unavailable);
    down = false;
    await assert.rejects(asked.ask('t', 'hash', NOW + COOL_DOWN_MS - 1), unavailable);
    assert.equal(seen.asked, 1);
    assert.equal(seen.failures.length, 1);
    assert.equal((await asked.ask('t', 'hash', NOW + COOL_DOWN_MS))?.['sub'], 's');
  });

  it('a flood of unknown tokens is bounded, in all and at once', async () => {
    const { asked, seen } = made(() => json({ active: false }));
    const overloaded = { code: 'overloaded', retryAfterSeconds: 1 };
    for (let n = 0; n < BURST; n += 1) await asked.ask('t', `hash ${n}`, NOW);
    await assert.rejects(asked.ask('t', 'one more', NOW), overloaded);
    assert.equal(seen.asked, BURST);
    await asked.ask('t', 'a while later', NOW + 50);

    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const slow = made(() => opened.then(() => json({ active: false })));
    const running = Array.from({ length: MOST_AT_ONCE }, (_, n) => slow.asked.ask('t', `hash ${n}`, NOW));
    await assert.rejects(slow.asked.ask('t', 'one more', NOW), overloaded);
    open();
    await Promise.all(running);
  });

  it('a credential that is missing, of another kind or bound elsewhere asks nobody', async () => {
    const wrong: IssuerSecrets[] = [
      new Map(),
      new Map([['ONE', { ...SECRET, kind: 'private key', key: '' }]]),
      new Map([['ONE', { ...SECRET, issuer: 'https://elsewhere.example' }]]),
    ];
    for (const secrets of wrong) {
      const { asked, seen } = made(
        () => json({ active: true }),
        () => secrets,
      );
      await assert.rejects(asked.ask('t', 'hash', NOW), { code: 'issuer-unavailable' });
      assert.equal(seen.asked, 0);
    }
  });

  it('takes up a changed credential with the next token', async () => {
    let secrets: IssuerSecrets = new Map([['ONE', { ...SECRET, host: 'elsewhere.example' }]]);
    const { asked } = made(
      () => json({ active: true }),
      () => secrets,
    );
    await assert.rejects(asked.ask('t', 'hash', NOW));
    secrets = new Map([['ONE', SECRET]]);
    assert.equal((await asked.ask('t', 'hash', NOW + COOL_DOWN_MS))?.['active'], true);
  });
});
