import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LeafRenderer } from '../../src/audit-log/leaf-text.ts';
import { Sealer } from '../../src/audit-log/sealer.ts';
import { leafFault } from '../../src/domain/leaf.ts';
import { canonicalJson } from '../../src/encoding/canonical-json.ts';
import { badgeFacts, exchangeId, sentDraft } from '../support/drafts.ts';
import { drafts } from '../support/generated-drafts.ts';
import { ORIGIN, throwawayKeys } from '../support/log-folder.ts';

const EPOCH = '0198c1f0-0000-4000-8000-000000000001';
const renderer = new LeafRenderer({ origin: ORIGIN, instance: 'gateway-1', epoch: EPOCH });
const sealer = new Sealer(throwawayKeys());
const NOTHING = {
  ...{ person: undefined, token: undefined, caseReference: undefined },
  ...{ body: undefined, asked: undefined, subjects: undefined },
};

test('every leaf is canonical JSON of version 1 with the members of its kind and no others', () => {
  fc.assert(
    fc.property(drafts, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (draft, seq) => {
      sealer.seal(draft);
      const { head, tail } = renderer.render(draft, sealer.commitments);
      const leaf = `${head}${seq}${tail}`;
      const parsed = JSON.parse(leaf);
      assert.equal(canonicalJson(parsed), leaf);
      assert.equal(leafFault(parsed), undefined);
      assert.equal(parsed.seq, seq);
      assert.equal(parsed.kind, draft.kind);
      assert.equal(parsed.at, new Date(draft.facts.atMs).toISOString());
      assert.deepEqual(parsed.fields, draft.result.fields);
      assert.deepEqual(parsed.lookups, draft.facts.lookups);
      assert.equal(parsed.purpose, draft.facts.purpose);
    }),
    { numRuns: 500 },
  );
});

test('no identifier of a draft stands in its leaf', () => {
  const draft = sentDraft(exchangeId(1_795_000_000_000), 1_795_000_000_000);
  sealer.seal(draft);
  const { head, tail } = renderer.render(draft, sealer.commitments);
  for (const identifier of ['officer-0417', 'PCN', 'token-7f3a9c', 'kerb-99', 'ZZ9Z01'])
    assert.ok(!`${head}1${tail}`.includes(identifier), identifier);
});

test('two lists with the same ends are each written as they are', () => {
  const facts = badgeFacts(exchangeId(0), 0);
  const leafWith = (fields: string[]) => {
    const { head, tail } = renderer.render(
      { kind: 'failed', facts, result: { fields }, sealed: {} },
      NOTHING,
    );
    return JSON.parse(`${head}1${tail}`).fields;
  };
  for (const fields of [
    ['a', 'b', 'c'],
    ['a', 'x', 'c'],
    ['a', 'b', 'c'],
    ['c'],
    [],
    ['a c', 'c'],
    ['a', 'c', 'c'],
  ])
    assert.deepEqual(leafWith(fields), fields);
});

test('what canonical JSON cannot write is an error, and never a leaf', () => {
  const facts = badgeFacts(exchangeId(0), 0);
  const wrong = [
    { ...facts, purpose: 'a lone \ud800 surrogate' },
    { ...facts, purpose: 'x'.repeat(1025) },
    { ...facts, purpose: '' },
    { ...facts, exchange: 'DROP TABLE' },
    { ...facts, atMs: Number.NaN },
  ];
  for (const facts of wrong)
    assert.throws(() => renderer.render({ kind: 'sent', facts, result: {}, sealed: {} }, NOTHING));
  for (const result of [{ bytes: -1 }, { records: 0.5 }, { withheld: Number.NaN }, { sent: 'short' }])
    assert.throws(() => renderer.render({ kind: 'failed', facts, result, sealed: {} }, NOTHING));
});
