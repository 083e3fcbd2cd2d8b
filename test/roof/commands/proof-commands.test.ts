/** The commands that have a log prove itself, as processes of their own: beside a running gateway, and without one. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { unzip } from '../../../src/encoding/zip.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { type Asked, askBadge, askingGateway } from '../../support/asking-gateway.ts';
import { type Ran, runCommand } from '../../support/command-line.ts';
import type { WholeGateway } from '../../support/whole-gateway.ts';

const work = mkdtempSync(join(tmpdir(), 'proof-commands-'));
let gateway: WholeGateway;
const asked: Asked[] = [];
let keys: string[];

before(async () => {
  gateway = await askingGateway([]);
  for (const badge of ['ZZ9Z01', 'ZZ9Z02', 'ZZ9Z03']) asked.push(await askBadge(gateway, { badge }));
  const ring = openKeyRing(join(gateway.folder, 'keys'), String(gateway.settings['LOG_ORIGIN']));
  keys = [ring.checkpoint.verifierKey, ring.receipts.verifierKey].map(formatVerifierKey);
  await new Promise((resolve) => setTimeout(resolve, 1500));
});
after(async () => {
  await gateway.close();
  rmSync(work, { recursive: true });
});

const idOf = (answer: Asked | undefined): string => answer?.headers.get('exchange-id') ?? '';

function run(
  args: readonly string[],
  env: Record<string, string> = { OPERATIONS_URL: gateway.operations },
): Promise<Ran> {
  return runCommand(args, { env, cwd: work });
}

test('prove writes an exchange’s entries and proofs as files, and verify finds that each holds', async () => {
  const proved = await run(['prove', idOf(asked[0])]);
  assert.equal(proved.code, 0, proved.err);
  const [file] = readdirSync(work).filter((name) => name.endsWith('.tlog-proof'));
  const leaf = (file ?? '').replace('.tlog-proof', '.json');
  const verified = await run(['verify', '--proof', file ?? '', '--leaf', leaf, '--key', keys[0] ?? '']);
  assert.equal(verified.code, 0, verified.err);
  assert.match(verified.out, /^The proof holds\./);
  const again = await run(['prove', idOf(asked[0])]);
  assert.equal(again.code, 1);
  assert.match(again.err, /is there already/);
});

test('prove of a leaf hash prints the proof; of what is not there, it says so', async () => {
  const receipt = Buffer.from(asked[1]?.headers.get('audit-receipt') ?? '', 'base64url');
  const proved = await run(['prove', receipt.subarray(1, 33).toString('hex')]);
  assert.match(proved.out, /^c2sp\.org\/tlog-proof@v1\nindex \d+\n/);
  const unknown = await run(['prove', '00'.repeat(32)]);
  assert.deepEqual([unknown.code, unknown.out], [1, '']);
  assert.match(unknown.err, /No entry with this leaf hash/);
  assert.match((await run(['prove', 'what'])).err, /name an exchange by its id/);
});

test('export evidence writes a zip with held receipts that verify accepts, zipped and unpacked, with the body that came', async () => {
  const [first] = asked;
  writeFileSync(join(work, 'receipts.txt'), `${first?.headers.get('audit-receipt')}\n`);
  writeFileSync(join(work, 'body.json'), first?.text ?? '');
  const made = await run([
    'export',
    'evidence',
    idOf(first),
    '--open',
    'body',
    '--receipts',
    'receipts.txt',
    '--out',
    join(work, 'e.zip'),
  ]);
  assert.equal(made.code, 0, made.err);
  const verify = [
    'verify',
    '--key',
    keys[0] ?? '',
    '--receipts-key',
    keys[1] ?? '',
    '--body',
    'body.json',
    '--evidence',
  ];
  const verified = await run([...verify, 'e.zip']);
  assert.equal(verified.code, 0, verified.out + verified.err);
  assert.match(verified.out, /gave a receipt for entry/);
  for (const { name, bytes } of unzip(readFileSync(join(work, 'e.zip'))) ?? []) {
    const path = join(work, 'unpacked', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  assert.equal((await run([...verify, 'unpacked'])).code, 0);
  const wrong = await run([
    'export',
    'evidence',
    idOf(asked[1]),
    '--receipts',
    'receipts.txt',
    '--out',
    'w.zip',
  ]);
  assert.match(wrong.err, /receipt 1 is for no entry of these exchanges/);
});

test('export entries flows out as JSON lines and as CSV; reconcile compares it with what a party kept', async () => {
  const jsonl = await run(['export', 'entries']);
  assert.equal(jsonl.code, 0, jsonl.err);
  writeFileSync(join(work, 'log.jsonl'), jsonl.out);
  const csv = await run(['export', 'entries', '--as', 'csv', '--from', '2026-01-01']);
  assert.match(csv.out, /^index,at,kind,exchange,provider,/);
  assert.match(csv.out, /,released,[0-9a-f-]{36},northmere-city-council,westhaven-district-council,/);
  const rows = asked.map((answer) => `${idOf(answer)},${answer.headers.get('audit-receipt')}`);
  writeFileSync(join(work, 'theirs.csv'), ['exchange,receipt', ...rows, ''].join('\n'));
  const same = await run(['reconcile', '--ours', 'log.jsonl', '--theirs', 'theirs.csv']);
  assert.equal(same.code, 0, same.out + same.err);
  assert.match(same.err, /3 exchanges are on both sides/);
  writeFileSync(join(work, 'fewer.csv'), ['exchange,receipt', rows[0], rows[2], ''].join('\n'));
  const fewer = await run([
    'reconcile',
    '--store',
    join(gateway.folder, 'audit.sqlite'),
    '--theirs',
    'fewer.csv',
    '--party',
    'westhaven-district-council',
  ]);
  assert.equal(fewer.code, 1);
  assert.equal(
    fewer.out.trim(),
    `extra   ${idOf(asked[1])}  the log has it, and the party does not: its answer was never received, or not kept`,
  );
  const lost = jsonl.out
    .split('\n')
    .filter((line) => !line.includes(idOf(asked[1])))
    .join('\n');
  writeFileSync(join(work, 'lost.jsonl'), lost);
  assert.match((await run(['reconcile', '--ours', 'lost.jsonl', '--theirs', 'theirs.csv'])).out, /^missing /);
  const changed = jsonl.out.replaceAll('parking enforcement', 'parking entertainment');
  writeFileSync(join(work, 'changed.jsonl'), changed);
  assert.match(
    (await run(['reconcile', '--ours', 'changed.jsonl', '--theirs', 'theirs.csv'])).out,
    /^altered /,
  );
});

test('tiles, a pasted checkpoint, a receipt and two checkpoints are verified with public keys alone', async () => {
  const tiles = `${gateway.operations}/log`;
  const note = await (await fetch(`${tiles}/checkpoint`)).text();
  writeFileSync(
    join(work, 'mail.txt'),
    `Dear partner,\r\n> ${note.replaceAll('\n', '\r\n> ')}\r\nRegards\r\n`,
  );
  const key = ['--key', keys[0] ?? ''];
  const whole = await run(['verify', '--tiles', tiles, '--checkpoint', 'mail.txt', ...key]);
  assert.equal(whole.code, 0, whole.out + whole.err);
  assert.match(
    whole.out,
    /^The log is whole[\s\S]*The log begins with the \d+ entries of the checkpoint that was pasted/,
  );
  const files = ['--store', join(gateway.folder, 'audit.sqlite'), '--head', join(gateway.folder, 'head')];
  const store = await run(['verify', ...files, '--checkpoint', 'mail.txt', ...key]);
  assert.equal(store.code, 0, store.out + store.err);
  await askBadge(gateway, { badge: 'ZZ9Z04' });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  writeFileSync(join(work, 'newer.txt'), await (await fetch(`${tiles}/checkpoint`)).text());
  for (const from of [['--tiles', tiles], files.slice(0, 2)]) {
    const grew = await run(['verify', '--consistency', 'mail.txt', 'newer.txt', ...from, ...key]);
    assert.equal(grew.code, 0, grew.err);
    assert.match(grew.out, /^The log grew from \d+ to \d+ entries, and nothing else/);
  }
  writeFileSync(join(work, 'receipt.txt'), asked[0]?.headers.get('audit-receipt') ?? '');
  assert.match(
    (await run(['verify', '--receipt', 'receipt.txt', '--receipts-key', keys[1] ?? ''])).out,
    /^The receipt holds/,
  );
  const missing = await run(['verify', '--proof', 'newer.txt', ...key]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /error: give --leaf/);
});

test('where nothing listens and no settings are at hand it is said; with settings the log answers by itself', async () => {
  const nowhere = { OPERATIONS_URL: 'http://127.0.0.1:1' };
  assert.match((await run(['prove', idOf(asked[0])], nowhere)).err, /the gateway does not answer/);
  const alone = await askingGateway([], { spawned: true });
  try {
    const answer = await askBadge(alone);
    await alone.stop();
    const proved = await run(['prove', idOf(answer), '--to', alone.folder], {
      ...alone.settings,
      ...nowhere,
    });
    assert.equal(proved.code, 0, proved.err);
    const last = alone.leaves().slice(-2);
    assert.deepEqual(
      last.map(({ kind, code, assurance }) => [kind, code, assurance]),
      [
        ['read', 'proof', 'unproved'],
        ['stopped', undefined, undefined],
      ],
    );
  } finally {
    await alone.close();
  }
});
