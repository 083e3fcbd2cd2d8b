import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { signingKeyPlace } from '../../../demo/signed-policies.ts';
import { signText } from '../../../src/adapters/signing/signed-text.ts';
import { readSigningKeyFile } from '../../../src/adapters/signing/signing-key-file.ts';
import { makeLogger } from '../../../src/adapters/telemetry/logger.ts';
import { readConfig } from '../../../src/config.ts';
import { stopText } from '../../../src/domain/stop.ts';
import { openLogOfGateway } from '../../../src/roof/log/log-at-rest.ts';
import { FollowedPolicies } from '../../../src/roof/policies/followed-policies.ts';
import { until } from '../../support/until.ts';
import { type WholeGateway, wholeGateway } from '../../support/whole-gateway.ts';

const KERBSIDE = 'DSA-2026-014';

async function followed(t: TestContext): Promise<{ gateway: WholeGateway; follower: FollowedPolicies }> {
  const gateway = await wholeGateway();
  const config = readConfig(gateway.settings);
  const reader = await openLogOfGateway(config);
  const taken = () => undefined;
  const logger = makeLogger('error');
  const follower = new FollowedPolicies({ config, reader, logger, now: Date.now, onTaken: taken });
  await follower.start();
  t.after(async () => {
    follower.stop();
    await reader.close();
    await gateway.close();
  });
  return { gateway, follower };
}

test('a thread that follows judges by the set that stands in the log, and by the next one once that stands there', async (t) => {
  const { gateway, follower } = await followed(t);
  const before = follower.policies.current()?.sha256;
  assert.match(before ?? '', /^[0-9a-f]{64}$/);
  const file = join(gateway.folder, 'policies/organisations/westhaven-district-council.yaml');
  writeFileSync(file, `${readFileSync(file, 'utf8')}\n# another set\n`);
  await until('the next set', () => follower.policies.current()?.sha256 !== before);
  const entered = gateway.leaves().filter(({ kind }) => kind === 'policies');
  assert.equal(entered.at(-1)?.['policies'], follower.policies.current()?.sha256);
});

test('a stop that another thread took counts for the one that follows, and no order is taken there', async (t) => {
  const { gateway, follower } = await followed(t);
  const by = 'westhaven-district-council';
  const key = readSigningKeyFile(signingKeyPlace(join(gateway.folder, 'signing'), by));
  const order = stopText({ order: 'suspend', agreement: KERBSIDE, by, reason: 'a drill', atMs: Date.now() });
  const body = await signText(order, 'stop', key);
  assert.deepEqual(follower.stops.standing(), []);
  assert.equal((await fetch(`${gateway.operations}/policies/stops`, { method: 'POST', body })).status, 200);
  await until('the stop', () => follower.stops.standing().length === 1);
  assert.deepEqual([...(follower.policies.current()?.stops.keys() ?? [])], [KERBSIDE]);
  const resume = stopText({ order: 'resume', agreement: KERBSIDE, by, reason: 'over', atMs: Date.now() });
  await assert.rejects(
    follower.stops.take(await signText(resume, 'stop', key)),
    /another|taken by the thread/,
  );
});
