/** A provider's key is changed while its requests run: none is lost, every thread takes it up, and a broken file changes nothing. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Answering, json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const OFFICER = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
const ASKING = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-0001',
};
const BADGE = { data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } };

/** Badges that are asked with a key, and with headers for the provider's own log. */
function withKey(folder: string): void {
  const file = join(folder, 'datasets/blue-badges.yaml');
  const text = readFileSync(file, 'utf8').replace(/( *)sign in: none\n/, (_line, indent: string) =>
    ['sign in: api key', 'secret: BADGE_KEY', 'header: X-Api-Key', 'always send:']
      .concat(['  X-Request-Id: exchange id', '  X-Council: consumer code', '  X-Role: role'])
      .map((line) => `${indent}${line}\n`)
      .join(''),
  );
  writeFileSync(file, text);
  const agreement = join(folder, 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml');
  const often = readFileSync(agreement, 'utf8').replace(/(checks by .*: )\d+/g, '$19000');
  writeFileSync(agreement, often);
}

function putSecrets(folder: string, value: string): void {
  const [, host] = /address: http:\/\/([^/]+)/.exec(
    readFileSync(join(folder, 'policies/datasets/blue-badges.yaml'), 'utf8'),
  ) ?? ['', ''];
  const secrets = { BADGE_KEY: { kind: 'api key', host, value } };
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
}

function headerValue(headers: readonly string[], name: string): string | undefined {
  return headers[headers.findIndex((one) => one.toLowerCase() === name) + 1];
}

async function ask(gateway: WholeGateway, authorization: string): Promise<Response> {
  // Each over a connection of its own, so that every thread gets some.
  const headers = { authorization, ...ASKING, connection: 'close' };
  const response = await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers });
  await response.arrayBuffer();
  return response;
}

test('a key is changed under running requests', async (t) => {
  const gateway = await wholeGateway({
    policies: withKey,
    prepared: (folder) => putSecrets(folder, 'first-key'),
    settings: { GATEWAY_THREADS: '2' },
  });
  t.after(() => gateway.close());
  const good = new Set(['first-key', 'second-key']);
  const answer = json(BADGE);
  const byKey: Answering = (request, response, body) => {
    if (good.has(String(request.headers['x-api-key']))) answer(request, response, body);
    else response.writeHead(401).end();
  };
  gateway.answerWith(byKey);
  const authorization = `Bearer ${await gateway.token(OFFICER)}`;

  const first = await ask(gateway, authorization);
  assert.equal(first.status, 200);
  const [{ headers = [] } = {}] = gateway.recorded;
  const sent = (name: string) => headerValue(headers, name);
  assert.equal(sent('x-request-id'), first.headers.get('exchange-id'));
  assert.deepEqual([sent('x-council'), sent('x-role')], ['WHV', 'civil enforcement officer']);

  const statuses: number[] = [];
  let going = true;
  const asking = Array.from({ length: 4 }, async () => {
    while (going) statuses.push((await ask(gateway, authorization)).status);
  });
  writeFileSync(join(gateway.folder, 'secrets.json'), '{"BADGE_KEY": {"kind": "api key", "vlaue": "x"}}');
  let attention = '';
  for (let n = 0; n < 100 && !attention.includes('vlaue'); n += 1) {
    await wait(50);
    attention = await (await fetch(`${gateway.operations}/health/ready`)).text();
  }
  assert.match(attention, /UPSTREAM_SECRETS_FILE: BADGE_KEY: .*`vlaue` is not known.*read before are used/);

  putSecrets(gateway.folder, 'second-key');
  const keys = () => gateway.recorded.slice(-40).map(({ headers: all }) => headerValue(all, 'x-api-key'));
  for (let n = 0; n < 200 && keys().includes('first-key'); n += 1) await wait(50);
  good.delete('first-key');
  await wait(300);
  going = false;
  await Promise.all(asking);
  assert.deepEqual(new Set(statuses), new Set([200]));
  assert.deepEqual(new Set(keys()), new Set(['second-key']));
});
