/** Whatever a provider's server does on its socket, only agreed fields of a whole answer leave. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { leafFault } from '../../src/domain/leaf.ts';
import { makeCertificate } from '../support/certificates.ts';
import { RawServer } from '../support/test-upstream.ts';
import { CANARY, RECORD, UPSTREAM_FAULTS } from '../support/upstream-faults.ts';
import { type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

const ASKING = {
  'exchange-purpose': 'parking enforcement',
  'exchange-case-reference': 'PCN-0001',
};
const OFFICER = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
const AGREED = '{"data":{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED"}}';
/** Everything that an answer of the gateway may carry. */
const HEADERS =
  /^(?:audit-receipt|audit-salt|cache-control|connection|content-digest|content-length|content-security-policy|content-type|cross-origin-[a-z-]+|date|dpop-nonce|exchange-id|keep-alive|keep-for|onward-sharing|origin-agent-cluster|referrer-policy|retry-after|sharing-agreement|strict-transport-security|vary|x-[a-z-]+)$/;

/** Policies whose badges stand at another address, under other bounds, and may be looked up as often as is tried here. */
function badgesAt(address: string, ...more: readonly (readonly [RegExp, string])[]) {
  return (folder: string): void => {
    const file = join(folder, 'datasets/blue-badges.yaml');
    const moved = readFileSync(file, 'utf8').replace(/address: http:.*/, `address: ${address}`);
    writeFileSync(
      file,
      more.reduce((text, [find, write]) => text.replace(find, write), moved),
    );
    const agreement = join(folder, 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml');
    const often = readFileSync(agreement, 'utf8').replace(/(checks by .*: )\d+/g, '$19000');
    writeFileSync(agreement, often);
  };
}

async function askBadge(
  gateway: WholeGateway,
  { path = '/blue-badges/badges/ZZ9Z01', who = OFFICER, reason = 'badge on display' } = {},
) {
  const headers = {
    authorization: `Bearer ${await gateway.token(who)}`,
    ...ASKING,
    'exchange-reason': reason,
  };
  const response = await fetch(`${gateway.url}${path}`, { headers, redirect: 'manual' });
  const text = await response.text();
  const exchange = response.headers.get('exchange-id');
  const entries = () => gateway.leaves().filter((leaf) => leaf['exchange'] === exchange);
  return { response, text, entries };
}

/** Asks for a check of school meals, which the provider is asked for with POST. */
async function askCheck(gateway: WholeGateway) {
  const who = { system: 'hillcrest-school-office', person: 'office-1', roles: ['ADMIN'] };
  const headers = {
    authorization: `Bearer ${await gateway.token(who)}`,
    'content-type': 'application/json',
    'exchange-purpose': 'free school meals',
    'exchange-reason': 'application by a parent',
    'exchange-case-reference': 'FSM-1',
  };
  const data = {
    ...{ lastName: 'Holloway', dateOfBirth: '1989-04-17' },
    ...{ nationalInsuranceNumber: 'QQ123456C', childFirstName: 'Remy' },
  };
  const response = await fetch(`${gateway.url}/school-meals-checks/check/free-school-meals`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ data }) },
  });
  await response.arrayBuffer();
  const exchange = response.headers.get('exchange-id');
  return { response, entries: () => gateway.leaves().filter((leaf) => leaf['exchange'] === exchange) };
}

const QUEUED =
  '{"data":{"status":"queuedForProcessing"},"links":{"get_EligibilityCheckStatus":"/check/6f2c1c52-54a4-4c3d-9e6c-0d5d4b9b7f10/status"}}';
const QUEUED_ANSWER = `HTTP/1.1 202 Accepted\r\ncontent-type: application/json\r\ncontent-length: ${QUEUED.length}\r\n\r\n${QUEUED}`;

/** Answers every other request on a connection that has served before by closing it. */
function dyingEveryOther(say: string): (socket: Socket) => void {
  const served = new WeakSet<Socket>();
  return (socket) => {
    if (served.has(socket)) return void socket.destroy();
    served.add(socket);
    socket.write(say);
  };
}

