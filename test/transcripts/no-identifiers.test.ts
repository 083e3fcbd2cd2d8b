/** Planted marks in everything that a caller or a provider can send: none comes out in leaves, lines, metrics or refusals. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const MARK = 'canary';
const ASKING = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': `${MARK}-case`,
};
let gateway: WholeGateway;
before(async () => {
  gateway = await wholeGateway({ spawned: true });
});
after(() => gateway.close());

async function send(path: string, headers: Record<string, string>, body?: string): Promise<string> {
  const response = await fetch(`${gateway.url}${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
  const said = [...response.headers].filter(([name]) => name !== 'audit-receipt').join();
  return `${said} ${await response.text()}`;
}

function raw(bytes: string): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('close', () => resolve(got));
    socket.on('error', () => resolve(got));
  });
}

test('a thousand marks go in and none comes out where it should not', async () => {
  const marked = (number: number): string => `${MARK}${number}`;
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: `${MARK}-person`,
    roles: ['CEO', `${MARK}-role`],
    claims: { jti: `${MARK}-jti`, email: `${MARK}@x.example` },
  });
  const good = { authorization: `Bearer ${token}`, ...ASKING };
  const record = {
    badgeNumber: 'ZZ9Z01',
    statusCode: 'ISSUED',
    imageLink: `${MARK}-link`,
    [`${MARK}-name`]: `${MARK}-value`,
    party: { person: { nino: `${MARK}-nino` } },
  };
  const answers: string[] = [];
  gateway.answerWith((request, response) => {
    response.setHeader('x-debug', MARK);
    response.setHeader('set-cookie', MARK);
    json({ data: record }, request.url?.endsWith('8') ? 500 : 200)(request, response, Buffer.alloc(0));
  });
  for (let number = 0; number < 100; number += 1) {
    const mark = marked(number);
    answers.push(
      await send(`/blue-badges/badges/ZZ9Z0${number % 10}`, {
        ...good,
        'x-mark': mark,
        'exchange-id': mark,
        cookie: mark,
      }),
      await send(`/blue-badges/badges/${mark}`, good),
      await send(`/blue-badges/badges?name=${mark}&postcode=${mark}`, good),
      await send(`/${mark}/people/${mark}?${mark}=${mark}`, good),
      await send('/blue-badges/badges/ZZ9Z01', { ...good, 'exchange-purpose': mark }),
      await send('/blue-badges/badges/ZZ9Z01', { ...good, 'exchange-reason': mark }),
      await send('/blue-badges/badges/ZZ9Z01', { ...good, 'exchange-emergency': mark }),
      await send(
        '/blue-badges/ask/look-up-one-badge',
        { ...good, 'content-type': 'application/json' },
        `{"${mark}":"${mark}"`,
      ),
      await send(
        '/blue-badges/ask/look-up-one-badge',
        { ...good, 'content-type': 'application/json' },
        `{"badge number":"${mark}"}`,
      ),
      await send(`/blue-badges/badges/ZZ9Z01?access_token=${mark}`, { authorization: `Bearer ${mark}` }),
    );
  }
  answers.push(await raw(`GET /blue-badges/%zz${MARK} HTTP/1.1\r\nHost: ${MARK}\r\n\r\n`));
  answers.push(await raw(`GET /problems/%zz${MARK} HTTP/1.1\r\nHost: ${MARK}\r\n\r\n`));
  answers.push(await raw(`${MARK} ${MARK}\r\n\r\n`));

  assert.deepEqual(
    answers.filter((answer) => answer.includes(MARK)),
    [],
  );
  assert.ok(
    answers.some((answer) => answer.includes('"ISSUED"')),
    'something was released',
  );
  const leaves = JSON.stringify(gateway.leaves());
  assert.ok(leaves.length > 500_000);
  assert.ok(!leaves.includes(MARK), 'leaves');
  assert.ok(!leaves.includes('ZZ9Z0'), 'leaves');
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  assert.ok(!metrics.includes(MARK) && !metrics.includes('ZZ9Z0'), 'metrics');
  const lines = gateway.running.written?.() ?? '';
  assert.ok(lines.split('\n').length > 900);
  assert.ok(
    !lines.includes(MARK) && !lines.includes('ZZ9Z0') && !lines.includes(token.slice(0, 40)),
    'lines of the application log',
  );
  // Whatever the gateway writes, wherever it writes it: store, tiles, head file, index, outbox.
  const files = readdirSync(gateway.folder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    assert.ok(!bytes.includes(MARK), name);
  }
  for (const name of ['audit.sqlite', 'head'])
    assert.ok(
      files.some((file) => file.name === name),
      name,
    );
});
