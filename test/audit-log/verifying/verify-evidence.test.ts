import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sha256OfBoth } from '../../../src/adapters/policies/protocol-file.ts';
import { evidenceOf } from '../../../src/audit-log/proving/evidence.ts';
import { OPENABLE } from '../../../src/audit-log/proving/evidence-manifest.ts';
import { proofOfEntry } from '../../../src/audit-log/proving/proofs.ts';
import {
  agreementHash,
  type EvidenceKeys,
  verifyEvidence,
} from '../../../src/audit-log/verifying/verify-evidence.ts';
import type { ZippedFile } from '../../../src/encoding/zip.ts';
import { parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { openSignedNote } from '../../../src/merkle/signed-note.ts';
import { BODY, EXCHANGE, sampleEvidence } from '../../support/sample-evidence.ts';
import { noteKey } from '../../support/sample-log.ts';

const sample = await sampleEvidence();
after(() => sample.remove());
const { parts, receipt } = sample;
const KEYS: EvidenceKeys = { checkpoint: parts.keys.checkpoint, receipts: parts.keys.receipts };

async function bundle(more: Partial<typeof parts> = {}): Promise<readonly ZippedFile[]> {
  const evidence = await evidenceOf([EXCHANGE], OPENABLE, { ...parts, ...more });
  if ('wrong' in evidence) throw new Error(evidence.wrong);
  return evidence.files;
}

const files = await bundle();
const last = Math.max(...files.flatMap(({ name }) => Number(/^entries\/(\d+)/.exec(name)?.[1] ?? -1)));

function isWhenMade(manifest: string, at: number): boolean {
  const from = manifest.indexOf('"made":"') + 8;
  return at >= from && at < manifest.indexOf('"', from);
}

function changed(name: string, change: (bytes: Buffer) => Uint8Array | undefined): ZippedFile[] {
  return files.flatMap((file) => {
    if (file.name !== name) return [file];
    const bytes = change(Buffer.from(file.bytes));
    return bytes === undefined ? [] : [{ name, bytes }];
  });
}

test('a bundle holds with the log’s key alone, and says what it shows', () => {
  const verdict = verifyEvidence(files, KEYS, BODY);
  assert.deepEqual(verdict.findings, []);
  assert.equal(verdict.entries, 2);
  assert.equal(verdict.checkpoint?.origin, parts.keys.checkpoint.name);
  const shown = verdict.shown.join('\n');
  assert.match(shown, /agreements\/[0-9a-f]{64}\.yaml is the agreement that the entries name, byte for byte/);
  assert.match(shown, /committed to this person: "officer-0417"/);
  assert.match(shown, /The body given is the one that entry \d+ recorded, byte for byte/);
});

test('every changed byte of every file that proves something is found', () => {
  for (const { name, bytes } of files) {
    if (name === 'README.txt' || name === 'keys.txt') continue;
    for (let at = 0; at < bytes.length; at += 1 + Math.floor(bytes.length / 60)) {
      const spoiled = changed(name, (copy) => {
        copy[at] = (copy[at] ?? 0) ^ 1;
        return copy;
      });
      const { findings } = verifyEvidence(spoiled, KEYS, BODY);
      // When the bundle was made stands in the manifest alone: nobody signs it, and nothing rests on it.
      if (!(name === 'evidence.json' && isWhenMade(Buffer.from(bytes).toString(), at)))
        assert.ok(findings.length > 0, `${name} at ${at}`);
    }
  }
});

test('a proof that leads to another checkpoint of the log than that of the bundle is found', async () => {
  const first = Math.min(
    ...files.flatMap(({ name }) => Number(/^entries\/(\d+)/.exec(name)?.[1] ?? Infinity)),
  );
  const older = (await parts.reader.checkpoints(first, 1))[0];
  assert.ok(older !== undefined);
  const checkpoint = parseCheckpoint(openSignedNote(older.note, [KEYS.checkpoint]));
  const proof = (await proofOfEntry(parts.reader, first, { note: older.note, checkpoint })) ?? '';
  const { findings } = verifyEvidence(
    changed(`proofs/${first}.tlog-proof`, () => Buffer.from(proof)),
    KEYS,
  );
  assert.deepEqual(findings, [`the proof of entry ${first} leads to another checkpoint than checkpoint.txt`]);
});

test('an entry that is passed off under another number is found', () => {
  const renamed = files.map(({ name, bytes }) => {
    const text = Buffer.from(bytes).toString();
    if (name === 'evidence.json') return { name, bytes: Buffer.from(text.replaceAll(String(last), '9999')) };
    return { name: name.replace(`/${last}.`, '/9999.'), bytes };
  });
  assert.match(
    verifyEvidence(renamed, KEYS).findings.join('\n'),
    new RegExp(`the proof of entry 9999 is for entry ${last}`),
  );
});

test('a file that is missing, and one that belongs to nothing, is named', () => {
  for (const { name } of files) {
    if (name === 'README.txt' || name === 'keys.txt') continue;
    assert.ok(
      verifyEvidence(
        changed(name, () => undefined),
        KEYS,
      ).findings.length > 0,
      name,
    );
  }
  const more = verifyEvidence([...files, { name: 'letter.txt', bytes: Buffer.from('x') }], KEYS);
  assert.deepEqual(more.findings, ['letter.txt belongs to nothing in the bundle: it proves nothing']);
});

test('the key in the bundle counts for nothing: with another key nothing holds, and with none there is no check', () => {
  const other = verifyEvidence(files, { ...KEYS, checkpoint: noteKey(parts.keys.checkpoint.name).key });
  assert.match(
    other.findings.join('\n'),
    /checkpoint\.txt does not hold: the note is not signed by the key given/,
  );
  assert.deepEqual(other.shown, []);
});

test('an agreement text that is another than the one that decided is found', () => {
  const name = files.find((file) => file.name.startsWith('agreements/'))?.name ?? '';
  const { findings } = verifyEvidence(
    changed(name, (bytes) => Buffer.concat([bytes, Buffer.from('#')])),
    KEYS,
  );
  assert.match(findings.join('\n'), /the text of agreement [0-9a-f]{64} is not the one that was in force/);
});

test('the hash of an agreement is that of its file, or of its protocol and its file together', () => {
  const [protocol, own] = ['11', '22'].map((byte) => byte.repeat(32)) as [string, string];
  assert.equal(agreementHash([own]), own);
  assert.equal(agreementHash([protocol, own]), sha256OfBoth(protocol, own));
  assert.notEqual(agreementHash([own, protocol]), sha256OfBoth(protocol, own));
  assert.equal(agreementHash([]), undefined);
  assert.equal(agreementHash([own, own, own]), undefined);
});

test('a text that is not in the bundle is said to be missing, and the rest holds', async () => {
  const { findings, shown } = verifyEvidence(await bundle({ agreementFiles: async () => undefined }), KEYS);
  assert.deepEqual(findings, []);
  assert.match(shown.join('\n'), /The text of agreement [0-9a-f]{64} is NOT in the bundle/);
});

test('a receipt that was added is checked with its own key', () => {
  const name = `receipts/${last}.txt`;
  const held = [...files, { name, bytes: Buffer.from(`${receipt}\n`) }];
  assert.match(verifyEvidence(held, KEYS).shown.join('\n'), /gave a receipt for entry \d+/);
  assert.match(verifyEvidence(held, { ...KEYS, receipts: undefined }).findings.join('\n'), /--receipts-key/);
  const wrong = [...files, { name: `receipts/${last - 1}.txt`, bytes: Buffer.from(receipt) }];
  assert.match(
    verifyEvidence(wrong, KEYS).findings.join('\n'),
    /does not hold: the receipt is for another leaf/,
  );
});

test('a body that no entry committed to is said to be none of theirs', () => {
  assert.match(
    verifyEvidence(files, KEYS, Buffer.from('{}')).findings.join('\n'),
    /no entry of the bundle commits to the body given/,
  );
});

test('what has no manifest is no bundle', () => {
  assert.match(verifyEvidence([], KEYS).findings.join(''), /no bundle of evidence/);
});