/** Meals are asked at another address; a POST of theirs reads only where that is said. */
function mealsAt(folder: string, address: string, onlyReads: boolean): void {
  const file = join(folder, 'datasets/school-meals-checks.yaml');
  const moved = readFileSync(file, 'utf8').replace(/address: http:.*/, `address: ${address}`);
  const line = /( *)request: POST .*\n/;
  writeFileSync(file, onlyReads ? moved.replace(line, '$&$1only reads: true\n') : moved);
}

function answer(body: string, head = 'content-type: application/json\r\n'): string {
  return `HTTP/1.1 200 OK\r\n${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('a provider that misbehaves', () => {
  let upstream: RawServer;
  let gateway: WholeGateway;
  let speak: (socket: Socket) => void;
  const well = (socket: Socket): void => void socket.write(answer(RECORD));

  before(async () => {
    upstream = await RawServer.start((socket) => speak(socket));
    gateway = await wholeGateway({
      policies: (folder) => {
        mealsAt(folder, upstream.address, true);
        badgesAt(
          upstream.address,
          [/timeout: .*/, 'timeout: 1 second'],
          [/largest answer: .*/, 'largest answer: 2 MB'],
        )(folder);
      },
    });
  });
  after(async () => {
    await gateway.close();
    await upstream.stop();
  });

  /** Answers enough that what is tried here does not look like a provider that is down. */
  async function isWell(times: number): Promise<void> {
    speak = well;
    for (let n = 0; n < times; n += 1) {
      const { response, text } = await askBadge(gateway);
      assert.deepEqual([response.status, text], [200, AGREED]);
    }
  }

  for (const { name, speak: misbehave, status, code, retryAfter } of UPSTREAM_FAULTS) {
    it(`releases nothing of ${name}, records it, and the next request gets its own answer`, async () => {
      await isWell(1);
      speak = misbehave;
      const { response, text, entries } = await askBadge(gateway);
      assert.deepEqual([response.status, JSON.parse(text).type], [status, `/problems/${code}`]);
      assert.equal(response.headers.get('content-type'), 'application/problem+json');
      if (retryAfter !== undefined) assert.equal(response.headers.get('retry-after'), retryAfter);
      assert.equal(response.headers.get('location'), null);
      assert.ok(!text.includes(CANARY) && !JSON.stringify([...response.headers]).includes(CANARY));
      assert.deepEqual(
        entries().map((leaf) => [leaf['kind'], leaf['code']]),
        [
          ['sent', undefined],
          ['failed', code],
        ],
      );
      await isWell(1);
    });
  }

  it("bytes that come on an idle connection are nobody's answer, and the connection is not used again", async () => {
    speak = (socket) => {
      socket.write(answer(RECORD));
      setTimeout(() => socket.write(answer(`{"data":{"badgeNumber":"ZZ9Z99"}}`)), 15);
    };
    const before = upstream.accepted;
    for (let n = 0; n < 3; n += 1) {
      assert.equal((await askBadge(gateway)).text, AGREED);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    assert.ok(upstream.accepted - before >= 2);
  });

  it("of a provider's headers, interim answers and trailers nothing reaches the caller", async () => {
    const more =
      `set-cookie: a=${CANARY}\r\nserver: db7\r\nx-debug-sql: select\r\nlink: </a>\r\nlocation: /b\r\n` +
      'content-disposition: attachment\r\netag: "1"\r\nlast-modified: Mon, 23 Nov 2026 00:00:00 GMT\r\nexpires: 0\r\n';
    speak = (socket) =>
      socket.write(
        `HTTP/1.1 103 Early Hints\r\nlink: </${CANARY}>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: application/json\r\n` +
          `transfer-encoding: chunked\r\ntrailer: x-secret\r\n${more}\r\n` +
          `${RECORD.length.toString(16)}\r\n${RECORD}\r\n0\r\nx-secret: ${CANARY}\r\n\r\n`,
      );
    const { response, text } = await askBadge(gateway);
    assert.deepEqual([response.status, text], [200, AGREED]);
    for (const [name, value] of response.headers) {
      assert.match(name, HEADERS);
      assert.ok(!value.includes(CANARY), name);
    }
  });

  it('no header that a provider can send puts a line into ours', async () => {
    const raw = fc.string({
      unit: fc.constantFrom('a', ' ', '\r', '\n', '\t', '\0', ':', ',', ';', '"', '\u00e9', '\u0085', '7'),
      minLength: 1,
      maxLength: 12,
    });
    const name = fc.constantFrom('content-type', 'retry-after', 'content-encoding', 'x-any');
    await fc.assert(
      fc.asyncProperty(name, raw, fc.constantFrom('200 OK', '503 Busy'), async (header, value, status) => {
        await isWell(2);
        speak = (socket) =>
          void socket.end(
            Buffer.from(
              `HTTP/1.1 ${status}\r\n${header}: ${value}x-injected: ${CANARY}\r\ncontent-length: 2\r\n\r\n{}`,
              'latin1',
            ),
          );
        const { response, text } = await askBadge(gateway);
        assert.ok(response.status >= 500, String(response.status));
        for (const [ours, held] of response.headers) {
          assert.match(ours, HEADERS);
          assert.ok(!held.includes(CANARY));
        }
        assert.ok(!text.includes(CANARY));
      }),
      { numRuns: 25 },
    );
  });

  it('a hundred thousand keys that look like indexes cost no more than their bytes', async () => {
    const record = (of: (n: number) => string): string => {
      const keys = Array.from({ length: 5_000 }, (_, n) => `"${of(n)}":1`);
      return `{"badgeNumber":"ZZ9Z01",${keys.join()},"statusCode":"ISSUED"}`;
    };
    const list = (of: (n: number) => string): string => `{"data":[${Array(20).fill(record(of)).join()}]}`;
    const agreed = `{"data":[${Array(20).fill('{"badgeNumber":"ZZ9Z01","statusCode":"ISSUED"}').join()}]}`;
    const took = async (body: string): Promise<number> => {
      speak = (socket) => void socket.write(answer(body));
      const began = performance.now();
      const { response, text } = await askBadge(gateway, {
        path: '/blue-badges/badges?name=Ines%20Marlowe&postCode=ZZ99%203VZ',
        who: { system: 'westhaven-parking-app', person: 'staff-9002', roles: ['CEO-SUP'] },
        reason: 'badge cannot be read',
      });
      assert.deepEqual([response.status, text], [200, agreed]);
      return performance.now() - began;
    };
    await took(list((n) => `k${n}`));
    assert.ok((await took(list((n) => String(n * 7)))) < 1_000);
  });

  it('a read whose connection had died is sent once more, and every entry after it says so', async () => {
    for (const [ask, say, status] of [
      [askBadge, answer(RECORD), 200],
      [askCheck, QUEUED_ANSWER, 200],
    ] as const) {
      speak = dyingEveryOther(say);
      let again: Record<string, unknown>[] = [];
      for (let n = 0; n < 6 && again.length === 0; n += 1) {
        const { response, entries } = await ask(gateway);
        assert.equal(response.status, status);
        again = entries().filter((leaf) => Object(leaf['upstream']).attempts === 2);
      }
      assert.deepEqual(
        again.map(({ kind }) => kind),
        ['released'],
      );
      for (const leaf of again) assert.equal(leafFault(leaf), undefined);
    }
  });

  it('an exchange whose second sending fails too says that there were two', async () => {
    speak = well;
    await isWell(1);
    speak = (socket) => void socket.destroy();
    const { response, entries } = await askBadge(gateway);
    assert.equal(response.status, 502);
    const failed = entries().at(-1);
    assert.deepEqual([failed?.['kind'], failed?.['upstream']], ['failed', { attempts: 2 }]);
    assert.equal(leafFault(failed), undefined);
  });

  it('a request that took its time to arrive is not sent once the time of the dataset is over', async () => {
    const sent = upstream.requests.length;
    const authorization = `Bearer ${await gateway.token(OFFICER)}`;
    const headers = {
      ...{ ...ASKING, authorization, 'exchange-reason': 'badge on display' },
      ...{ 'content-type': 'application/json' },
    };
    const asking = request(`${gateway.url}/blue-badges/ask/look-up-one-badge`, { method: 'POST', headers });
    asking.write('{"badge number":');
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    asking.end('"ZZ9Z01"}');
    const [response]: IncomingMessage[] = await once(asking, 'response');
    if (response === undefined) return assert.fail('no answer came');
    assert.equal(response.statusCode, 503);
    assert.match(await text(response), /overloaded.*Nothing was sent to it/);
    assert.equal(upstream.requests.length, sent);
  });
});

describe('a provider that cannot be trusted', () => {
  const authority = makeCertificate({ name: 'private CA', authority: true });
  const stranger = makeCertificate({ name: 'another CA', authority: true });
  const hosts = ['127.0.0.1'];
  const hour = 3_600_000;
  const ago = (hours: number): Date => new Date(Date.now() - hours * hour);
  const good = makeCertificate({ hosts, issuer: authority });
  let server: Server;
  let plain: RawServer;
  let gateway: WholeGateway;
  let requests = 0;

  before(async () => {
    plain = await RawServer.start(dyingEveryOther(QUEUED_ANSWER));
    server = createTlsServer(good, (_request, response) => {
      requests += 1;
      response.setHeader('content-type', 'application/json').setHeader('connection', 'close').end(RECORD);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    gateway = await wholeGateway({
      policies: (folder) => {
        mealsAt(folder, plain.address, false);
        badgesAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)(folder);
      },
      prepared: (folder) => writeFileSync(join(folder, 'ca.pem'), authority.cert),
      settings: {},
    });
    await gateway.stop();
  });
  after(async () => {
    await gateway.close();
    await plain.stop();
    server.closeAllConnections();
    server.close();
  });

  it('expired, not yet valid, of another name, self-signed, of an unknown authority: 502, and no request is sent', async () => {
    gateway.settings['PRIVATE_CA_FILE'] = join(gateway.folder, 'ca.pem');
    gateway = await gateway.restarted();
    assert.equal((await askBadge(gateway)).text, AGREED);
    assert.equal(requests, 1);
    const wrong = [
      makeCertificate({ hosts, issuer: authority, notBefore: ago(2), notAfter: ago(1) }),
      makeCertificate({ hosts, issuer: authority, notBefore: ago(-1), notAfter: ago(-2) }),
      makeCertificate({ hosts: ['127.0.0.2'], issuer: authority }),
      makeCertificate({ hosts }),
      makeCertificate({ hosts, issuer: stranger }),
    ];
    for (const { cert, key } of wrong) {
      server.setSecureContext({ cert, key });
      const { response, text, entries } = await askBadge(gateway);
      assert.deepEqual([response.status, JSON.parse(text).type], [502, '/problems/upstream-unreachable']);
      assert.equal(entries().length, 2);
    }
    assert.equal(requests, 1);
  });

  it('and that is left alone then: 503 with when to come back, one entry, and nothing is sent', async () => {
    let paused = await askBadge(gateway);
    for (let n = 0; n < 10 && paused.response.status !== 503; n += 1) paused = await askBadge(gateway);
    const { response, text, entries } = paused;
    assert.deepEqual([response.status, JSON.parse(text).type], [503, '/problems/upstream-paused']);
    assert.match(response.headers.get('retry-after') ?? '', /^[1-5]$/);
    assert.deepEqual(
      entries().map(({ kind, code }) => [kind, code]),
      [['failed', 'upstream-paused']],
    );
    assert.equal(leafFault(entries()[0]), undefined);
    server.setSecureContext(good);
    assert.equal((await askBadge(gateway)).response.status, 503);
    assert.equal(requests, 1);
    const ready = await fetch(`${gateway.operations}/health/ready`);
    assert.equal(ready.status, 200);
    assert.match(await ready.text(), /failed too often and is left alone/);
    const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
    assert.match(
      metrics,
      /gateway_exchanges_total\{outcome="failed",code="upstream-paused",dataset="blue-badges"\} 2/,
    );
    assert.match(metrics, /gateway_upstream_state\{upstream="127\.0\.0\.1:\d+"\} 2/);
  });

  it('a POST of which nothing is said is never sent a second time', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { response, entries } = await askCheck(gateway);
      statuses.push(response.status);
      assert.ok(!JSON.stringify(entries()).includes('attempts'));
    }
    assert.ok(statuses.includes(502), statuses.join());
    assert.equal(plain.requests.length, statuses.length);
  });
});
