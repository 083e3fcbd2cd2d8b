/** The commands of a witness, as processes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openWitnessBook } from '../../../src/adapters/storage/sqlite/witness-book.ts';
import { parseCosignerKey } from '../../../src/merkle/cosignature.ts';
import { runCommand } from '../../support/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'witness-commands-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(...parameters: readonly string[]) {
  return runCommand(['witness', ...parameters]);
}

test('make-key makes a key that only its owner may read, prints its public half, and never overwrites one', async () => {
  const out = join(folder, 'witness.pem');
  const made = await run('make-key', '--out', out, '--name', 'witness.westhaven.example');
  assert.equal(made.code, 0, made.err);
  assert.equal(parseCosignerKey(made.out.trim()).name, 'witness.westhaven.example');
  assert.equal(statSync(out).mode & 0o777, 0o600);
  const again = await run('make-key', '--out', out, '--name', 'witness.westhaven.example');
  assert.equal(again.code, 1);
  assert.match(again.err, /never written over/);
});

test('a name that no cosignature can bear makes no key', async () => {
  const out = join(folder, 'other.pem');
  const refused = await run('make-key', '--out', out, '--name', 'two words');
  assert.equal(refused.code, 1);
  assert.match(refused.err, /no space and no plus/);
  assert.equal(statSync(out, { throwIfNoEntry: false }), undefined);
});

test('list says what was cosigned, and fails where a log forked', async () => {
  const state = join(folder, 'witness.sqlite');
  const book = openWitnessBook(state);
  book.replace('log.example', 0, { size: 3, root: new Uint8Array(32), note: 'first note\n' });
  book.close();
  const listed = await run('list', '--state', state);
  assert.deepEqual([listed.code, listed.out.includes('first note')], [0, true]);
  const forked = openWitnessBook(state);
  forked.keepEvidence(
    'log.example',
    { origin: 'log.example', size: 3, root: Buffer.alloc(32, 1) },
    'other note\n',
  );
  forked.close();
  const found = await run('list', '--state', state);
  assert.deepEqual([found.code, found.out.includes('other note')], [1, true]);
  assert.equal((await run('list', '--state', join(folder, 'nothing'))).code, 1);
});

test('a witness without settings names all that are missing and does not start', async () => {
  const { code, err } = await run();
  assert.equal(code, 1);
  assert.match(err, /WITNESS_NAME is missing[\s\S]*WITNESS_STATE_FILE is missing/);
});

test('a key that others may read is not taken', async () => {
  const key = join(folder, 'open.pem');
  writeFileSync(key, 'x', { mode: 0o644 });
  writeFileSync(
    join(folder, 'logs'),
    'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8\n',
  );
  const env = {
    WITNESS_NAME: 'witness.westhaven.example',
    WITNESS_KEY_FILE: key,
    WITNESS_STATE_FILE: join(folder, 'unused.sqlite'),
    WITNESS_LOGS_FILE: join(folder, 'logs'),
  };
  const { code, err } = await runCommand(['witness'], { env });
  assert.equal(code, 1);
  assert.match(err, /may be read by others/);
});
