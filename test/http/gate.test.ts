import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { Credentials } from '../../src/exchange/ports.ts';
import { Admission } from '../../src/http/admission.ts';
import { gateOf } from '../../src/http/gate.ts';
import { RefusalFlood } from '../../src/http/refusal-flood.ts';
import { drain, listen, makeServer } from '../../src/http/server.ts';
import { rawSender } from '../support/send-raw.ts';

const world = { waiting: 0, told: [] as string[], taken: 0 };
const admission = new Admission({ waiting: () => world.waiting, now: () => performance.now() });
const flood = new RefusalFlood({ entriesPerSecond: 1, triesPerSecond: 1 });
const gate = gateOf({
  ...{ admission, flood },
  remembers: ({ authorization }: Credentials) => authorization === 'Bearer proved-before',
  standing: ['cache-control', 'no-store'],
  now: () => 0,
  onTurnedAway: (code) => void world.told.push(code),
});
const server = makeServer((request, response) => {
  gate(request, response, () => {
    world.taken += 1;
    response.once('close', () => admission.leave()).end('taken');
  });
}, undefined);
let port: number;
before(async () => {
  port = await listen(server, '127.0.0.1', 0);
});
after(() => drain(server, 0));

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n';
const POST = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n';

/** While more wait for the log than may, and enough others wait for their turn. */
async function overloaded(use: () => Promise<void>): Promise<void> {
  world.waiting = 10_000;
  for (let nth = 0; nth < 1000; nth += 1)
    admission.park(
      () => admission.leave(),
      () => undefined,
    );
  await use();
  world.waiting = 0;
  while (admission.parked > 0) await new Promise((go) => setTimeout(go, 2));
}

test('takes up a request, and says when it has left', async () => {
  assert.match(await rawSender(port)(Buffer.from(`${GET}\r\n`)), /^HTTP\/1\.1 200 OK\r\n[\s\S]*taken$/);
  assert.equal(admission.underWay, 0);
});

test('sends a request away under overload, with when to come again, and keeps its connection', () =>
  overloaded(async () => {
    const got = await rawSender(port)(Buffer.from(`${GET}\r\n${GET}\r\n`));
    assert.equal(got.match(/HTTP\/1\.1 503 /g)?.length, 2);
    assert.match(got, /\r\nRetry-After: [1-3]\r\n/);
    assert.match(got, /\r\ncache-control: no-store\r\n/);
    assert.match(got, /\r\nContent-Type: application\/problem\+json\r\n/);
    assert.match(got, /"type":"\/problems\/overloaded"/);
    assert.ok(!/connection: close/i.test(got));
    assert.deepEqual(world.told.splice(0), ['overloaded', 'overloaded']);
  }));

test('ends the connection of a request that it sends away and whose body it does not read, or that cannot be read in one way', () =>
  overloaded(async () => {
    const unread = await rawSender(port)(Buffer.from(`${POST}{}${GET}\r\n`));
    const twofold = await rawSender(port)(Buffer.from(`${GET}Host: b\r\n\r\n${GET}\r\n`));
    for (const got of [unread, twofold]) {
      assert.equal(got.match(/HTTP\/1\.1 /g)?.length, 1);
      assert.match(got, /^HTTP\/1\.1 503 [\s\S]*\r\nConnection: close\r\n/);
    }
  }));

test('an address that proved nobody too often is not looked at, unless it was proved before', async () => {
  const sendRaw = rawSender(port);
  while (flood.mayTry('127.0.0.1', 0)) flood.admits('127.0.0.1', 0);
  world.taken = 0;
  const got = await sendRaw(Buffer.from(`${GET}Authorization: Bearer new\r\n\r\n`));
  assert.match(
    got,
    /^HTTP\/1\.1 429 [\s\S]*\r\nRetry-After: 1\r\n[\s\S]*"type":"\/problems\/too-many-refusals"/,
  );
  assert.equal(world.taken, 0);
  assert.match(await sendRaw(Buffer.from(`${GET}Authorization: Bearer proved-before\r\n\r\n`)), /200 OK/);
  assert.equal(admission.underWay, 0);
  assert.equal(world.told.pop(), 'too-many-refusals');
});

test('who went away while it waited is not taken up', async () => {
  // By then the load of the tests before is over.
  await new Promise((go) => setTimeout(go, 300));
  world.taken = 0;
  world.waiting = 10_000;
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(`${GET}Authorization: Bearer proved-before\r\n\r\n`),
  );
  while (admission.parked === 0) await new Promise((go) => setTimeout(go, 2));
  socket.destroy();
  await new Promise((go) => setTimeout(go, 50));
  world.waiting = 0;
  while (admission.parked > 0) await new Promise((go) => setTimeout(go, 2));
  assert.deepEqual([world.taken, admission.underWay], [0, 0]);
});
