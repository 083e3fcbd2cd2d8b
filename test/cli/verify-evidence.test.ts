import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { evidenceOf } from '../../src/audit-log/proving/evidence.ts';
import { filesOfZip, verifyEvidenceCommand } from '../../src/cli/verify-evidence.ts';
import { zip } from '../../src/encoding/zip.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { BODY, EXCHANGE, sampleEvidence } from '../support/sample-evidence.ts';
import { Written } from '../support/written.ts';

const sample = await sampleEvidence();
after(() => sample.remove());
const evidence = await evidenceOf([EXCHANGE], ['body'], sample.parts);
assert.ok('files' in evidence);
const archive = zip(evidence.files);
const key = formatVerifierKey(sample.parts.keys.checkpoint);

test('a bundle that holds says what it shows and what it does not', async () => {
  const io = new Written();
  assert.equal(await verifyEvidenceCommand({ key, body: BODY }, () => filesOfZip(archive), io), 0);
  assert.match(io.stdout, /^The evidence holds: 2 entries\./);
  assert.match(io.stdout, /The body given is the one that entry \d+ recorded/);
  assert.match(io.stdout, /that the key given is the log’s/);
});

test('a changed bundle does not hold, and a zip that was packed anew is to be unpacked', async () => {
  const spoiled = evidence.files.map(({ name, bytes }) =>
    name.startsWith('entries/')
      ? { name, bytes: Buffer.from(String(bytes).replace('badge', 'bodge')) }
      : { name, bytes },
  );
  const io = new Written();
  assert.equal(await verifyEvidenceCommand({ key }, () => spoiled, io), 1);
  assert.match(io.stdout, /^IT DOES NOT HOLD/);
  const other = new Written();
  assert.equal(await verifyEvidenceCommand({ key }, () => filesOfZip(archive.subarray(1)), other), 1);
  assert.match(other.stderr, /unpack it and name the folder/);
});
