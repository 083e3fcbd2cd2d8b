import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFollowedLogs } from '../../../src/audit-log/witnessing/witness-logs.ts';
import { formatVerifierKey, NoteError } from '../../../src/merkle/signed-note.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const one = new SignedTree('one.example/audit/2026h2');
const [keyOfOne, newKeyOfOne] = [one, new SignedTree('one.example/audit/2026h2')].map(({ key }) =>
  formatVerifierKey(key),
);
const SUM = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';

test('each line is a key of a log, under its own name or under the origin behind it', () => {
  const logs = parseFollowedLogs(`# ours\n\n${keyOfOne}\n  ${newKeyOfOne}\n${SUM}\tgo.sum database tree\n`);
  assert.deepEqual(
    [...logs].map(([origin, keys]) => [origin, keys.map(formatVerifierKey)]),
    [
      ['one.example/audit/2026h2', [keyOfOne, newKeyOfOne]],
      ['go.sum database tree', [SUM]],
    ],
  );
});

test('a line that is no key is named, and so is a key that stands there twice', () => {
  for (const [text, message] of [
    [`${keyOfOne}\nnonsense`, /^line 2: a verifier key is/],
    [`${keyOfOne}\n${keyOfOne}`, /^line 2: the key stands there twice/],
    ['# nothing\n', /no line names a log/],
    ['', /no line names a log/],
  ] as const) {
    assert.throws(
      () => parseFollowedLogs(text),
      (error) => {
        assert.ok(error instanceof NoteError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
