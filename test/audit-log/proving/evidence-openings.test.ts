import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { OPENABLE } from '../../../src/audit-log/proving/evidence-manifest.ts';
import { openingsOf } from '../../../src/audit-log/proving/evidence-openings.ts';
import type { Sees } from '../../../src/audit-log/proving/party-entries.ts';
import { BODY, EXCHANGE, sampleEvidence } from '../../support/sample-evidence.ts';

const sample = await sampleEvidence();
after(() => sample.remove());
const { openRow, reader } = sample.parts;
const entries = await reader.entriesOfExchange(EXCHANGE);
const leaves = entries.map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()));

function commitment(salt: string, value: string | Uint8Array): string {
  return createHash('sha256').update(Buffer.from(salt, 'base64url')).update(value).digest('base64url');
}

function opened(sees: Sees, open: typeof OPENABLE | readonly [] = OPENABLE) {
  return openingsOf(entries, open, { sees, openRow });
}

test('what is opened is what the leaf committed to, in the later entries of the exchange too', () => {
  const openings = opened('all');
  assert.deepEqual(
    openings.map(({ entry, member, value }) => [entry - entries[0]!.index, member, value]),
    [
      [0, 'case', 'PCN/2026/00417'],
      [0, 'person', 'officer-0417'],
      [0, 'token', 'token-7f3a9c'],
      [1, 'body', undefined],
      [1, 'case', 'PCN/2026/00417'],
      [1, 'person', 'officer-0417'],
      [1, 'token', 'token-7f3a9c'],
    ],
  );
  for (const { entry, member, salt, value } of openings) {
    const leaf = leaves[entry - entries[0]!.index];
    const committed = { body: leaf.body, case: leaf.case, person: leaf.person?.c, token: leaf.auth.token }[
      member
    ];
    const content = value ?? createHash('sha256').update(BODY).digest();
    assert.equal(commitment(salt, content), committed, `${entry} ${member}`);
  }
});

test('nothing is opened that was not asked for', () => {
  assert.deepEqual(opened('all', []), []);
});

test('a provider opens the body alone, the consumer what is its own, and anybody else nothing but a body', () => {
  const members = (sees: Sees) => [...new Set(opened(sees).map(({ member }) => member))];
  assert.deepEqual(members({ organisation: 'northmere-county-council' }), ['body']);
  assert.deepEqual(members({ organisation: 'westhaven-district-council' }), [
    'case',
    'person',
    'token',
    'body',
  ]);
});

test('what was erased is left out, and nothing is made up for it', () => {
  assert.deepEqual(openingsOf(entries, OPENABLE, { sees: 'all', openRow: () => undefined }), []);
  const wordless = openingsOf(entries, OPENABLE, {
    sees: 'all',
    openRow: (entry) => {
      const row = openRow(entry);
      return row && { ...row, words: undefined };
    },
  });
  assert.deepEqual(
    wordless.map(({ member }) => member),
    ['body'],
  );
});
