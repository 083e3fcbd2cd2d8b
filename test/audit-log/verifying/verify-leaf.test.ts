import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLeaf, readSlowly } from '../../../src/audit-log/verifying/verify-leaf.ts';
import { canonicalJson, type Json } from '../../../src/encoding/canonical-json.ts';
import { SampleEntries } from '../../support/sample-log.ts';

const sample = new SampleEntries();
const ENTRIES = [sample.begin(), ...sample.exchange(1, 2), sample.refused(2)];
const [, , released] = ENTRIES;
const TEXT = Buffer.from(released!.leaf).toString();

function read(text: string, kind = 'released'): ReturnType<typeof readLeaf> {
  return readLeaf(Buffer.from(text), kind);
}

test('the quick way and the slow way read every kind of leaf alike', () => {
  for (const { leaf, kind } of ENTRIES) {
    const quick = readLeaf(leaf, kind);
    assert.equal(typeof quick, 'object');
    assert.deepEqual(quick, readSlowly(Buffer.from(leaf).toString()));
    assert.deepEqual(readLeaf(leaf, 'no such kind'), quick);
  }
});

test('the members that hold a log together are read', () => {
  const leaf = read(TEXT);
  assert.ok(typeof leaf === 'object');
  assert.equal(leaf.kind, 'released');
  assert.equal(leaf.exchange, released!.exchange);
  assert.equal(leaf.sent, Buffer.from(ENTRIES[1]!.leafHash).toString('base64'));
  assert.deepEqual([leaf.seq, leaf.part, leaf.last], [3, 1, false]);
  assert.equal(Date.parse(leaf.at), released!.atMs);
});

test('no changed character is read otherwise the quick way than the slow way', () => {
  fc.assert(
    fc.property(fc.nat(TEXT.length - 1), fc.string({ maxLength: 2 }), fc.nat(2), (at, put, cut) => {
      const changed = TEXT.slice(0, at) + put + TEXT.slice(at + cut);
      assert.deepEqual(read(changed), readSlowly(changed));
    }),
    { numRuns: 2000 },
  );
});

test('what is no canonical JSON is refused, whatever it would mean', () => {
  const value = JSON.parse(TEXT);
  assert.equal(read(JSON.stringify(value, undefined, 1)), 'is not canonical JSON');
  assert.equal(read(TEXT.replace('"bytes":231', '"bytes":231.0')), 'is not canonical JSON');
  assert.equal(read(TEXT.replace('"bytes":231', '"bytes":1,"bytes":231')), 'is not canonical JSON');
  assert.equal(read(TEXT.replace('southfen', '\\u0073outhfen')), 'is not canonical JSON');
  assert.equal(read(TEXT.replace('southfen', '\\ud800southfen')), 'is not canonical JSON');
  const { v, ...rest } = value;
  assert.match(String(read(JSON.stringify({ v, ...rest }))), /order/);
});

test('what is no leaf is refused in words', () => {
  assert.equal(read(''), 'is not JSON');
  assert.equal(read('\ufeff{}'), 'is not JSON');
  assert.equal(readLeaf(Buffer.of(0x7b, 0xff, 0x7d), 'sent'), 'is not UTF-8');
  assert.equal(readLeaf(Buffer.alloc(32 * 1024 + 1, 0x20), 'sent'), 'is larger than 32768 bytes');
  assert.match(String(read(canonicalJson({ ...JSON.parse(TEXT), name: 'x' } as Json))), /does not have/);
});

test('texts with escapes and other alphabets, and counts of 16 digits, are read', () => {
  const members = {
    ...JSON.parse(TEXT),
    purpose: 'a "check"\n\u0001 \u{1f600} Gwiriad \u0175',
    bytes: 9007199254740991,
  };
  assert.equal(typeof read(canonicalJson(members as Json)), 'object');
  assert.equal(typeof read(canonicalJson({ ...members, bytes: 9007199254740992 } as Json)), 'string');
});
