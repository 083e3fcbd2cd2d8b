/** The function that `docs/callers.md` gives to developers, as it stands there, against a whole gateway whose datasets ask for a key. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import * as openid from 'openid-client';
import { json, wholeGateway } from '../support/whole-gateway.ts';

const PROJECT = join(import.meta.dirname, '../..');
const ORIGIN = 'https://gateway.northmere.example';

interface Asked {
  readonly issuer: openid.Configuration;
  readonly DPoP: openid.DPoPHandle;
  readonly token: string;
  readonly badge: string;
  readonly penaltyCharge: string;
}

interface Got {
  readonly badge: { readonly data?: { readonly badgeNumber?: string } };
  readonly exchange: string;
  readonly receipt: string;
}

const folder = mkdtempSync(join(tmpdir(), 'callers-page-'));
const gateway = await wholeGateway({ keysAsSampled: true, settings: { DPOP_NONCES: 'required' } });
gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
after(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The block of JavaScript on the page, as a program of its own. */
async function functionOfThePage(): Promise<(asked: Asked) => Promise<Got>> {
  const page = readFileSync(join(PROJECT, 'docs/callers.md'), 'utf8');
  const [, block = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'ask.mjs'), block);
  const { askAboutBadge } = await import(join(folder, 'ask.mjs'));
  return askAboutBadge;
}

/** What its caller has: a client of its issuer, a key, and a token that is bound to it. The gateway is reached on this machine. */
async function signedIn(roles: readonly string[]): Promise<Omit<Asked, 'badge' | 'penaltyCharge'>> {
  const issuer = new openid.Configuration({ issuer: gateway.issuer.url }, 'westhaven-parking-app');
  issuer[openid.customFetch] = (url, { body, ...options }) =>
    fetch(url.replace(ORIGIN, gateway.url), { ...options, body: body ?? null });
  const keys = await openid.randomDPoPKeyPair('ES256', { extractable: true });
  const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
  const who = { system: 'westhaven-parking-app', person: 'staff-9001', roles, claims: { cnf: { jkt } } };
  return { issuer, DPoP: openid.getDPoPHandle(issuer, keys), token: await gateway.token(who) };
}

test('the function of the page gets a badge, proves its key anew for each question, and keeps what proves the answer', async () => {
  const askAboutBadge = await functionOfThePage();
  const officer = await signedIn(['CEO']);
  const asked = { ...officer, badge: 'ZZ9Z01', penaltyCharge: 'PCN-0001' };
  const { badge, exchange, receipt } = await askAboutBadge(asked);
  assert.equal(badge.data?.badgeNumber, 'ZZ9Z01');
  assert.match(receipt, /^[\w-]{200,}$/);
  const again = await askAboutBadge(asked);
  assert.notEqual(again.exchange, exchange);
  const entry = gateway.leaves().find((leaf) => leaf['exchange'] === exchange);
  assert.match(JSON.stringify(entry?.['auth']), /"method":"dpop"/);

  const other = await signedIn(['CLEANER']);
  await assert.rejects(askAboutBadge({ ...asked, ...other }), {
    message:
      /^This role is not agreed: .*civil enforcement officer.* Ask parking\.lead@northmere\.example, about urn:uuid:/,
  });
  await assert.rejects(askAboutBadge({ ...asked, token: other.token }), (error: unknown) => {
    assert.ok(error instanceof openid.WWWAuthenticateChallengeError, String(error));
    return true;
  });
});
