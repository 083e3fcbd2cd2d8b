import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { framedEntries } from '../../../src/audit-log/writing/entry-frame.ts';
import { OutgoingEntries } from '../../../src/audit-log/writing/outgoing-entries.ts';
import type { EntryDraft, LimitToCount } from '../../../src/domain/audit-entry.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const AT = Date.UTC(2026, 10, 23, 16);
const SENT_HASH = `${'A'.repeat(43)}=`;
const LIMIT: LimitToCount = { name: 'checks', agreement: 'DSA-2026-014', person: 'p', most: 1, per: 'day' };

const outgoing = () => new OutgoingEntries(PLACE, throwawayKeys());
const part = (number: number, more: Partial<EntryDraft['result']> = {}): EntryDraft => {
  const draft = releasedDraft(exchangeId(AT), AT, SENT_HASH, { part: number, last: false });
  return { ...draft, result: { ...draft.result, ...more } };
};
/** More names of fields than a leaf holds. */
const TOO_MANY = Array.from({ length: 4_000 }, (_, nth) => `field${nth}`);

function taken(entries: OutgoingEntries) {
  const { frame, count, limits } = entries.take();
  return { entries: framedEntries(frame, count), limits };
}

test('where one of several entries cannot be written none of them is, and what stood before and comes after does', () => {
  const entries = outgoing();
  entries.add(sentDraft(exchangeId(AT), AT));
  const limited = { ...part(1), limits: [LIMIT] };
  assert.throws(
    () => entries.addTogether([limited, part(2, { fields: TOO_MANY }), part(3)]),
    /larger than a leaf/,
  );
  assert.equal(entries.count, 1);
  entries.addTogether([part(1), part(2)]);
  const message = taken(entries);
  assert.deepEqual(
    message.entries.map(({ goesOnAfterPart }) => goesOnAfterPart),
    [0, 1, 2],
  );
  assert.equal(message.limits?.size ?? 0, 0, 'the limit of an entry that was not added counts for no other');
});

test('limits stand at the places of their entries, persons in them as tags', () => {
  const entries = outgoing();
  entries.add(sentDraft(exchangeId(AT), AT));
  entries.add({ ...sentDraft(exchangeId(AT), AT), limits: [{ ...LIMIT, answer: 'no' }] });
  const [[place, limits] = []] = taken(entries).limits ?? [];
  assert.equal(place, 1);
  assert.equal(limits?.[0]?.answer, 'no');
  assert.match(limits?.[0]?.person ?? '', /^[\w-]{43}$/);
  assert.equal(entries.count, 0);
});

test('an entry with limits has a sealed row even where there is nothing to seal, for the salt of its answer', () => {
  const entries = outgoing();
  const bare = { ...sentDraft(exchangeId(AT), AT), sealed: {} };
  entries.add(bare);
  entries.add({ ...bare, limits: [LIMIT] });
  const [without, withLimit] = taken(entries).entries;
  assert.equal(without?.sealed, undefined);
  assert.equal(readSealedRow(withLimit?.sealed ?? new Uint8Array()).bodySalt, undefined);
});

test('a note with more facts than its leaf has room for is refused before it reaches the writer', () => {
  const entries = outgoing();
  const facts = Array.from({ length: 250 }, (_, nth) => ({
    kind: 'stop',
    key: String(nth),
    value: Buffer.from('1'),
  }));
  const filters = Array.from({ length: 12 }, () => 'a'.repeat(1000));
  assert.throws(() => entries.addNote('read', AT, { filters }, facts), /larger than a leaf/);
  assert.equal(entries.count, 0);
  entries.addNote('read', AT, { filters: filters.slice(0, 8) }, facts);
  assert.equal(entries.take().facts?.get(0)?.length, 250);
});
