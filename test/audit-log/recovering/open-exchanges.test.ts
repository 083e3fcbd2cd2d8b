import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenExchanges } from '../../../src/audit-log/recovering/open-exchanges.ts';

const HASH = Buffer.alloc(32, 5);

test('an exchange is open from its `sent` entry to its last, with the newest part that went', () => {
  const open = new OpenExchanges();
  open.note('sent', 'one', HASH, 0, false);
  open.note('sent', 'two', HASH, 0, false);
  open.note('sent', 'three', HASH, 0, false);
  open.note('released', 'one', HASH, 1, false);
  open.note('released', 'one', HASH, 2, false);
  open.note('released', 'two', HASH, 0, true);
  open.note('failed', 'three', HASH, 0, true);
  open.note('refused', 'four', HASH, 0, true);
  assert.deepEqual(open.all(), [{ exchange: 'one', part: 2, sent: HASH.toString('base64') }]);
});
