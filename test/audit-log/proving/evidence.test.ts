import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { evidenceOf, MOST_EXCHANGES } from '../../../src/audit-log/proving/evidence.ts';
import { parseManifest } from '../../../src/audit-log/proving/evidence-manifest.ts';
import { unzip, zip } from '../../../src/encoding/zip.ts';
import { AGREEMENT_TEXT, EXCHANGE, sampleEvidence } from '../../support/sample-evidence.ts';

const sample = await sampleEvidence();
after(() => sample.remove());
const { parts } = sample;

async function made(more: Partial<typeof parts> = {}, exchanges = [EXCHANGE]) {
  const evidence = await evidenceOf(exchanges, [], { ...parts, ...more });
  if ('wrong' in evidence) throw new Error(evidence.wrong);
  return new Map(evidence.files.map(({ name, bytes }) => [name, Buffer.from(bytes).toString()]));
}

test('a bundle holds every entry of the exchange byte for byte, its proof, the checkpoint, the keys and the agreement', async () => {
  const files = await made();
  const entries = parts.reader.entriesOfExchange(EXCHANGE) as readonly { index: number; leaf: Uint8Array }[];
  assert.equal(entries.length, 2);
  for (const { index, leaf } of entries) {
    assert.equal(files.get(`entries/${index}.json`), Buffer.from(leaf).toString());
    assert.match(files.get(`proofs/${index}.tlog-proof`) ?? '', /^c2sp\.org\/tlog-proof@v1\n/);
  }
  const manifest = parseManifest(files.get('evidence.json') ?? '');
  assert.deepEqual(
    manifest?.entries,
    entries.map(({ index }) => index),
  );
  const [agreement] = manifest?.agreements ?? [];
  assert.equal(files.get(agreement?.files[0] ?? ''), AGREEMENT_TEXT.toString());
  assert.match(files.get('keys.txt') ?? '', /^gateway\S+\+\S+\n\S+\/receipts\+\S+\n$/);
  assert.match(files.get('README.txt') ?? '', /verify --evidence/);
  assert.deepEqual(manifest?.openings, []);
});

test('the bundle is a zip that comes back file by file', async () => {
  const evidence = await evidenceOf([EXCHANGE], [], parts);
  assert.ok('files' in evidence);
  assert.equal(unzip(zip(evidence.files))?.length, evidence.files.length);
});

test('an exchange of others, and one that is not there, are the same sentence', async () => {
  const stranger = { ...parts, sees: { organisation: 'northmere-hospital-trust' } } as const;
  const hidden = await evidenceOf([EXCHANGE], [], stranger);
  const missing = '0198c1f0-7b1c-7aaa-8000-ffffffffffff';
  const absent = await evidenceOf([missing], [], parts);
  assert.deepEqual(hidden, { wrong: `no exchange ${EXCHANGE} is in the log that you may read` });
  assert.deepEqual(absent, { wrong: `no exchange ${missing} is in the log that you may read` });
});

test('an agreement that is kept no more is named as missing, and the bundle is made all the same', async () => {
  const files = await made({ agreementFiles: async () => undefined });
  assert.match(files.get('README.txt') ?? '', /Not kept any more by the gateway: agreement [0-9a-f]{64}/);
  assert.ok(![...files.keys()].some((name) => name.startsWith('agreements/')));
});

test('no exchange, and more than can be put together at once, are refused', async () => {
  for (const exchanges of [[], Array.from({ length: MOST_EXCHANGES + 1 }, () => EXCHANGE)])
    assert.deepEqual(await evidenceOf(exchanges, [], parts), {
      wrong: `name from 1 to ${MOST_EXCHANGES} exchanges`,
    });
});

test('entries that nobody has signed yet are not proved, and the sentence says to wait', async () => {
  const entriesOfExchange = (exchange: string) => parts.reader.entriesOfExchange(exchange);
  const reader = Object.assign(Object.create(parts.reader), {
    entriesOfExchange,
    checkpoint: () => undefined,
  });
  const evidence = await evidenceOf([EXCHANGE], [], { ...parts, reader });
  assert.match('wrong' in evidence ? evidence.wrong : '', /not signed yet; ask again in a few seconds/);
});
