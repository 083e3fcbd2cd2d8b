import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenExchanges } from '../../../src/audit-log/recovering/open-exchanges.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { EntryFrame, framedEntries } from '../../../src/audit-log/writing/entry-frame.ts';
import { LeafRenderer } from '../../../src/audit-log/writing/leaf-text.ts';
import type { TaggedLimit } from '../../../src/audit-log/writing/log-messages.ts';
import type { QueuedEntries } from '../../../src/audit-log/writing/queued-entries.ts';
import { WriterBatch } from '../../../src/audit-log/writing/writer-batch.ts';
import type { EntryDraft } from '../../../src/domain/audit-entry.ts';
import { leafFault } from '../../../src/domain/leaf.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { CompactRange } from '../../../src/merkle/compact-range.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const AT = Date.UTC(2026, 10, 23, 16);
const EMPTY = { size: 0, range: [], seq: 0, newestAtMs: 0 };
const sealer = new Sealer(throwawayKeys());
const renderer = new LeafRenderer(PLACE);

function queued(
  drafts: readonly EntryDraft[],
  limits?: ReadonlyMap<number, readonly TaggedLimit[]>,
): QueuedEntries {
  const frame = new EntryFrame();
  for (const draft of drafts) {
    sealer.seal(draft);
    const leaf = renderer.render(draft, sealer.commitments);
    const { part = 0, last } = draft.result;
    const goesOn = draft.kind === 'released' && last !== true ? part : 0;
    frame.add(draft.kind, draft.facts.exchange, draft.facts.atMs, leaf, sealer.row, sealer.rowBytes, goesOn);
  }
  const { count } = frame;
  const taken = frame.take();
  const answer = () => undefined;
  return { entries: framedEntries(taken, count), frame: taken, limits, facts: new Map(), answer };
}

const some = (count: number, atMs = AT) =>
  Array.from({ length: count }, () => sentDraft(exchangeId(atMs), atMs));
const parsed = (leaf: Uint8Array) => JSON.parse(Buffer.from(leaf).toString());

test('entries are numbered without a gap over all messages, and the range grows by their hashes', () => {
  const messages = [queued(some(3)), queued(some(2))];
  const batch = new WriterBatch(PLACE, { ...EMPTY, seq: 40 }, messages);
  const { entries, state } = batch.build(EMPTY, new Map());
  assert.deepEqual(
    entries.map(({ index }) => index),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual(
    entries.map(({ leaf }) => parsed(leaf).seq),
    [41, 42, 43, 44, 45],
  );
  const range = new CompactRange();
  for (const { leaf, leafHash: stored } of entries) {
    assert.deepEqual(Buffer.from(stored), leafHash(leaf));
    range.append(leafHash(leaf));
  }
  assert.deepEqual(state, { size: 5, range: range.roots(), seq: 45, newestAtMs: AT });
  assert.deepEqual(
    [...batch.shares()],
    [
      [messages[0]?.answer, { runs: [0, 3], frames: [messages[0]?.frame] }],
      [messages[1]?.answer, { runs: [3, 2], frames: [messages[1]?.frame] }],
    ],
  );
});

test('times in the log never go back: an entry that comes late bears the instant of the one before it', () => {
  const batch = new WriterBatch(PLACE, { ...EMPTY, newestAtMs: AT }, [
    queued([...some(1, AT + 5), ...some(1, AT + 3), ...some(1, AT - 3_600_000), ...some(1, AT + 6)]),
  ]);
  const { entries } = batch.build(EMPTY, new Map());
  const instants = entries.map(({ leaf }) => Date.parse(parsed(leaf).at) - AT);
  assert.deepEqual(instants, [5, 5, 5, 6]);
  assert.deepEqual(
    entries.map(({ atMs }) => atMs - AT),
    instants,
  );
});

test('a sent entry over its limit is stored as a refusal with every other member as it was', () => {
  const limit: TaggedLimit = {
    name: 'checks by one person',
    agreement: 'DSA-2026-014',
    person: 't',
    most: 1,
    per: 'day',
  };
  const limits = new Map([
    [0, [limit]],
    [1, [limit]],
  ]);
  const batch = new WriterBatch(PLACE, EMPTY, [queued(some(3), limits)]);
  const { entries, counters } = batch.build(EMPTY, new Map(batch.counterKeys(EMPTY).map((key) => [key, 0])));
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['sent', 'refused', 'sent'],
  );
  assert.deepEqual(
    [...(batch.limited ?? [])],
    [[1, { limit: limit.name, retryAfterSeconds: 8 * 3600, bodySalt: undefined }]],
  );
  const leaf = parsed(entries[1]!.leaf);
  const { kind, after, code, limit: name, status, ...others } = leaf;
  assert.deepEqual([kind, after, code, name, status], ['refused', 'limit', 'limit-reached', limit.name, 429]);
  const { kind: _, exchange, asked, auth, person, case: own, seq, ...alike } = parsed(entries[0]!.leaf);
  assert.deepEqual(
    { ...others, ...{ exchange, asked, auth, person, case: own, seq } },
    { ...alike, ...{ exchange, asked, auth, person, case: own, seq } },
  );
  assert.equal(leafFault(leaf), undefined);
  assert.equal(canonicalJson(leaf), Buffer.from(entries[1]!.leaf).toString());
  assert.equal(counters[0]?.count, 1);
});

test('a released entry over its limit is stored as a refusal after the fetch, and says nothing of the part', () => {
  const limit: TaggedLimit = {
    ...{ name: 'different people looked up', agreement: 'DSA-2026-014', person: '' },
    ...{ people: ['t'], most: 0, per: 'day' as const },
  };
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`, { part: 3, last: false });
  const batch = new WriterBatch(PLACE, EMPTY, [queued([draft], new Map([[0, [limit]]]))]);
  const { entries, counters } = batch.build(EMPTY, new Map());
  const leaf = parsed(entries[0]!.leaf);
  assert.equal(leafFault(leaf), undefined);
  const { kind, after, code, limit: name, status, part, sent, upstream, subjects } = leaf;
  assert.deepEqual(
    [kind, after, code, name, status, part],
    ['refused', 'fetch', 'limit-reached', limit.name, 429, 2],
  );
  assert.ok(sent !== undefined && upstream !== undefined && subjects !== undefined);
  for (const gone of ['last', 'records', 'fields', 'withheld', 'bytes', 'body'])
    assert.ok(!(gone in leaf), gone);
  assert.deepEqual(counters, []);
  const open = new OpenExchanges();
  open.note('sent', leaf.exchange, Buffer.alloc(32), 0, false);
  batch.noteExchanges(open);
  assert.deepEqual(open.all(), []);
});

test('a store that is not as the writer left it is refused: somebody else writes', () => {
  const batch = new WriterBatch(PLACE, EMPTY, [queued(some(1))]);
  assert.throws(
    () => batch.build({ ...EMPTY, size: 1, range: [Buffer.alloc(32)] }, new Map()),
    /holds 1 entries/,
  );
});

test('a batch is built once', () => {
  const batch = new WriterBatch(PLACE, EMPTY, [queued(some(1))]);
  batch.build(EMPTY, new Map());
  assert.throws(() => batch.build(EMPTY, new Map()));
});
