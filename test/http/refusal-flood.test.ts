import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusalFlood } from '../../src/http/refusal-flood.ts';

test('enters 50 refusals of one address, holds back the next and counts it', () => {
  const flood = new RefusalFlood();
  for (let refusal = 0; refusal < 50; refusal += 1) assert.ok(flood.admits('192.0.2.1', 0));
  assert.ok(!flood.admits('192.0.2.1', 0));
  assert.ok(!flood.admits('192.0.2.1', 10));
  assert.equal(flood.takeHeldBack(), 2);
  assert.equal(flood.takeHeldBack(), 0);
});

test('gives back ten a second, never more than fifty', () => {
  const flood = new RefusalFlood();
  for (let refusal = 0; refusal < 51; refusal += 1) flood.admits('192.0.2.1', 0);
  const admitted = (atMs: number): number => {
    let count = 0;
    while (flood.admits('192.0.2.1', atMs)) count += 1;
    return count;
  };
  assert.equal(admitted(1000), 10);
  assert.equal(admitted(1_000_000), 50);
});

test('holds back one address without another', () => {
  const flood = new RefusalFlood();
  for (let refusal = 0; refusal < 60; refusal += 1) flood.admits('192.0.2.1', 0);
  assert.ok(flood.admits('192.0.2.2', 0));
});

test('remembers a bounded number of addresses, and forgets the one that was quiet for longest', () => {
  const flood = new RefusalFlood({ entriesPerSecond: 10_000, triesPerSecond: 1 });
  const shutOut = (address: string): boolean => !flood.mayTry(address, 0);
  for (const address of ['192.0.2.1', '192.0.2.2'])
    for (let nth = 0; nth < 10; nth += 1) flood.admits(address, 0);
  for (let host = 0; host < 9_998; host += 1) flood.admits(`2001:db8:0:${host.toString(16)}::1`, 0);
  assert.deepEqual(['192.0.2.1', '192.0.2.2'].map(shutOut), [true, true]);
  flood.admits('192.0.2.1', 0);
  flood.admits('2001:db8:1::1', 0);
  assert.deepEqual(['192.0.2.1', '192.0.2.2'].map(shutOut), [true, false]);
});

test('enters no more than a hundred a second of any number of addresses', () => {
  const flood = new RefusalFlood();
  const entered = (atMs: number): number =>
    Array.from({ length: 20_000 }, (_, host) =>
      flood.admits(`2001:db8:${atMs.toString(16)}:${host.toString(16)}::1`, atMs),
    ).filter((one) => one).length;
  assert.equal(entered(0), 500);
  assert.equal(entered(1000), 100);
  assert.equal(flood.takeHeldBack(), 39_400);
});

test('looks at a thousand unproved requests of one address, then at none, and at a hundred more after a second', () => {
  const flood = new RefusalFlood();
  const looked = (atMs: number): number => {
    let count = 0;
    while (flood.mayTry('192.0.2.1', atMs)) {
      flood.admits('192.0.2.1', atMs);
      count += 1;
    }
    return count;
  };
  assert.equal(looked(0), 1000);
  assert.equal(flood.retryAfterSeconds('192.0.2.1', 0), 1);
  assert.equal(looked(1000), 100);
  assert.ok(flood.mayTry('192.0.2.2', 1000));
});

test('what was under way when the room was gone shuts an address out for no longer', () => {
  const flood = new RefusalFlood();
  for (let nth = 0; nth < 100_000; nth += 1) flood.admits('192.0.2.1', 0);
  assert.ok(!flood.mayTry('192.0.2.1', 0));
  assert.ok(flood.mayTry('192.0.2.1', 1000));
});

test('an address that proves somebody is never counted', () => {
  const flood = new RefusalFlood();
  for (let nth = 0; nth < 5000; nth += 1) assert.ok(flood.mayTry('192.0.2.1', 0));
});

test('takes the addresses of one IPv6 network for one caller, however they are written', () => {
  const flood = new RefusalFlood();
  for (let host = 0; host < 50; host += 1) assert.ok(flood.admits(`2001:db8::${host.toString(16)}`, 0));
  for (const address of ['2001:db8::ffff', '2001:db8:0:0:1:2:3:4', '2001:db8:0:0:1::', '2001:db8::1:0:0:9'])
    assert.ok(!flood.admits(address, 0), address);
  for (const address of ['2001:db8:0:1::', '2001:db9::1', '::1', '::ffff:192.0.2.1'])
    assert.ok(flood.admits(address, 0), address);
});

test('takes an IPv4 address that stands inside an IPv6 one for itself', () => {
  const flood = new RefusalFlood();
  for (let refusal = 0; refusal < 50; refusal += 1) assert.ok(flood.admits('::ffff:192.0.2.1', 0));
  assert.ok(!flood.admits('192.0.2.1', 0));
  assert.ok(flood.admits('::ffff:192.0.2.2', 0));
});
