/** Who acts, over HTTP: by the sign-in, by an assertion of the issuer for one request, and never by a shared account. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parseDocument } from 'yaml';
import { type IssuerKey, sign } from '../support/test-issuer.ts';
import { json, ORIGIN, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const SYSTEM = 'westhaven-parking-app';

describe('who acts', () => {
  let gateway: WholeGateway;
  let key: IssuerKey;
  before(async () => {
    gateway = await wholeGateway({
      policies: (folder) => {
        const path = join(folder, 'organisations', 'westhaven-district-council.yaml');
        const document = parseDocument(readFileSync(path, 'utf8'));
        document.setIn(['sign in', 'person assertions'], 'taken');
        writeFileSync(path, document.toString({ lineWidth: 0 }));
      },
    });
    key = await gateway.issuer.publishNew('ES256');
    gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  });
  after(() => gateway.close());

  function assertion(change: object = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: gateway.issuer.url, aud: ORIGIN, sub: 'staff-9001', client_id: SYSTEM, jti: randomUUID() },
      ...{ iat: now, exp: now + 60, roles: ['CEO'], amr: ['mfa'] },
    };
    return sign({ ...claims, ...change }, key, { typ: 'person+jwt' });
  }

  async function ask(authorization: string, more: Record<string, string> = {}) {
    const answer = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
      headers: {
        authorization: `Bearer ${authorization}`,
        'exchange-purpose': 'parking enforcement',
        'exchange-reason': 'badge on display',
        'exchange-case-reference': 'PCN-0001',
        ...more,
      },
    });
    const { type = '', detail = '' } = answer.status === 200 ? {} : Object(await answer.json());
    return { status: answer.status, problem: String(type).replace('/problems/', ''), detail: String(detail) };
  }
  /** A token of the system alone. */
  const ofSystem = () => gateway.token({ system: SYSTEM });
  const outcome = ({ status, problem }: { status: number; problem: string }) => `${status} ${problem}`;

  test('a system alone gets nothing where a person must act', async () => {
    assert.equal(outcome(await ask(await ofSystem())), '403 person-missing');
  });

  test('an assertion of the issuer proves the person, and the entry says that it was proved', async () => {
    const found = await ask(await ofSystem(), { 'exchange-person-assertion': await assertion() });
    assert.equal(found.status, 200, found.detail);
    const released = gateway.leaves().at(-1);
    assert.equal(released?.['kind'], 'released');
    assert.equal(Object(released?.['person']).assurance, 'proved');
    assert.equal(Object(released?.['auth']).second_factor, true);
    assert.equal(released?.['role'], 'civil enforcement officer');
  });

  test('an assertion counts once in this thread, and once for all that share the log', async () => {
    const once = { 'exchange-person-assertion': await assertion() };
    const token = await ofSystem();
    assert.equal((await ask(token, once)).status, 200);
    assert.equal(outcome(await ask(token, once)), '403 person-not-proved');
    const forwarded = gateway.recorded.length;
    // Whoever starts anew remembers nothing; the log does.
    gateway = await gateway.restarted();
    assert.equal(outcome(await ask(token, once)), '401 proof-used');
    assert.equal(gateway.leaves().at(-1)?.['code'], 'proof-used');
    assert.equal(gateway.recorded.length, forwarded);
    assert.equal((await ask(token, { 'exchange-person-assertion': await assertion() })).status, 200);
  });

  test('an assertion for another system, or of nobody, is refused and told in words', async () => {
    const wrong = [await assertion({ client_id: 'another' }), 'abc', await assertion({ exp: undefined })];
    for (const one of wrong) {
      const found = await ask(await ofSystem(), { 'exchange-person-assertion': one });
      assert.equal(outcome(found), '403 person-not-proved');
      assert.match(found.detail, /signed by the issuer, for this gateway, this system and one person/);
      assert.equal(gateway.leaves().at(-1)?.['code'], 'person-not-proved');
    }
  });

  test('a shared account is nobody, whichever way it is proved', async () => {
    for (const shared of ['admin', 'service.desk', 'Council', 'test-01', SYSTEM.toUpperCase()]) {
      const token = await gateway.token({ system: SYSTEM, person: shared, roles: ['CEO'] });
      const found = await ask(token);
      assert.equal(outcome(found), '403 person-not-proved', shared);
      assert.match(found.detail, /one person's own account/);
      const asserted = { 'exchange-person-assertion': await assertion({ sub: shared }) };
      assert.equal(outcome(await ask(await ofSystem(), asserted)), '403 person-not-proved', shared);
    }
  });

  test('somebody who acts for another person is not taken for that person', async () => {
    const claims = { act: { sub: 'helpdesk-7' } };
    const token = await gateway.token({ system: SYSTEM, person: 'staff-9001', roles: ['CEO'], claims });
    assert.equal(outcome(await ask(token)), '403 person-missing');
  });

  test('a person whom the system states is refused where the agreement wants a proof', async () => {
    const found = await ask(await ofSystem(), { 'exchange-person': 'staff-9001' });
    assert.equal(outcome(found), '403 person-not-proved');
  });
});
