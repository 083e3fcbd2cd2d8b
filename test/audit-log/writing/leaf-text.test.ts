import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { LeafRenderer } from '../../../src/audit-log/writing/leaf-text.ts';
import type { ExchangeFacts } from '../../../src/domain/audit-entry.ts';
import { leafFault } from '../../../src/domain/leaf.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { badgeFacts, exchangeId, sentDraft } from '../../support/drafts.ts';
import { drafts } from '../../support/generated-drafts.ts';
import { ORIGIN, throwawayKeys } from '../../support/log-folder.ts';

const EPOCH = '0198c1f0-0000-4000-8000-000000000001';
const PLACE = { origin: ORIGIN, instance: 'gateway-1', epoch: EPOCH };
const renderer = new LeafRenderer(PLACE);
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

test('exchanges that differ in one fact alone are each written as they are, one after the other', () => {
  const id = exchangeId(0);
  const facts = badgeFacts(id, 0);
  const { auth, agreement, basis } = facts;
  assert.ok(auth !== undefined && agreement !== undefined && basis !== undefined);
  const others: ExchangeFacts[] = [
    ...[
      'provider',
      'consumer',
      'system',
      'role',
      'policies',
      'purpose',
      'reason',
      'dataset',
      'operation',
    ].map((name) => ({ ...facts, [name]: 'another' })),
    { ...facts, reason: undefined },
    { ...facts, assurance: 'stated' },
    { ...facts, emergency: true },
    { ...facts, auth: undefined },
    { ...facts, auth: { ...auth, issuer: 'https://another.example' } },
    { ...facts, auth: { ...auth, secondFactor: false } },
    { ...facts, agreement: undefined },
    { ...facts, agreement: { ...agreement, id: 'DSA-2026-015' } },
    { ...facts, agreement: { ...agreement, version: 4 } },
    { ...facts, agreement: { ...agreement, sha256: 'ef'.repeat(32) } },
    { ...facts, basis: undefined },
    { ...facts, basis: { ...basis, provider: 'consent' } },
    { ...facts, basis: { ...basis, consumer: 'consent' } },
    { ...facts, special: [] },
    { ...facts, special: undefined },
    { ...facts, lookups: ['badge number', 'surname'] },
    { ...facts, lookups: undefined },
  ];
  const commitments = { ...NOTHING, person: 'p', token: 't' };
  const leafOf = (by: LeafRenderer, those: ExchangeFacts): string => {
    const { head, tail } = by.render({ kind: 'failed', facts: those, result: {}, sealed: {} }, commitments);
    return `${head}1${tail}`;
  };
  for (const other of others) {
    for (const those of [facts, other, facts]) {
      const leaf = leafOf(renderer, those);
      assert.equal(leaf, leafOf(new LeafRenderer(PLACE), those));
      assert.equal(canonicalJson(JSON.parse(leaf)), leaf);
    }
    assert.notEqual(leafOf(renderer, other), leafOf(renderer, facts));
  }
});

test('facts whose words run together alike are told apart', () => {
  const facts = badgeFacts(exchangeId(0), 0);
  const pairs: [Partial<ExchangeFacts>, Partial<ExchangeFacts>][] = [
    [
      { operation: 'a b', system: 'c' },
      { operation: 'a', system: 'b c' },
    ],
    [
      { system: 'a b', role: 'c' },
      { system: 'a', role: 'b c' },
    ],
    [
      { role: 'a b', reason: 'c' },
      { role: 'a', reason: 'b c' },
    ],
    [{ role: 'undefined' }, { role: undefined }],
  ];
  for (const pair of pairs) {
    for (const words of pair) {
      const draft = { kind: 'sent', facts: { ...facts, ...words }, result: {}, sealed: {} } as const;
      const { head, tail } = renderer.render(draft, NOTHING);
      const leaf = JSON.parse(`${head}1${tail}`);
      for (const [name, word] of Object.entries(words)) assert.equal(leaf[name], word);
    }
  }
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
