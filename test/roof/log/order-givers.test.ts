import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogReaders, Reader, ReaderRefused } from '../../../src/roof/log/log-readers.ts';
import { namedGivers, provedGivers } from '../../../src/roof/log/order-givers.ts';
import { shown } from '../../support/shown.ts';

const person = { issuer: 'https://login.northmere.example', id: 'officer-0417' };
const proved: Reader = { assurance: 'proved', organisation: 'northmere', role: 'IG', person, sees: 'all' };
const named = { by: 'R. Shah', credentials: shown(undefined) };
const withToken = { by: 'R. Shah', credentials: shown('Bearer any') };

function giversOf(found: Reader | ReaderRefused) {
  const read: unknown[] = [];
  const readers = {
    reader: async () => found,
    recordedReading: async (reader: Reader, { members }: { members: unknown }, release: () => unknown) => {
      read.push([reader.assurance, members]);
      return release();
    },
  } as unknown as LogReaders;
  return { givers: provedGivers(() => readers), read };
}

test('a token proves who orders, whatever name stands beside it', async () => {
  const { givers, read } = giversOf(proved);
  assert.deepEqual(await givers.giver(withToken), proved);
  assert.equal(await givers.recordRead(withToken, { code: 'holds' }), undefined);
  assert.deepEqual(read, [['proved', { code: 'holds' }]]);
});

test('a token of somebody who sees a part of the log orders nothing and is shown nothing', async () => {
  const { givers, read } = giversOf({ ...proved, sees: { organisation: 'northmere' } });
  for (const answer of [await givers.giver(withToken), await givers.recordRead(withToken, {})])
    assert.match(JSON.stringify(answer), /sees a part of the log only/);
  assert.deepEqual(read, []);
});

test('without a token the name counts, and where the settings refuse such readers it does not', async () => {
  const { givers } = giversOf({ assurance: 'unproved', stated: 'R. Shah', sees: 'all' });
  assert.deepEqual(await givers.giver(named), { assurance: 'unproved', name: 'R. Shah' });
  assert.match(JSON.stringify(await givers.giver({ credentials: shown(undefined) })), /say with --by/);
  const refused = giversOf({ status: 401, refused: 'with a token only' });
  assert.deepEqual(await refused.givers.giver(named), { wrong: 'with a token only' });
  assert.deepEqual(await refused.givers.recordRead(named, {}), { wrong: 'with a token only' });
});

test('while no gateway runs a name is all there is, and a look is still an entry', async () => {
  const appended: unknown[] = [];
  const givers = namedGivers(async (...note) => {
    appended.push(note);
    return Promise.reject(new Error('not needed'));
  });
  assert.deepEqual(await givers.giver(named), { assurance: 'unproved', name: 'R. Shah' });
  assert.match(JSON.stringify(await givers.giver(withToken)), /a token counts only while the gateway runs/);
  await assert.rejects(givers.recordRead(named, { code: 'holds' }), /not needed/);
  assert.deepEqual(appended, [['read', { code: 'holds', assurance: 'unproved' }]]);
});
