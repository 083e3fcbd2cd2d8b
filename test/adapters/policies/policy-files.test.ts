/** From the bytes of policy files to one policy set. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import {
  BADGES,
  changedText,
  KERBSIDE,
  policyFile,
  samplesWith,
  WESTHAVEN,
} from '../../support/changed-policies.ts';

const FILES = samplesWith(KERBSIDE);

test('the hash of a policy set is of the names and bytes of all its files', () => {
  const { sha256 } = readPolicyFiles(FILES).policies;
  assert.match(sha256, /^[0-9a-f]{64}$/);
  assert.equal(readPolicyFiles(samplesWith(KERBSIDE)).policies.sha256, sha256);
  const renamed = FILES.map((file) =>
    file.folder === 'agreements' ? { ...file, name: 'other.yaml' } : file,
  );
  assert.notEqual(readPolicyFiles(renamed).policies.sha256, sha256);
  const spaced = FILES.map((file) =>
    file.folder === 'agreements' ? policyFile(KERBSIDE, `${changedText(KERBSIDE)}\n`) : file,
  );
  assert.notEqual(readPolicyFiles(spaced).policies.sha256, sha256);
});

test('two files cannot describe one thing', () => {
  for (const [file, noun] of [
    [BADGES, 'blue-badges'],
    [WESTHAVEN, 'westhaven-district-council'],
  ] as const) {
    const copy = policyFile(`${file.split('/')[0]}/copy.yaml`, changedText(file));
    const { mistakes } = readPolicyFiles([...samplesWith(), copy]);
    assert.deepEqual(
      mistakes.map(({ what, write }) => `${what}; ${write}`),
      [`another file describes \`${noun}\` already; keep one of the two files`],
    );
  }
});

test('a file that is not UTF-8 is refused', () => {
  const broken = policyFile(KERBSIDE, Buffer.from([0x61, 0x3a, 0x20, 0xff]));
  assert.deepEqual(readPolicyFiles([...samplesWith(), broken]).mistakes, [
    { file: KERBSIDE, line: 1, column: 1, what: 'the file is not UTF-8 text', write: 'save it as UTF-8' },
  ]);
});

test('the mistakes of all files are found at once', () => {
  const northmere = samplesWith().find(({ name }) => name === 'northmere-city-council.yaml') ?? assert.fail();
  const files = [
    policyFile(WESTHAVEN, changedText(WESTHAVEN, ['public authority: true', 'public authority: perhaps'])),
    policyFile(BADGES, changedText(BADGES, ['timeout: 5 seconds', 'timeout: fast'])),
    policyFile(
      KERBSIDE,
      changedText(KERBSIDE, ['version: 3', 'version: three'], ['starts: 2026-04-01', 'starts: soon']),
    ),
  ];
  assert.deepEqual(
    readPolicyFiles([northmere, ...files]).mistakes.map(({ file }) => file),
    [WESTHAVEN, BADGES, KERBSIDE, KERBSIDE],
  );
});

test('a name that every object has is no organisation and no dataset', () => {
  for (const name of ['constructor', '__proto__', 'toString']) {
    const text = changedText(KERBSIDE, ['dataset: blue-badges', `dataset: ${name}`]);
    const { policies, mistakes } = readPolicyFiles([...samplesWith(), policyFile(KERBSIDE, text)]);
    assert.equal(mistakes.length, 1, name);
    assert.deepEqual(policies.agreements, []);
  }
});
