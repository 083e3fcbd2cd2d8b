/** Many agreements read in short turns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgreementFiles } from '../../../src/adapters/policies/agreement-files.ts';
import type { PolicyFile } from '../../../src/adapters/policies/policy-files.ts';
import { readAround } from '../../../src/adapters/policies/policy-files.ts';
import { readAhead } from '../../../src/adapters/policies/read-ahead.ts';
import { BADGES, changedText, KERBSIDE, policyFile, samplesWith } from '../../support/changed-policies.ts';

const MANY: PolicyFile[] = Array.from({ length: 40 }, (_, at) =>
  policyFile(`agreements/${at}.yaml`, changedText(KERBSIDE, ['DSA-2026-014', `DSA-2027-${100 + at}`])),
);

test('every agreement is remembered, and the gateway has turns in between', async () => {
  const agreements = new AgreementFiles();
  const files = [...samplesWith(), ...MANY];
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  await readAhead(files, agreements);
  clearInterval(ticking);
  const { surroundings } = readAround(files);
  assert.ok(MANY.every(({ name, bytes }) => agreements.knows(name, bytes, surroundings)));
  assert.ok(turns >= 2, `${turns} turns`);
});

test('beside a broken dataset nothing is read ahead', async () => {
  const agreements = new AgreementFiles();
  const broken = policyFile(BADGES, changedText(BADGES, ['timeout: 5 seconds', 'timeout: fast']));
  const files = [...samplesWith().filter(({ name }) => name !== broken.name), broken, ...MANY];
  await readAhead(files, agreements);
  const { surroundings } = readAround(files);
  assert.ok(!MANY.some(({ name, bytes }) => agreements.knows(name, bytes, surroundings)));
});
