/** Protocol files, and the agreements that name one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { sha256OfBoth } from '../../../src/adapters/policies/protocol-file.ts';
import { sha256Hex } from '../../../src/encoding/sha256.ts';
import {
  changedText,
  KERBSIDE,
  LOST_BADGES,
  LOST_WESTHAVEN,
  policyFile,
  refuses,
  samplesWith,
} from '../../support/changed-policies.ts';

test('an agreement under a protocol names it, and its hash is over the bytes of both files', () => {
  const read = readPolicyFiles(samplesWith(KERBSIDE, LOST_WESTHAVEN));
  assert.deepEqual(read.mistakes, []);
  const [alone, under] = read.policies.agreements;
  assert.equal(alone?.protocol, undefined);
  assert.equal(under?.protocol, 'SP-2026-003');
  const [protocol, agreement] = [LOST_BADGES, LOST_WESTHAVEN].map((file) => sha256Hex(changedText(file)));
  assert.equal(under?.sha256, sha256Hex(`sharing-protocol/1\n${protocol}\n${agreement}\n`));
  assert.equal(under?.sha256, sha256OfBoth(protocol ?? '', agreement ?? ''));
});

test('one byte more in the protocol is another agreement', () => {
  const hashOf = (text: string) => {
    const files = samplesWith(LOST_WESTHAVEN).filter(({ folder }) => folder !== 'protocols');
    const { policies } = readPolicyFiles([...files, policyFile(LOST_BADGES, text)]);
    return policies.agreements[0]?.sha256 ?? assert.fail();
  };
  assert.notEqual(hashOf(changedText(LOST_BADGES)), hashOf(`${changedText(LOST_BADGES)}\n`));
});

test('a protocol that is not there suggests the nearest', () => {
  refuses(
    LOST_WESTHAVEN,
    [['under protocol: SP-2026-003', 'under protocol: SP-2026-030']],
    'under protocol: SP-2026-030',
    'there is no protocol `SP-2026-030`; did you mean `SP-2026-003`?',
  );
});

test('a party that is not among the organisations of the protocol cannot share under it', () => {
  const text = changedText(LOST_WESTHAVEN, [
    'who: {shared with: westhaven-district-council}',
    'who: {shared with: hillcrest-primary-school}',
  ]);
  assert.equal(
    readPolicyFiles([...samplesWith(), policyFile(LOST_WESTHAVEN, text)]).mistakes[0]?.what,
    '`hillcrest-primary-school` is not among the organisations of `SP-2026-003`',
  );
});

test('a protocol is between organisations that are there, at least two of them', () => {
  refuses(
    LOST_BADGES,
    [['northmere-hospital-trust, westhaven', 'northmere-hospitl-trust, westhaven']],
    'between:',
    'there is no organisation `northmere-hospitl-trust`; did you mean `northmere-hospital-trust`?',
  );
  refuses(
    LOST_BADGES,
    [
      [
        '[northmere-city-council, northmere-hospital-trust, westhaven-district-council]',
        '[northmere-city-council]',
      ],
    ],
    'between:',
    'a protocol is between at least two organisations; name the others',
  );
});

const second = policyFile(
  LOST_BADGES.replace('v1', 'v2'),
  changedText(LOST_BADGES, ['version: 1', 'version: 2'], ['20 an hour', '15 an hour']),
);

test('where a protocol has several versions, the agreement says which', () => {
  const files = [...samplesWith(), second];
  const said = (change: string) =>
    readPolicyFiles([
      ...files,
      policyFile(LOST_WESTHAVEN, changedText(LOST_WESTHAVEN, ['version: 1', change])),
    ]);
  assert.deepEqual(
    said('version: 1').mistakes.map(({ what, write }) => `${what}; ${write}`),
    ['`SP-2026-003` has several versions; add `protocol version:` and one of 1, 2'],
  );
  for (const [version, most] of [
    [1, 20],
    [2, 15],
  ]) {
    const { policies, mistakes } = said(`version: 1\nprotocol version: ${version}`);
    assert.deepEqual(mistakes, []);
    assert.equal(policies.agreements[0]?.limits.byPerson?.most, most);
  }
  assert.deepEqual(
    said('version: 1\nprotocol version: 3').mistakes.map(({ what, write }) => `${what}; ${write}`),
    ['`SP-2026-003` has no version 3; write one of 1, 2'],
  );
});

test('two files cannot be one version of a protocol', () => {
  const copy = policyFile('protocols/copy.yaml', changedText(LOST_BADGES));
  assert.deepEqual(
    readPolicyFiles([...samplesWith(), copy]).mistakes.map(({ what, write }) => `${what}; ${write}`),
    ['another file describes version 1 of `SP-2026-003` already; give this file the next version'],
  );
});

test('an agreement is not blamed for a broken protocol', () => {
  const broken = policyFile(LOST_BADGES, changedText(LOST_BADGES, ['regime: UK GDPR', 'regime: UK']));
  const files = samplesWith(LOST_WESTHAVEN).filter(({ folder }) => folder !== 'protocols');
  assert.deepEqual(
    readPolicyFiles([...files, broken]).mistakes.map(({ file }) => file),
    [LOST_BADGES],
  );
});

test('an agreement that names a protocol cannot be read without its folder', () => {
  const files = samplesWith(LOST_WESTHAVEN).filter(({ folder }) => folder !== 'protocols');
  assert.deepEqual(
    readPolicyFiles(files).mistakes.map(({ what }) => what),
    ['there is no protocol `SP-2026-003`'],
  );
});
