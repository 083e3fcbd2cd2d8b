import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { EntryFrame, framedEntries } from '../../../src/audit-log/writing/entry-frame.ts';
import { ENTRY_KINDS } from '../../../src/domain/audit-entry.ts';
import { LARGEST_LEAF } from '../../../src/domain/leaf.ts';
import { exchangeId } from '../../support/drafts.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const entry = fc.record({
  kind: fc.constantFrom(...ENTRY_KINDS),
  exchange: fc.constantFrom(undefined, exchangeId(1_795_000_000_000)),
  atMs: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
  head: text,
  tail: text,
  sealed: fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  goesOn: fc.constantFrom(0, 1, 70_000),
  seq: fc.oneof(fc.integer({ min: 1, max: 99 }), fc.constant(Number.MAX_SAFE_INTEGER)),
});

test('what goes into a frame comes out of it, each leaf around its seq and behind the prefix of its hash (RFC 6962)', () => {
  const frame = new EntryFrame();
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      for (const { kind, exchange, atMs, head, tail, sealed, goesOn } of entries)
        assert.ok(frame.add(kind, exchange, atMs, { head, tail }, sealed, sealed.length, goesOn));
      const { count } = frame;
      const taken = frame.take();
      const framed = framedEntries(taken, count);
      assert.equal(framed.length, entries.length);
      for (const [nth, { kind, exchange, atMs, head, tail, sealed, goesOn, seq }] of entries.entries()) {
        const out = framed[nth]!;
        const hashed = out.settle(seq, undefined);
        assert.equal(hashed.toString(), `\0${head}${seq}${tail}`);
        assert.deepEqual(
          [out.kind, out.exchange, out.atMs, out.goesOnAfterPart],
          [kind, exchange, atMs, goesOn],
        );
        assert.deepEqual(out.sealed && Buffer.from(out.sealed), sealed.length === 0 ? undefined : sealed);
      }
      frame.giveBack([taken]);
    }),
  );
});

test('a frame that comes back is used again; of many, or of large ones, few are kept', () => {
  const frame = new EntryFrame();
  const taken = [frame.take()];
  frame.giveBack(taken);
  frame.take();
  assert.equal(frame.take(), taken[0]);
  const many = Array.from({ length: 9 }, () => new ArrayBuffer(300_000));
  frame.giveBack([new ArrayBuffer(2_000_000), ...many]);
  const next = new Set(Array.from({ length: 12 }, () => frame.take()));
  assert.equal([...next].filter((one) => many.includes(one)).length, 3);
  assert.ok([...next].every(({ byteLength }) => byteLength < 2_000_000));
});

test('a later instant replaces the one of the leaf, and no text that looks like it', () => {
  const frame = new EntryFrame();
  const head = '{"agreement":{"id":"\\"at\\":\\"Ŵ"},"at":"2026-11-23T16:00:00.000Z","seq":';
  frame.add('sent', undefined, 0, { head, tail: '}' }, Buffer.alloc(0), 0);
  const [framed] = framedEntries(frame.take(), 1);
  const hashed = framed!.settle(7, '2026-11-23T16:00:00.417Z');
  assert.equal(hashed.toString(), `\0${head.replace('00.000Z', '00.417Z')}7}`);
});

test('a leaf that is too large is not added, and the frame stays as it was', () => {
  const frame = new EntryFrame();
  const head = 'x'.repeat(LARGEST_LEAF - 16 - 1);
  const row = randomBytes(10);
  assert.equal(frame.add('sent', undefined, 0, { head, tail: 'yz' }, row, 10), false);
  assert.equal(frame.count, 0);
  assert.ok(frame.add('sent', undefined, 0, { head, tail: 'y' }, row, 10));
  assert.equal(framedEntries(frame.take(), 1)[0]!.settle(1, undefined).length, 1 + LARGEST_LEAF - 15);
});
