import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openTilePlace } from '../../src/cli/tile-place.ts';
import { InputError } from '../../src/cli/verify-verdict.ts';

const folder = mkdtempSync(join(tmpdir(), 'tile-place-'));
mkdirSync(join(folder, 'tile/0'), { recursive: true });
writeFileSync(join(folder, 'tile/0/000'), 'hashes');
let asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(request.url, request.headers.authorization);
  const status = Number(/\/(\d{3})$/.exec(request.url ?? '')?.[1] ?? 200);
  if (request.url?.endsWith('long')) response.end(Buffer.alloc(17_000_000));
  else response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end('part');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`;
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

test('a folder gives what stands in it, and nothing for what does not', async () => {
  const fetch = openTilePlace(folder, undefined);
  assert.equal(String(await fetch('tile/0/000')), 'hashes');
  assert.equal(await fetch('tile/0/001'), undefined);
  assert.equal(await fetch('tile/0/000/more'), undefined);
  await assert.rejects(fetch('tile/0'), InputError);
});

test('an address gives what it answers; 404 and 403 are nothing; the token goes with every question', async () => {
  const fetch = openTilePlace(`${address}/`, 'abc');
  assert.equal(String(await fetch('tile/0/x')), 'part');
  assert.deepEqual(asked, ['/log/tile/0/x', 'Bearer abc']);
  assert.equal(await fetch('404'), undefined);
  assert.equal(await fetch('403'), undefined);
  asked = [];
});

test('another answer, a redirect, an answer without end and silence stop the check with a sentence', async () => {
  const fetch = openTilePlace(address, undefined);
  await assert.rejects(fetch('401'), /answers 401: give a token with --token-file/);
  await assert.rejects(fetch('500'), /answers 500/);
  await assert.rejects(fetch('302'), InputError);
  await assert.rejects(fetch('long'), /more than a tile can hold/);
  await assert.rejects(openTilePlace('http://127.0.0.1:1', undefined)('x'), /does not answer/);
});

test('a token is never sent in the clear to another machine', () => {
  assert.throws(() => openTilePlace('http://gateway.northmere.example/log', 'abc'), InputError);
  openTilePlace('https://gateway.northmere.example/log', 'abc');
  openTilePlace('http://localhost:9443/log', 'abc');
});
