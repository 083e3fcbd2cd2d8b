/** Any draft that an exchange may make, for property tests. */
import fc from 'fast-check';
import type { EntryDraft } from '../../src/domain/audit-entry.ts';
import { FAILURES, REFUSALS } from '../../src/domain/reason.ts';
import { exchangeId } from './drafts.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc.constantFrom('blue-badges', '"at":"', '\\"seq":1', 'Ysgol Gynradd Ŵyr', '\u2028\u0007', '😀'),
);
const count = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constant(Number.MAX_SAFE_INTEGER));
const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const names = fc.array(text, { maxLength: 12 });
const people = fc.array(fc.record({ namespace: text, id: text }), { maxLength: 9 });
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const facts = fc.record({
  exchange: fc.constant(0).map(() => exchangeId(1_795_000_000_000)),
  atMs: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
  provider: maybe(text),
  consumer: maybe(text),
  system: maybe(text),
  role: maybe(text),
  assurance: fc.constantFrom('proved' as const, 'stated' as const, undefined),
  auth: maybe(
    fc.record({ issuer: text, method: fc.constant('bearer' as const), secondFactor: fc.boolean() }),
  ),
  agreement: maybe(fc.record({ id: text, version: fc.integer({ min: 1, max: 99 }), sha256: hex })),
  policies: maybe(hex),
  purpose: maybe(text),
  reason: maybe(text),
  basis: maybe(fc.record({ provider: text, consumer: text })),
  special: maybe(names),
  emergency: fc.boolean(),
  dataset: maybe(text),
  operation: maybe(text),
  lookups: maybe(names),
});

const asking = {
  person: maybe(text),
  caseReference: maybe(text),
  token: maybe(text),
  callerReference: maybe(text),
  asked: people,
};
const sealed = fc.record({ ...asking, subjects: people });

const upstream = maybe(fc.record({ status: fc.integer({ min: 100, max: 599 }), ms: count }));
const answer = {
  status: fc.integer({ min: 200, max: 599 }),
  upstream,
  records: count,
  fields: names,
  withheld: count,
  bytes: count,
};
const body = fc.uint8Array({ minLength: 32, maxLength: 32 });

const sent = fc.record({
  kind: fc.constant('sent' as const),
  facts,
  result: fc.constant({}),
  sealed: fc.record(asking),
});
const released = fc.record({
  kind: fc.constant('released' as const),
  facts,
  result: fc.record({ ...answer, part: fc.integer({ min: 1, max: 99 }), last: fc.boolean(), sent: hash }),
  sealed: fc.tuple(sealed, body).map(([facts, bodySha256]) => ({ ...facts, bodySha256 })),
});
const refused = fc.record({
  kind: fc.constant('refused' as const),
  facts,
  result: fc.record({
    code: fc.constantFrom(...REFUSALS),
    after: fc.constantFrom('request' as const, 'decision' as const, 'fetch' as const),
    status: fc.integer({ min: 400, max: 599 }),
    sent: maybe(hash),
  }),
  sealed,
});
const failed = fc.record({
  kind: fc.constant('failed' as const),
  facts,
  result: fc.record({ code: fc.constantFrom(...FAILURES), part: count, sent: maybe(hash), upstream }),
  sealed,
});

/** Drafts of every kind, with texts of every script in every member. */
export const drafts: fc.Arbitrary<EntryDraft> = fc.oneof(sent, released, refused, failed);
