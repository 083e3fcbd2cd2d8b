/** RS-23 to RS-25: keys are renewed in time, never fetched in a flood, and an outage is a failure, not a refusal. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  COOL_DOWN_MS,
  IssuerKeys,
  type KeyEvent,
  OLDEST_MS,
  OLDEST_WITHOUT_ISSUER_MS,
  RENEW_AFTER_MS,
  RETRY_MS,
} from '../../../src/adapters/oidc/issuer-keys.ts';
import { TestIssuer } from '../../support/test-issuer.ts';
import { until } from '../../support/test-upstream.ts';

const unavailable = { name: 'GatewayError', code: 'issuer-unavailable' };
const START = 1_800_000_000_000;

describe('issuer keys', () => {
  let issuer: TestIssuer;
  let keys: IssuerKeys;
  let events: KeyEvent[];

  before(async () => {
    issuer = await TestIssuer.start();
  });
  after(() => issuer.stop());
  beforeEach(async () => {
    issuer.published = [];
    issuer.fetches.keys = 0;
    issuer.keysStatus = 200;
    await issuer.publishNew('ES256', 'first');
    events = [];
    keys = new IssuerKeys(issuer.url, fetch, (event) => events.push(event));
  });

  it('are fetched once for many tokens at one time', async () => {
    const sets = await Promise.all(Array.from({ length: 50 }, () => keys.current(START)));
    assert.equal(new Set(sets).size, 1);
    assert.equal(issuer.fetches.keys, 1);
    assert.ok(!(keys.current(START + 1) instanceof Promise), 'known keys are handed out at once');
  });

  it('RS-23: 500 unknown keys in one second cause one fetch in a cool-down', async () => {
    const set = await keys.current(START);
    const found = await Promise.all(
      Array.from({ length: 500 }, (_, n) => keys.afterUnknownKey(set, START + COOL_DOWN_MS + n)),
    );
    assert.ok(found.every((one) => one === undefined));
    assert.equal(issuer.fetches.keys, 2);
    await keys.afterUnknownKey(set, START + COOL_DOWN_MS * 2 - 1);
    assert.equal(issuer.fetches.keys, 2);
    await keys.afterUnknownKey(set, START + COOL_DOWN_MS * 2);
    assert.equal(issuer.fetches.keys, 3);
  });

  it('hand out a key that was added, once the cool-down is over', async () => {
    const set = await keys.current(START);
    await issuer.publishNew('ES256', 'second');
    assert.equal(await keys.afterUnknownKey(set, START + COOL_DOWN_MS - 1), undefined);
    const renewed = await keys.afterUnknownKey(set, START + COOL_DOWN_MS);
    assert.ok(renewed !== undefined && renewed !== set && keys.holds(renewed));
    assert.deepEqual(events.at(-1), { kind: 'keys-fetched', issuer: issuer.url, changed: true });
  });

  it('are renewed in the background while they may still be used', async () => {
    const set = await keys.current(START);
    assert.equal(keys.current(START + RENEW_AFTER_MS), set);
    await until(() => events.length === 2);
    assert.equal(issuer.fetches.keys, 2);
    assert.ok(keys.holds(set), 'the same keys are the same set');
  });

  it('RS-25: a key that was taken back is gone after the oldest age at the latest', async () => {
    const set = await keys.current(START);
    issuer.published = [];
    await issuer.publishNew('ES256', 'second');
    const later = await keys.current(START + OLDEST_MS);
    assert.notEqual(later.fingerprint, set.fingerprint);
    assert.ok(!keys.holds(set));
  });

  it('what they proved is never settled beyond their oldest age', async () => {
    await keys.current(START);
    assert.ok(keys.settledUntilMs <= START + OLDEST_MS);
    keys.current(START + RENEW_AFTER_MS + 1);
    assert.ok(keys.settledUntilMs <= START + OLDEST_MS);
    await until(() => events.length === 2);
  });

  it('RS-24: serve on while the issuer cannot be asked, up to the stated age, then fail', async () => {
    const set = await keys.current(START);
    issuer.keysStatus = 500;
    assert.equal(await keys.current(START + OLDEST_MS), set);
    assert.equal(events.at(-1)?.kind, 'keys-unavailable');
    assert.equal(await keys.current(START + OLDEST_WITHOUT_ISSUER_MS - 1), set);
    await assert.rejects(async () => keys.current(START + OLDEST_WITHOUT_ISSUER_MS), unavailable);
    issuer.keysStatus = 200;
    assert.ok(await keys.current(START + OLDEST_WITHOUT_ISSUER_MS + COOL_DOWN_MS));
  });

  it('RS-24: do not ask an issuer that is down more than once in a cool-down', async () => {
    await keys.current(START);
    issuer.keysStatus = 500;
    for (let n = 0; n < 20; n += 1) await keys.current(START + OLDEST_MS + n);
    assert.equal(issuer.fetches.keys, 2);
  });

  it('RS-24: fail as a failure where there never were any, and try again soon', async () => {
    issuer.keysStatus = 503;
    await assert.rejects(async () => keys.current(START), { ...unavailable, retryAfterSeconds: 5 });
    await assert.rejects(async () => keys.current(START + RETRY_MS - 1), unavailable);
    assert.equal(issuer.fetches.keys, 1);
    issuer.keysStatus = 200;
    assert.ok(await keys.current(START + RETRY_MS));
  });

  it('say that nobody can tell where an unknown key comes while the issuer is down', async () => {
    const set = await keys.current(START);
    issuer.keysStatus = 500;
    await assert.rejects(keys.afterUnknownKey(set, START + COOL_DOWN_MS), unavailable);
  });
});
