import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { AUDIENCE, EXCHANGE_HEADERS } from '../../bench/gateway.ts';
import { startIssuer } from '../../bench/issuer.ts';
import { readMachine } from '../../bench/machine.ts';
import { startListener } from '../../bench/server-process.ts';
import { LARGE_PATH, LIST_PATH, makeBodies, ONE_PATH, startUpstream } from '../../bench/upstream.ts';

const machine = { ...readMachine(), nginx: undefined, taskset: undefined };
const BENCH = join(import.meta.dirname, '../../bench');

test('both references do what the benchmark says that they do', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-references-'));
  const bodies = makeBodies();
  const upstream = await startUpstream(machine, folder, bodies);
  const issuer = await startIssuer();
  const LOG_FILE = join(folder, 'hand-assembled.sqlite');
  const [hand, bare] = await Promise.all([
    startListener({
      machine,
      core: 0,
      command: [process.execPath, join(BENCH, 'hand-assembled.ts')],
      environment: { UPSTREAM: upstream.origin, ISSUER: issuer.issuer, AUDIENCE, LOG_FILE },
    }),
    startListener({
      machine,
      core: 0,
      command: [process.execPath, join(BENCH, 'bare-proxy.ts')],
      environment: { UPSTREAM: upstream.origin },
    }),
  ]);
  try {
    const headers = {
      Authorization: `Bearer ${await issuer.token('RS256', AUDIENCE)}`,
      ...EXCHANGE_HEADERS,
    };
    const answers = [
      [ONE_PATH, bodies.one],
      [LIST_PATH, bodies.list],
      [LARGE_PATH, bodies.large],
    ] as const;
    for (const [path, body] of answers) {
      assert.ok(body.agreed.equals(await bytesAt(`http://127.0.0.1:${hand.port}${path}`, headers)));
      assert.ok(body.whole.equals(await bytesAt(`http://127.0.0.1:${bare.port}${path}`, headers)));
    }
    const refused = await fetch(`http://127.0.0.1:${hand.port}${ONE_PATH}`);
    assert.equal(refused.status, 401);
    const foreign = await issuer.token('RS256', 'https://another.example');
    const elsewhere = { ...headers, Authorization: `Bearer ${foreign}` };
    assert.equal(
      (await fetch(`http://127.0.0.1:${hand.port}${ONE_PATH}`, { headers: elsewhere })).status,
      401,
    );
    const log = new DatabaseSync(LOG_FILE, { readOnly: true });
    assert.equal(log.prepare('SELECT count(*) AS rows FROM requests').get()?.['rows'], answers.length);
    log.close();
  } finally {
    await Promise.all([hand.server.stop(), bare.server.stop(), upstream.process.stop(), issuer.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
});

async function bytesAt(url: string, headers: Record<string, string>): Promise<Buffer> {
  const response = await fetch(url, { headers });
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}
