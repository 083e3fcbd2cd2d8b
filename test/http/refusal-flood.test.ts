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

test('remembers a bounded number of addresses', () => {
  const flood = new RefusalFlood();
  for (let host = 0; host < 20_000; host += 1)
    assert.ok(flood.admits(`2001:db8:0:${host.toString(16)}::1`, 0));
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
