/**
 * Planted marks in everything that a caller, a provider or an issuer can send: none comes out in leaves, sealed texts, lines,
 * metrics, files, refusals, or what is written when the gateway falls over.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { openSealedRow, readSealedRow } from '../../src/audit-log/sealing/sealed-row.ts';
import { DpopSender } from '../support/dpop-sender.ts';
import { type Answering, json, ORIGIN, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const MARK = 'canary';
const PATH = '/blue-badges/badges/ZZ9Z01';
const ASKING = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': `${MARK}-case`,
};
const WHO = {
  system: 'westhaven-parking-app',
  person: `${MARK}-person`,
  roles: ['CEO', `${MARK}-role`],
  claims: { jti: `${MARK}-jti`, email: `${MARK}@x.example` },
};
const THROWS = join(import.meta.dirname, '../support/throws-when-told.ts');

let gateway: WholeGateway;
let token: string;
let sender: DpopSender;
let boundToken: string;
/** Everything that came back, but for receipts. */
const answers: string[] = [];
/** Tokens and proofs that were sent: no long part of them may be anywhere. */
const secrets: string[] = [];

before(async () => {
  gateway = await wholeGateway({ spawned: true, settings: { NODE_OPTIONS: `--import=${THROWS}` } });
  sender = await DpopSender.make();
  token = await gateway.token(WHO);
  boundToken = await gateway.token({ ...WHO, claims: { ...WHO.claims, cnf: sender.cnf } });
  secrets.push(token, boundToken);
});
after(() => gateway.close());

