import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesOf, withoutPlaces } from '../../../src/audit-log/keeping/erased-places.ts';
import { Sealer } from '../../../src/audit-log/sealing/sealer.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { SealedRowCheck } from '../../../src/audit-log/verifying/verify-sealed.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { exchangeId, releasedDraft } from '../../support/drafts.ts';
import { badge } from '../../support/kept-log.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { sealedEntry } from '../../support/opened-leaf.ts';

const AT = 1_795_000_000_000;
const sealer = new Sealer(throwawayKeys());

function entry(found: readonly string[], asked = ['ZZ9Z01']) {
  const draft = releasedDraft(exchangeId(AT), AT, `${'A'.repeat(43)}=`);
  const subjects = { asked: asked.map(badge), subjects: found.map(badge) };
  const { leaf, row } = sealedEntry(sealer, { ...draft, sealed: { ...draft.sealed, ...subjects } });
  const bytes = Buffer.from(canonicalJson(leaf));
  return { leaf: bytes, row, hash: leafHash(bytes) };
}

type Entry = ReturnType<typeof entry>;

/** What is found of the entry beside this row, and after entries that say what was erased. */
function findings(
  { leaf, hash }: Entry,
  row: Uint8Array | undefined,
  ...said: readonly object[]
): readonly string[] {
  const found = new Findings();
  const check = new SealedRowCheck(found);
  check.take(7, leaf, hash, row);
  for (const places of said)
    check.hear(Buffer.from(JSON.stringify({ entry: hash.toString('base64'), places })));
  check.finish();
  return found.sentences();
}

test('a row that rebuilds the roots of its leaf is no finding, and a changed, cut, moved or missing one is', () => {
  const one = entry(['ZZ9Z01', 'ZZ9Z02']);
  const other = entry(['ZZ9Z01', 'ZZ9Z02']);
  assert.deepEqual(findings(one, one.row), []);
  const changed = Buffer.from(one.row);
  const at = changed.indexOf(Buffer.from([6, 0, 48])) + 10;
  changed[at] = 1 ^ (changed[at] ?? 0);
  assert.deepEqual(findings(one, changed), [
    'the sealed row of entry 7 does not rebuild `subjects` of its leaf',
  ]);
  assert.equal(findings(one, other.row).length, 2);
  assert.match(findings(one, undefined).join(), /^1 sealed rows of entries from 7 to 7 are missing/);
  assert.deepEqual(findings(one, one.row.subarray(0, 90)), ['the sealed row of entry 7 cannot be read']);
  assert.equal(findings(entry([], []), one.row).length, 2);
  assert.deepEqual(findings(entry([], []), undefined), []);
});

test('what was erased must be said by an entry that names the places', () => {
  const one = entry(['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03']);
  const reduced = withoutPlaces(one.row, {
    ...placesOf(one.row, () => false, false),
    ...{ asked: [0], found: [1, 2] },
  });
  assert.deepEqual(findings(one, reduced, { asked: [0], found: [1, 2] }), []);
  assert.deepEqual(findings(one, reduced, { asked: [0] }, { found: [2] }, { found: [1] }), []);
  const quietly = /people were erased from the sealed row of entry 7 and no entry says so/;
  for (const said of [[], [{}], [{ asked: [0], found: [0, 1] }], [{ found: [1, 2] }]])
    assert.match(findings(one, reduced, ...said).join(), quietly);
});

test('rows that are missing in a row are told together', () => {
  const found = new Findings();
  const check = new SealedRowCheck(found);
  const one = entry(['ZZ9Z01']);
  for (const index of [7, 9, 10, 700]) check.take(index, one.leaf, one.hash, undefined);
  check.finish();
  assert.deepEqual(
    found.sentences().map((sentence) => sentence.slice(0, 45)),
    ['3 sealed rows of entries from 7 to 10 are mis', '1 sealed rows of entries from 700 to 700 are '],
  );
});
