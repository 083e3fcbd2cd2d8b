import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listEntries } from '../../src/cli/list-entries.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';

let gateway: WholeGateway;
let exchange: string;
before(async () => {
  gateway = await wholeGateway();
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['CEO'],
  });
  const headers = {
    authorization: `Bearer ${token}`,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'P',
  };
  exchange =
    (await fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers })).headers.get('exchange-id') ?? '';
});
after(() => gateway.close());

async function listed(options: Partial<Parameters<typeof listEntries>[0]>) {
  const said = { out: '', err: '' };
  const io = {
    out(text: string) {
      said.out += text;
    },
    err(text: string) {
      said.err += text;
    },
    errIsTerminal: false,
  };
  const all = { operations: gateway.operations, most: 20, exchange: undefined, kind: undefined, json: false };
  const code = await listEntries({ ...all, ...options }, io);
  return { code, ...said };
}

test('prints one plain line for each entry, newest first', async () => {
  const { code, out } = await listed({ exchange });
  assert.equal(code, 0);
  const [released, sent, ...more] = out.trimEnd().split('\n');
  assert.match(
    released ?? '',
    /· released · .* · blue-badges · look up one badge · parking enforcement · DSA-2026-014 version 3 · records 1, fields badgeNumber statusCode, withheld 0$/,
  );
  assert.match(sent ?? '', /· sent ·/);
  assert.equal(more.length, 0);
});

test('prints whole entries as JSON lines', async () => {
  const { out } = await listed({ kind: 'sent', json: true });
  assert.equal(JSON.parse(out).leaf.kind, 'sent');
});

test('says what to look at where no gateway answers', async () => {
  const { code, out, err } = await listed({ operations: 'http://127.0.0.1:1' });
  assert.equal(code, 1);
  assert.equal(out, '');
  assert.match(err, /is it running/);
});