async function send(path: string, headers: Record<string, string>, body?: string): Promise<void> {
  const response = await fetch(`${gateway.url}${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
  const said = [...response.headers].filter(([name]) => name !== 'audit-receipt').join();
  answers.push(`${said} ${await response.text()}`);
}

function raw(bytes: string): Promise<void> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    const done = (): void => {
      answers.push(got);
      resolve();
    };
    socket.on('data', (chunk) => {
      got += chunk;
    });
    socket.on('close', done);
    socket.on('error', () => undefined);
  });
}

/** A record with marks in all that is not agreed, in headers too, and now and then an answer that is nothing but marks. */
const marking: Answering = (request, response) => {
  const record = {
    badgeNumber: 'ZZ9Z01',
    statusCode: 'ISSUED',
    imageLink: `${MARK}-link`,
    [`${MARK}-name`]: `${MARK}-value`,
    party: { person: { nino: `${MARK}-nino` } },
  };
  response.setHeader('x-debug', MARK);
  response.setHeader('set-cookie', MARK);
  const said = request.url?.at(-1);
  if (said === '5') response.writeHead(302, { location: `https://${MARK}.example/` }).end(MARK);
  else if (said === '6')
    response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":${MARK}`);
  else if (said === '7') response.writeHead(200, { 'content-type': `text/${MARK}` }).end(MARK);
  else json({ data: record }, said === '8' ? 500 : 200)(request, response, Buffer.alloc(0));
};

/** What a caller with a good token can plant. */
async function plantWhenProved(mark: string, number: number): Promise<void> {
  const good = { authorization: `Bearer ${token}`, ...ASKING };
  const asks = { ...good, 'content-type': 'application/json' };
  await send(`/blue-badges/badges/ZZ9Z0${number % 10}`, {
    ...good,
    'x-mark': mark,
    'exchange-id': mark,
    cookie: mark,
  });
  await send(`/blue-badges/badges/${mark}`, good);
  await send(`/blue-badges/badges?name=${mark}&postcode=${mark}`, good);
  await send(`/${mark}/people/${mark}?${mark}=${mark}`, good);
  for (const name of ['purpose', 'reason', 'emergency', 'person', 'person-assertion', 'organisation'])
    await send(PATH, { ...good, [`exchange-${name}`]: mark });
  await send('/blue-badges/ask/look-up-one-badge', asks, `{"${mark}":"${mark}"`);
  await send('/blue-badges/ask/look-up-one-badge', asks, `{"badge number":"${mark}"}`);
}

/** What a caller without one, or with a proof that does not hold, can plant. */
async function plantUnproved(mark: string, number: number): Promise<void> {
  await send(`${PATH}?access_token=${mark}`, { authorization: `Bearer ${mark}` });
  const proof = await sender.proof({
    method: 'GET',
    uri: number % 2 === 0 ? `${ORIGIN}${PATH}` : `https://${mark}.example/${mark}`,
    token: boundToken,
    claims: { jti: mark, nonce: mark, [mark]: mark },
    header: { kid: mark },
  });
  secrets.push(proof);
  await send(PATH, { ...ASKING, authorization: `DPoP ${boundToken}`, dpop: proof });
  await send(PATH, { ...ASKING, authorization: `DPoP ${boundToken}`, dpop: `${mark}.${mark}.${mark}` });
  await send(PATH, { ...ASKING, authorization: `Bearer ${mark}`, 'exchange-organisation': mark });
  await send(PATH, { ...ASKING, authorization: `Bearer ${mark}`, 'x-forwarded-client-cert': mark });
  const forged = [{ alg: 'ES256', typ: mark, kid: mark }, { iss: mark, sub: mark }, mark].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  secrets.push(forged.join('.'));
  await send(PATH, { ...ASKING, authorization: `Bearer ${forged.join('.')}`, forwarded: `for=${mark}` });
}

function assertNowhere(text: string | Buffer, where: string): void {
  assert.ok(!text.includes(MARK), where);
  // The last part of a token or proof is its signature; the middle one holds its claims.
  for (const part of secrets.flatMap((secret) => secret.split('.').slice(1)))
    assert.ok(!text.includes(part), where);
}

test('a thousand marks go in and none comes out where it should not', async () => {
  gateway.answerWith(marking);
  const plant = async (number: number): Promise<void> => {
    await plantWhenProved(`${MARK}${number}`, number);
    await plantUnproved(`${MARK}${number}`, number);
  };
  // Ten at a time, as often as it takes.
  for (let from = 0; from < 60; from += 10)
    await Promise.all(Array.from({ length: 10 }, (_, nth) => plant(from + nth)));
  await raw(`GET /blue-badges/%zz${MARK} HTTP/1.1\r\nHost: ${MARK}\r\n\r\n`);
  await raw(`GET /problems/%zz${MARK} HTTP/1.1\r\nHost: ${MARK}\r\n\r\n`);
  await raw(`${MARK} ${MARK}\r\n\r\n`);

  assert.ok(answers.length > 1_000, String(answers.length));
  for (const answer of answers) assertNowhere(answer, answer);
  assert.ok(
    answers.some((answer) => answer.includes('"ISSUED"')),
    'something was released',
  );
  const leaves = JSON.stringify(gateway.leaves());
  assert.ok(leaves.length > 500_000);
  assertNowhere(leaves, 'leaves');
  assert.ok(!leaves.includes('ZZ9Z0'), 'leaves');
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  assertNowhere(metrics, 'metrics');
  assert.ok(!metrics.includes('ZZ9Z0'), 'metrics');
});

test('the sealed texts say who asked, for which case and by which reference, and nothing else that was sent', () => {
  const { sealing } = openKeyRing(
    join(gateway.folder, 'keys'),
    'gateway.northmere.example/audit/test',
  ).sealing;
  const reader = openSqliteReader(join(gateway.folder, 'audit.sqlite'));
  let opened = 0;
  for (const { leaf, sealed } of reader.entries(0, 100_000)) {
    const row = sealed === undefined ? undefined : readSealedRow(sealed);
    if (row?.text === undefined) continue;
    const words = openSealedRow(row, JSON.parse(Buffer.from(leaf).toString()), () => sealing);
    const {
      person,
      case: caseReference,
      token: tokenId,
      caller_reference: reference,
      ...others
    } = words ?? {};
    assertNowhere(JSON.stringify(others), 'a sealed text');
    assert.equal(person ?? WHO.person, WHO.person);
    assert.equal(caseReference ?? `${MARK}-case`, `${MARK}-case`);
    assert.equal(tokenId ?? `${MARK}-jti`, `${MARK}-jti`);
    assert.match(reference ?? '', /^(?:canary\d+)?$/);
    opened += 1;
  }
  reader.close();
  assert.ok(opened > 500, String(opened));
});

test('an error that nobody foresaw ends the gateway, and not a word of it is written', async () => {
  process.kill(gateway.running.pid ?? 0, 'SIGUSR2');
  assert.equal(await gateway.running.ended, 70);
  const lines = gateway.running.written?.() ?? '';
  assert.match(lines, /an error that nobody foresaw: the gateway ends","why":"SyntaxError"/);
});

test('nothing that the gateway has written holds one: lines, store, head file, index, outbox', () => {
  const lines = gateway.running.written?.() ?? '';
  assert.ok(lines.split('\n').length > 900);
  assertNowhere(lines, 'lines of the application log');
  assert.ok(!lines.includes('ZZ9Z0'), 'lines of the application log');
  const files = readdirSync(gateway.folder, { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  for (const { parentPath, name } of files) assertNowhere(readFileSync(join(parentPath, name)), name);
  for (const name of ['audit.sqlite', 'head'])
    assert.ok(
      files.some((file) => file.name === name),
      name,
    );
});
