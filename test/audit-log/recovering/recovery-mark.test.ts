import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { markFact, readMark } from '../../../src/audit-log/recovering/recovery-mark.ts';
import { exchangeId } from '../../support/drafts.ts';

const open = [
  { exchange: exchangeId(1), sent: Buffer.alloc(32, 1).toString('base64'), part: 0 },
  { exchange: exchangeId(2), sent: Buffer.alloc(32, 2).toString('base64'), part: 7 },
];

test('a mark is read as it was written, and a log without one has none', async () => {
  const facts: StandingFact[] = [];
  const store = { facts: (kind: string) => facts.filter((fact) => fact.kind === kind) };
  assert.equal(await readMark(store), undefined);
  facts.push(markFact({ size: 20_000, open }));
  assert.deepEqual(await readMark(store), { size: 20_000, open });
});

test('each mark stands in the place of the one before it', () => {
  const [one, other] = [markFact({ size: 1, open: [] }), markFact({ size: 2, open })];
  assert.deepEqual([one.kind, one.key], [other.kind, other.key]);
});
