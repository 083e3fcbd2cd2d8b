import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { plainApp } from '../../src/http/plain-app.ts';
import { listen } from '../../src/http/server.ts';

test('says nothing of itself, and takes an address for what it says', async () => {
  const app = plainApp();
  app.get('/Here', (_request, response) => void response.json({ here: true }));
  const server = createServer(app);
  const origin = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`;
  const { status, headers } = await fetch(`${origin}/Here`);
  const others = await Promise.all(['/here', '/Here/'].map((path) => fetch(origin + path)));
  server.close();
  assert.equal(status, 200);
  for (const name of ['x-powered-by', 'etag', 'server']) assert.equal(headers.get(name), null, name);
  assert.deepEqual(
    others.map((answer) => answer.status),
    [404, 404],
  );
});
