/** What an operator hears of the providers: metrics by host, a line where one is left alone, its certificates. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeLogger } from '../../../src/adapters/telemetry/logger.ts';
import { makeMetrics } from '../../../src/adapters/telemetry/metrics.ts';
import { readConfig } from '../../../src/config.ts';
import { readSecretsAndFiles } from '../../../src/roof/settings/upstream-secrets-file.ts';
import { openUpstream } from '../../../src/roof/threads/open-upstream.ts';
import { makeCertificate } from '../../support/certificates.ts';
import { A_REQUEST, aContext, aDataset, RawServer } from '../../support/test-upstream.ts';
import { environment } from '../../support/whole-gateway.ts';

const DAY_MS = 86_400_000;

function opened(t: TestContext, secrets: object = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'open-upstream-'));
  for (const name of ['policies', 'keys', 'pinned-keys.json']) writeFileSync(join(folder, name), '');
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
  const config = readConfig(environment(folder));
  const metrics = makeMetrics(undefined);
  const upstream = openUpstream({
    ...{ config, metrics, logger: makeLogger('error'), datasets: () => [] },
    secrets: readSecretsAndFiles(config.upstreamSecretsFile),
  });
  t.after(async () => {
    await upstream.close();
    rmSync(folder, { recursive: true });
  });
  const measured = async (name: string): Promise<string[]> =>
    (await metrics.text()).text.split('\n').filter((line) => line.startsWith(name));
  return { upstream, measured };
}

test('a provider that is left alone is named with its host, in a line and in the metrics', async (t) => {
  const server = await RawServer.start((socket) => socket.destroy());
  t.after(() => server.stop());
  const { upstream, measured } = opened(t);
  const ask = () =>
    upstream.client.fetch(A_REQUEST, aDataset(server.address), aContext()).catch(() => undefined);
  await ask();
  assert.deepEqual(upstream.attention(), []);
  assert.deepEqual(await measured('gateway_upstream_state'), [
    `gateway_upstream_state{upstream="127.0.0.1:${server.port}"} 0`,
  ]);
  for (let n = 0; n < 9; n += 1) await ask();
  assert.match(upstream.attention().join(), new RegExp(`127\\.0\\.0\\.1:${server.port} failed too often`));
  assert.deepEqual(await measured('gateway_upstream_state'), [
    `gateway_upstream_state{upstream="127.0.0.1:${server.port}"} 2`,
  ]);
  assert.deepEqual(await measured('gateway_events_total'), [
    'gateway_events_total{event="upstream-paused"} 1',
  ]);
  assert.equal((await measured('gateway_upstream_calls')).at(0)?.endsWith(' 0'), true);
});

test('the certificates that the gateway shows to providers are there to be watched, by the names of their secrets', (t) => {
  const { cert, key } = makeCertificate({ notAfter: new Date(Date.now() + DAY_MS) });
  const { upstream } = opened(t, {
    BADGES: { kind: 'client certificate', host: 'a.example', certificate: cert, certificateKey: key },
    MEALS: { kind: 'api key', host: 'b.example', value: 'a key' },
  });
  const [badges, ...others] = upstream.certificates();
  assert.deepEqual([badges?.name, others], ['upstream BADGES', []]);
  assert.equal(badges?.words, 'the certificate of the upstream secret BADGES');
  assert.ok(Math.abs((badges?.goodUntilMs ?? 0) - Date.now() - DAY_MS) < 60_000);
});
