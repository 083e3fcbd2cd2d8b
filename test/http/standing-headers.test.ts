import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { plainApp } from '../../src/http/plain-app.ts';
import { listen } from '../../src/http/server.ts';
import { answerHeaders, standingHeaders } from '../../src/http/standing-headers.ts';

test('are the headers that helmet sets on a real answer, and that nobody may keep a copy', async () => {
  const app = plainApp().use(...answerHeaders, (_request, response) => void response.end());
  const server = createServer(app);
  const port = await listen(server, '127.0.0.1', 0);
  const { headers: sent } = await fetch(`http://127.0.0.1:${port}/`);
  server.close();
  const headers = new Map(sent);
  const standing = new Map<string, string>();
  const flat = standingHeaders();
  for (let at = 0; at < flat.length; at += 2) standing.set(flat[at]!.toLowerCase(), flat[at + 1]!);
  assert.equal(standing.get('cache-control'), 'no-store');
  assert.equal(standing.get('vary'), 'Authorization, DPoP');
  assert.match(standing.get('strict-transport-security') ?? '', /max-age=\d+/);
  standing.delete('vary');
  for (const name of ['date', 'connection', 'keep-alive', 'content-length']) headers.delete(name);
  assert.deepEqual(Object.fromEntries(standing), Object.fromEntries(headers));
});
