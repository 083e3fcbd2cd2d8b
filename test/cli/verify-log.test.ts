import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { type OpenedLog, verifyLogCommand } from '../../src/cli/verify-log.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { type SampleLog, writeSampleLog } from '../support/sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const headFile = join(folder, 'head');

function open(file: string): OpenedLog {
  const reader = openSqliteReader(file);
  reader.freeze();
  return reader;
}

function run(
  log: SampleLog,
  more: { terminal?: boolean; key?: string; open?: typeof open } = {},
): {
  code: number;
  out: string;
  err: string;
} {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    errIsTerminal: more.terminal ?? false,
  };
  const key = more.key ?? formatVerifierKey(log.signer.key);
  const code = verifyLogCommand({ store: log.file, head: headFile, key }, io, more.open ?? open);
  return { code, out, err };
}

const whole = writeSampleLog(join(folder, 'whole.sqlite'), 30);

test('a whole log is said to be whole, with what is signed and what no check can see, and the exit code is 0', () => {
  writeFileSync(headFile, whole.head);
  const { code, out, err } = run(whole);
  assert.equal(code, 0);
  assert.match(
    out,
    new RegExp(`^The log is whole: ${whole.size} entries, none changed, removed, added or moved\\.`),
  );
  assert.match(
    out,
    new RegExp(
      `signed by gateway\\.northmere\\.example/audit/2026h2 over ${whole.size} entries; root \\S{44}`,
    ),
  );
  assert.match(out, /What this check cannot see:/);
  assert.match(out, /whoever holds the checkpoint key/);
  assert.equal(err, '');
});

test('a changed entry is named on standard output, and the exit code is 1', () => {
  const log = writeSampleLog(join(folder, 'changed.sqlite'), 30);
  writeFileSync(headFile, log.head);
  const db = new DatabaseSync(log.file);
  db.exec(
    "UPDATE batches SET leaves = CAST(replace(CAST(leaves AS TEXT), 'badge', 'bodge') AS BLOB) WHERE first = (SELECT max(first) FROM batches WHERE first <= 17)",
  );
  db.close();
  const { code, out } = run(log);
  assert.equal(code, 1);
  assert.match(out, /^THE LOG IS NOT WHOLE/);
  assert.match(out, /- entry 17 was changed: its bytes do not hash/);
});

test('a terminal gets a progress bar on standard error, anything else gets none', () => {
  writeFileSync(headFile, whole.head);
  const { out, err } = run(whole, { terminal: true });
  assert.match(err, /\r\[#{30}\] 100 % of \d+ entries\n$/);
  assert.doesNotMatch(out, /%/);
});

test('a missing head file is a finding; a missing store and a bad key are said on standard error; all exit with 1', () => {
  rmSync(headFile, { force: true });
  const headless = run(whole);
  assert.equal(headless.code, 1);
  assert.match(headless.out, /there is no head file/);
  writeFileSync(headFile, whole.head);
  const lost = run({ ...whole, file: join(folder, 'none.sqlite') });
  assert.deepEqual([lost.code, lost.out], [1, '']);
  assert.match(lost.err, /could not be verified: there is no audit store/);
  const bad = run(whole, { key: 'no key' });
  assert.deepEqual([bad.code, bad.out], [1, '']);
  assert.match(bad.err, /a verifier key is a name, a key id and a public key/);
});

test('a head file that moves on while the store is opened is read again, and no false finding comes of it', () => {
  const grown = writeSampleLog(join(folder, 'grown.sqlite'), 40, 8, whole.signer);
  writeFileSync(headFile, whole.head);
  let opened = 0;
  const moving = (file: string): OpenedLog => {
    opened += 1;
    if (opened === 1) writeFileSync(headFile, grown.head);
    return open(file);
  };
  const { code, out } = run(grown, { open: moving });
  assert.equal(opened, 2);
  assert.equal(code, 0, out);
});
