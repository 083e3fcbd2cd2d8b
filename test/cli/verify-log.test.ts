import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { type OpenedLog, verifyLogCommand } from '../../src/cli/verify-log.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { alone, keptLog, SHAH } from '../support/kept-log.ts';
import { type SampleLog, writeSampleLog } from '../support/sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-log-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const headFile = join(folder, 'head');

function open(file: string): OpenedLog {
  const reader = openSqliteReader(file);
  reader.freeze();
  return reader;
}

async function run(
  log: SampleLog,
  more: { terminal?: boolean; key?: string; open?: typeof open } = {},
): Promise<{
  code: number;
  out: string;
  err: string;
}> {
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
  const code = await verifyLogCommand({ store: log.file, head: headFile, key }, io, more.open ?? open);
  return { code, out, err };
}

const whole = writeSampleLog(join(folder, 'whole.sqlite'), 30);

test('a whole log is said to be whole, with what is signed and what no check can see, and the exit code is 0', async () => {
  writeFileSync(headFile, whole.head);
  const { code, out, err } = await run(whole);
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

test('a gap in the story of a whole log is named, and leaves the exit code at 0', async () => {
  writeFileSync(headFile, whole.head);
  const { code, out } = await run(whole);
  assert.equal(code, 0);
  assert.match(
    out,
    /These gaps are in its story\. .*\n {2}- the run of `gateway-1` that began with entry 0 ends with entry \d+/,
  );
});

test('a changed entry is named on standard output, and the exit code is 1', async () => {
  const log = writeSampleLog(join(folder, 'changed.sqlite'), 30);
  writeFileSync(headFile, log.head);
  const db = new DatabaseSync(log.file);
  db.exec(
    "UPDATE batches SET leaves = CAST(replace(CAST(leaves AS TEXT), 'badge', 'bodge') AS BLOB) WHERE first = (SELECT max(first) FROM batches WHERE first <= 17)",
  );
  db.close();
  const { code, out } = await run(log);
  assert.equal(code, 1);
  assert.match(out, /^THE LOG IS NOT WHOLE/);
  assert.match(out, /- entry 17 was changed: its bytes do not hash/);
});

test('a terminal gets a progress bar on standard error, anything else gets none', async () => {
  writeFileSync(headFile, whole.head);
  const { out, err } = await run(whole, { terminal: true });
  assert.match(err, /\r\[#{30}\] 100 % of \d+ entries\n$/);
  assert.doesNotMatch(out, /%/);
});

test('a missing head file is a finding; a missing store and a bad key are said on standard error; all exit with 1', async () => {
  rmSync(headFile, { force: true });
  const headless = await run(whole);
  assert.equal(headless.code, 1);
  assert.match(headless.out, /there is no head file/);
  writeFileSync(headFile, whole.head);
  const lost = await run({ ...whole, file: join(folder, 'none.sqlite') });
  assert.deepEqual([lost.code, lost.out], [1, '']);
  assert.match(lost.err, /could not be verified: there is no audit store/);
  const bad = await run(whole, { key: 'no key' });
  assert.deepEqual([bad.code, bad.out], [1, '']);
  assert.match(bad.err, /a verifier key is a name, a key id and a public key/);
});

test('a head file that moves on while the store is opened is read again, and no false finding comes of it', async () => {
  const grown = writeSampleLog(join(folder, 'grown.sqlite'), 40, 8, whole.signer);
  writeFileSync(headFile, whole.head);
  let opened = 0;
  const moving = (file: string): OpenedLog => {
    opened += 1;
    if (opened === 1) writeFileSync(headFile, grown.head);
    return open(file);
  };
  const { code, out } = await run(grown, { open: moving });
  assert.equal(opened, 2);
  assert.equal(code, 0, out);
});

test('what was dropped is told, and whether sealed rows were checked', async (t) => {
  const log = await keptLog(t, Date.UTC(2020, 0, 1));
  await log.exchange(['ZZ9Z01'], { atMs: Date.UTC(2020, 0, 1) });
  await log.exchange(['ZZ9Z01']);
  log.clock = Date.UTC(2026, 5, 1);
  await log.retention.run(SHAH, alone);
  await log.close();
  const { storeFile: file, headFile: kept, keys } = log.folder;
  const said = async (sealedRows: boolean): Promise<string> => {
    let out = '';
    const tell = (text: string): void => {
      out += text;
    };
    const io = { out: tell, err: () => undefined, errIsTerminal: false };
    const key = formatVerifierKey(keys.checkpoint.verifierKey);
    assert.equal(await verifyLogCommand({ store: file, head: kept, key, sealedRows }, io, open), 0);
    return out;
  };
  const plainly = await said(false);
  assert.match(
    plainly,
    /\n3 of the 8 entries were dropped when they need not be kept any more: only their hashes/,
  );
  assert.match(plainly, /Add --sealed-rows to check them too/);
  assert.match(await said(true), /what was erased an entry says/);
});
