/** Networks of an agreement: what they hold, and what is none. */
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { isInNetworks, type Network, readNetwork } from '../../src/domain/network.ts';

function network(words: string): Network {
  return readNetwork(words) ?? assert.fail(words);
}

test('a network holds its first and its last address and none beside them', () => {
  const held = [network('192.0.2.64/26')];
  assert.deepEqual(
    ['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128'].map((address) => isInNetworks(held, address)),
    [false, true, true, false],
  );
});

test('an address without a prefix is that address alone', () => {
  const held = [network('192.0.2.7'), network('2001:db8::7')];
  assert.ok(isInNetworks(held, '192.0.2.7') && isInNetworks(held, '2001:DB8:0:0::7'));
  assert.ok(!isInNetworks(held, '192.0.2.8') && !isInNetworks(held, '2001:db8::8'));
});

test('an address of IPv4 that a socket of IPv6 saw is the same address', () => {
  assert.ok(isInNetworks([network('192.0.2.0/24')], '::ffff:192.0.2.9'));
  assert.ok(!isInNetworks([network('::/0')], '192.0.2.9'));
});

test('what is no address is in no network', () => {
  const all = [network('0.0.0.0/0'), network('::/0')];
  for (const text of [
    '',
    'localhost',
    '192.0.2',
    '192.0.2.256',
    '192.0.02.1',
    ':::',
    '1::2::3',
    '2001:db8::12345',
  ])
    assert.ok(!isInNetworks(all, text), text);
});

test('what is no network is not read', () => {
  const wrong = [
    '',
    '192.0.2.1/24',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/',
    '192.0.2.0/24/1',
    '2001:db8::1/32',
    '2001:db8::/129',
    'example.org',
    '10.0.0.0/-1',
  ];
  for (const words of wrong) assert.equal(readNetwork(words), undefined, words);
});

test('for any address and network it says what the runtime says', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 1, max: 32 }), (one, other, prefix) => {
      const list = new BlockList();
      list.addSubnet(one, prefix);
      const bits = BigInt(32 - prefix);
      const base = (one.split('.').reduce((sum, part) => (sum << 8n) + BigInt(part), 0n) >> bits) << bits;
      const words = [24n, 16n, 8n, 0n].map((shift) => (base >> shift) & 255n).join('.');
      const held = [network(`${words}/${prefix}`)];
      assert.equal(isInNetworks(held, other), list.check(other));
      assert.ok(isInNetworks(held, one));
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
      const list = new BlockList();
      list.addAddress(one, 'ipv6');
      const read = readNetwork(one);
      if (read !== undefined) assert.equal(isInNetworks([read], other), list.check(other, 'ipv6'));
    }),
  );
});
