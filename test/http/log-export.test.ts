import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, test } from 'node:test';
import express from 'express';
import { linesOfEntries } from '../../src/audit-log/proving/entry-lines.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import type { LogDoor, ReadFacts } from '../../src/http/log-door.ts';
import { logExport } from '../../src/http/log-export.ts';
import { listen, makeServer } from '../../src/http/server.ts';
import { sampleTiles } from '../support/sample-tiles.ts';

const { folder, log, reader } = await sampleTiles(400);
const recorded: ReadFacts[] = [];
let record: (facts: ReadFacts) => Promise<void> = async (facts) => void recorded.push(facts);
let pagesRead = 0;
const door: LogDoor = async () => ({ sees: 'all', record: (facts) => record(facts) });
const app = express();
app.use(
  '/log',
  logExport(door, reader, (asked) => {
    pagesRead += 1;
    return linesOfEntries(reader, asked);
  }),
);
const server = makeServer(app, undefined);
const address = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}/log/export`;
after(() => {
  server.closeAllConnections();
  server.close();
  reader.close();
  rmSync(folder, { recursive: true });
});

test('all entries flow out over many pages, each once, in order, as the exact text that was hashed', async () => {
  const answer = await fetch(address);
  const lines = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const stored = reader.entries(0, log.size);
  assert.ok(log.size > 768);
  assert.deepEqual(
    lines.map(({ index, leaf }) => [index, leaf]),
    stored.map(({ index, leaf }) => [index, Buffer.from(leaf).toString()]),
  );
  assert.ok(pagesRead >= 4);
  assert.deepEqual(recorded, [{ code: 'export', first: 0, size: log.size }]);
});

test('a time and a range of indexes bound it together', async () => {
  const at = new Date(reader.entries(300, 1)[0]?.atMs ?? 0).toISOString();
  const answer = await fetch(`${address}?from=${at}&first=250&size=55`);
  const lines = (await answer.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual([lines[0]?.index, lines.length], [300, 5]);
  assert.deepEqual(recorded.at(-1), { code: 'export', first: 300, size: 5 });
});

test('where the reading cannot be recorded nothing of the log leaves', async () => {
  record = () => Promise.reject(new GatewayError('log-unavailable', 'no room'));
  pagesRead = 0;
  const answer = await fetch(address);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /The log cannot be read now/);
  assert.equal(pagesRead, 0);
  record = async (facts) => void recorded.push(facts);
});
