/** Only public addresses and what the configuration allows, in whatever spelling an address comes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AllowedPlaces, bareHost, isLoopback } from '../../../src/adapters/upstream/network-addresses.ts';

const NOWHERE = new AllowedPlaces([]);

describe('network addresses', () => {
  it('refuses loopback, private, link-local, metadata, multicast and unspecified addresses', () => {
    const refused = [
      ...['127.0.0.1', '127.255.0.9', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
      ...['169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1'],
      ...['::', '::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2002:7f00:1::'],
      ...['64:ff9b::a9fe:a9fe', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe', '::127.0.0.1'],
      ...['0:0:0:0:0:ffff:10.0.0.1', 'fe80::1%eth0', '2001::1', 'fec0::1'],
    ];
    for (const address of refused) assert.equal(NOWHERE.allows('api.example', address), false, address);
  });

  it('lets public addresses through', () => {
    for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1']) {
      assert.equal(NOWHERE.allows('api.example', address), true, address);
    }
  });

  it('lets through what the configuration allows by host, address or network, and nothing beside it', () => {
    const places = new AllowedPlaces(['api.internal.example', '10.4.0.0/16', 'fd00::/8', '192.168.7.7']);
    assert.equal(places.allows('api.internal.example', '10.9.9.9'), true);
    assert.equal(places.allows('other.example', '10.9.9.9'), false);
    assert.equal(places.allows('other.example', '10.4.255.1'), true);
    assert.equal(places.allows('other.example', '::ffff:10.4.0.1'), true);
    assert.equal(places.allows('other.example', 'fd12::1'), true);
    assert.equal(places.allows('other.example', '192.168.7.7'), true);
    assert.equal(places.allows('other.example', '192.168.7.8'), false);
  });

  it('judges an IPv4-mapped address as the IPv4 address that it is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        const plain = NOWHERE.allows('x', address);
        assert.equal(NOWHERE.allows('x', `::ffff:${address}`), plain);
        assert.equal(NOWHERE.allows('x', hex), plain);
      }),
    );
  });

  it('refuses what is no address at all', () => {
    for (const text of ['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.1.1.1 ']) {
      assert.equal(NOWHERE.allows('x', text), false, text);
    }
  });

  it('refuses a configuration that it does not understand', () => {
    for (const place of [
      '',
      '10.0.0.0/33',
      '10.0.0/8',
      'https://a.example',
      'a b',
      '*.example',
      '::/129',
      'a.example:80',
    ]) {
      assert.throws(() => new AllowedPlaces([place]), TypeError, place);
    }
  });

  it('knows loopback by name and by address', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1']) assert.ok(isLoopback(host), host);
    for (const host of ['localhost.example', '128.0.0.1', '::2']) assert.ok(!isLoopback(host), host);
    assert.equal(bareHost(new URL('http://[::1]:80/')), '::1');
  });
});
