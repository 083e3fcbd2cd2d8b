import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { makeServer } from '../../src/http/server.ts';
import { type WitnessAnswer, witnessApp } from '../../src/http/witness-app.ts';

let verdict: () => WitnessAnswer;
let heard = '';
const app = witnessApp({
  addCheckpoint(body) {
    heard = body;
    return verdict();
  },
  checkpoint: (hash) => (hash === 'a'.repeat(64) ? 'note\n' : undefined),
  sizeType: 'text/x.tlog.size',
});
const server = makeServer(app, undefined);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const post = (body: string | Uint8Array<ArrayBuffer>, path = '/add-checkpoint') =>
  fetch(at + path, { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });

test('a checkpoint that is cosigned is answered with signature lines', async () => {
  verdict = () => ({ status: 200, lines: '\u2014 witness.example AAAA\n' });
  const answer = await post('old 0\n\nnote\n');
  assert.equal(heard, 'old 0\n\nnote\n');
  assert.equal(answer.status, 200);
  assert.equal(await answer.text(), '\u2014 witness.example AAAA\n');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('another size is told on a line of its own, under its own media type', async () => {
  verdict = () => ({ status: 409, known: 20852163 });
  const answer = await post('x');
  assert.equal(answer.status, 409);
  assert.equal(answer.headers.get('content-type'), 'text/x.tlog.size');
  assert.equal(await answer.text(), '20852163\n');
});

for (const status of [400, 403, 404, 422] as const) {
  test(`a refusal goes out as ${status} with its sentence`, async () => {
    verdict = () => ({ status, why: 'this is why' });
    const answer = await post('x');
    assert.equal(answer.status, status);
    assert.equal(await answer.text(), 'this is why\n');
  });
}

test('bytes that are no UTF-8 never reach the judge', async () => {
  heard = 'nothing';
  assert.equal((await post(Uint8Array.of(0xff, 0xfe))).status, 400);
  assert.equal(heard, 'nothing');
});

test('a request that is too large is refused before it is judged', async () => {
  heard = 'nothing';
  assert.equal((await post('x'.repeat(300_000))).status, 413);
  assert.equal(heard, 'nothing');
});

test('a judge that fails cosigns nothing and says nothing of why', async () => {
  verdict = () => {
    throw new Error('disk of somebody');
  };
  const answer = await post('x');
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /disk/);
});

test('the newest cosigned checkpoint of a log can be read by the hash of its origin', async () => {
  const answer = await fetch(`${at}/${'a'.repeat(64)}/checkpoint`);
  assert.deepEqual([answer.status, await answer.text()], [200, 'note\n']);
  assert.equal((await fetch(`${at}/${'b'.repeat(64)}/checkpoint`)).status, 404);
  assert.equal((await fetch(`${at}/`)).status, 404);
  assert.equal((await fetch(`${at}/add-checkpoint`)).status, 404);
});
