import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBodyOfLeaf } from '../../../src/audit-log/proving/receipt.ts';
import { Salts } from '../../../src/audit-log/sealing/salts.ts';
import { openSealedRow, readSealedRow } from '../../../src/audit-log/sealing/sealed-row.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { LeafRenderer } from '../../../src/audit-log/writing/leaf-text.ts';
import { limitRefusal, refusedKind } from '../../../src/audit-log/writing/limit-refusal.ts';
import type { EntryDraft } from '../../../src/domain/audit-entry.ts';
import { leafFault } from '../../../src/domain/leaf.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { sha256 } from '../../../src/encoding/sha256.ts';
import { exchangeId, releasedDraft, sentDraft } from '../../support/drafts.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const AT = Date.UTC(2026, 10, 23, 16);
const SENT_HASH = `${'A'.repeat(43)}=`;
const keys = throwawayKeys();
const ANSWER = '{"detail":"é: the limit is reached"}';
const reached = { limit: 'checks by one person', retryAfterSeconds: 5, answer: ANSWER };

function drafted(draft: EntryDraft) {
  const sealer = new Sealer(keys);
  sealer.seal(draft);
  const { head, tail } = new LeafRenderer(PLACE).render(draft, sealer.commitments);
  return { leaf: Buffer.from(`${head}1${tail}`), row: Buffer.from(sealer.row.subarray(0, sealer.rowBytes)) };
}

const DRAFTS: readonly (readonly [what: string, draft: EntryDraft])[] = [
  ['`sent`', sentDraft(exchangeId(AT), AT)],
  ['a first part', releasedDraft(exchangeId(AT), AT, SENT_HASH, { part: 1, last: false })],
];

for (const [what, draft] of DRAFTS) {
  test(`the refusal in place of ${what} commits to the exact bytes of the answer, with a salt that stands in its row`, () => {
    const { leaf, row } = drafted(draft);
    const refusal = limitRefusal(leaf, row, reached, new Salts());
    const members = JSON.parse(refusal.leaf.toString());
    assert.equal(leafFault(members), undefined);
    assert.equal(members.bytes, Buffer.byteLength(ANSWER));
    assert.ok(isBodyOfLeaf(sha256(ANSWER), refusal.bodySalt ?? '', members.body));
    assert.ok(!isBodyOfLeaf(sha256(`${ANSWER} `), refusal.bodySalt ?? '', members.body));
    const sealed = readSealedRow(refusal.sealed ?? row);
    assert.equal(Buffer.from(sealed.bodySalt ?? []).toString('base64url'), refusal.bodySalt);
    // Nothing else of the row is touched: its words still open.
    const before = readSealedRow(row);
    assert.deepEqual({ ...sealed, bodySalt: undefined }, { ...before, bodySalt: undefined });
    const key = (id: string) => (id === keys.sealing.id ? keys.sealing : undefined);
    assert.deepEqual(openSealedRow(sealed, members, key) === undefined, before.text === undefined);
  });
}

test('a refusal that nothing is answered to commits to nothing, though a part was drafted', () => {
  const { leaf, row } = drafted(releasedDraft(exchangeId(AT), AT, SENT_HASH, { part: 3, last: false }));
  const refusal = limitRefusal(leaf, row, { ...reached, answer: undefined }, new Salts());
  const members = JSON.parse(refusal.leaf.toString());
  assert.ok(!('body' in members) && !('bytes' in members));
  assert.deepEqual([refusal.bodySalt, refusal.sealed], [undefined, row]);
});

test('in place of a request whose proof was shown before stands a refusal that says so and commits to its answer', () => {
  const { leaf, row } = drafted(sentDraft(exchangeId(AT), AT));
  const refusal = limitRefusal(leaf, row, { shownBefore: true, answer: ANSWER }, new Salts());
  const members = JSON.parse(refusal.leaf.toString());
  assert.equal(leafFault(members), undefined);
  const { kind, code, status, after, limit } = members;
  assert.deepEqual([kind, code, status, after, limit], ['refused', 'proof-used', 401, 'limit', undefined]);
  assert.ok(isBodyOfLeaf(sha256(ANSWER), refusal.bodySalt ?? '', members.body));
});

test('in place of another refusal the step at which it was decided stays', () => {
  const draft = sentDraft(exchangeId(AT), AT);
  const result = { code: 'reason-not-agreed', after: 'decision', status: 403, bytes: 7 } as const;
  const sealed = { ...draft.sealed, bodySha256: sha256('refused') };
  const { leaf, row } = drafted({ ...draft, kind: 'refused', result, sealed });
  const refusal = limitRefusal(leaf, row, { shownBefore: true, answer: ANSWER }, new Salts());
  const members = JSON.parse(refusal.leaf.toString());
  assert.equal(leafFault(members), undefined);
  assert.deepEqual([members.code, members.after, members.status], ['proof-used', 'decision', 401]);
  assert.ok(isBodyOfLeaf(sha256(ANSWER), refusal.bodySalt ?? '', members.body));
});

test('in place of a reading stands a reading that was refused: who tried stays, and nothing was read', () => {
  const own = { v: 1, log: 'a.example/log', instance: 'gateway-1', epoch: exchangeId(AT), seq: 1 };
  const reading = { ...own, at: '2026-11-23T16:00:00.000Z', organisation: 'westhaven', assurance: 'proved' };
  const drafted = canonicalJson({ ...reading, kind: 'read', code: 'entries', records: 5, first: 0, size: 9 });
  const verdict = { shownBefore: true, answer: undefined } as const;
  const refusal = limitRefusal(Buffer.from(drafted), undefined, verdict, new Salts());
  assert.equal(refusal.leaf.toString(), canonicalJson({ ...reading, kind: 'read', code: 'refused' }));
  assert.deepEqual(
    [refusedKind('read'), refusedKind('report'), refusedKind('sent')],
    ['read', 'report', 'refused'],
  );
});
