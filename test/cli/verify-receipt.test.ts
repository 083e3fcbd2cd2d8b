import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { verifyReceiptCommand } from '../../src/cli/verify-receipt.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { BODY, EXCHANGE, sampleEvidence } from '../support/sample-evidence.ts';
import { Written } from '../support/written.ts';

const sample = await sampleEvidence();
after(() => sample.remove());
const { receipt, parts } = sample;
const key = formatVerifierKey(parts.keys.receipts);
const entry = (await parts.reader.entriesOfExchange(EXCHANGE)).at(-1)!;
const bodySalt = Buffer.from(parts.openRow(entry)?.row.bodySalt ?? '');
const salt = bodySalt.toString('base64url');

async function run(more: Partial<Parameters<typeof verifyReceiptCommand>[0]> = {}) {
  const io = new Written();
  return { code: await verifyReceiptCommand({ receipt, key, ...more }, io), io };
}

test('a receipt holds by itself, with its entry, and with the body that came', async () => {
  const alone = await run({ receipt: `${receipt}\n` });
  assert.equal(alone.code, 0);
  assert.match(alone.io.stdout, new RegExp(`on disk as number ${entry.index} of the log`));
  const whole = await run({ leaf: entry.leaf, body: { bytes: BODY, salt } });
  assert.equal(whole.code, 0);
  assert.match(whole.io.stdout, /The body given is the one that the entry recorded/);
  assert.match(whole.io.stdout, /evidence that the log was tampered with/);
});

test('another entry, another body, another key and a text that is no receipt do not hold', async () => {
  const [other] = await parts.reader.entriesOfExchange(EXCHANGE);
  assert.match((await run({ leaf: other!.leaf })).io.stdout, /for another leaf/);
  const body = await run({ leaf: entry.leaf, body: { bytes: Buffer.from('{}'), salt } });
  assert.equal(body.code, 1);
  assert.match(body.io.stdout, /the body given is not the one/);
  assert.equal((await run({ key: formatVerifierKey(parts.keys.checkpoint) })).code, 1);
  assert.equal((await run({ receipt: 'AQID' })).code, 1);
});

test('a body without its entry cannot be compared, and the sentence says what to give', async () => {
  const { code, io } = await run({ body: { bytes: BODY, salt } });
  assert.deepEqual([code, io.stdout], [1, '']);
  assert.match(io.stderr, /--leaf/);
});
