import assert from 'node:assert/strict';
import { test } from 'node:test';
import { olderChanges } from '../../../src/audit-log/keeping/older-changes.ts';
import { readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import type { OlderEntriesChange } from '../../../src/audit-log/writing/log-messages.ts';
import type { QueuedEntries } from '../../../src/audit-log/writing/queued-entries.ts';
import { exchangeId, sentDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

function queued(entries: number, changes: readonly (readonly [number, OlderEntriesChange])[]): QueuedEntries {
  return {
    entries: Array.from({ length: entries }),
    limits: undefined,
    facts: new Map(),
    changes: new Map(changes),
    answer: () => undefined,
  } as unknown as QueuedEntries;
}

test('entries are dropped by the entry that says so, whatever stands before it in the commit', () => {
  const messages = [queued(3, [[1, { drop: [5, 6] }]]), queued(2, []), queued(2, [[1, { drop: [9] }]])];
  assert.deepEqual(olderChanges(messages, 100), {
    dropped: [
      { indexes: [5, 6], by: 101 },
      { indexes: [9], by: 106 },
    ],
  });
  assert.deepEqual(olderChanges([queued(3, [])], 100), {});
});

test('an erasure is a function of the row that stands there, and a row that cannot be read goes whole', () => {
  const { row } = sealedEntry(new Sealer(throwawayKeys()), sentDraft(exchangeId(1), 1));
  const erase = [{ index: 7, places: { asked: [0], found: [], heldBack: [], words: false } }];
  const [change] = olderChanges([queued(1, [[0, { erase }]])], 100).sealedChanges ?? [];
  assert.equal(change?.index, 7);
  const left = change?.change(row) ?? Buffer.alloc(0);
  assert.ok('commitment' in (readSealedRow(left).asked[0] ?? {}));
  assert.equal(change?.change(Buffer.from('spoiled')), undefined);
});
