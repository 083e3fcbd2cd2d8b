import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mintReceipt } from '../../../src/audit-log/proving/mint-receipt.ts';
import { DurableReceipt } from '../../../src/domain/receipt.ts';

test('a receipt names its entry by index and leaf hash, and is genuine', () => {
  const levels = Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)]);
  const kept = { bodySalt: 'salt', commitments: { person: 'p', caseReference: undefined, token: 't' } };
  const receipt = mintReceipt(8, { size: 2, levels, note: 'note\n' }, 1, kept, undefined);
  assert.ok(DurableReceipt.isGenuine(receipt));
  assert.equal(receipt.index, 8);
  assert.equal(receipt.leafHash, Buffer.alloc(32, 2).toString('base64'));
  assert.deepEqual(
    [receipt.stored, receipt.bodySalt, receipt.commitments.person],
    ['as drafted', 'salt', 'p'],
  );
  assert.ok(receipt.header().length > 0);
});
