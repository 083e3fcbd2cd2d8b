import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  KEY_PURPOSES,
  keyFile,
  keyFiles,
  makeMissingKeys,
  openKeyRing,
} from '../../src/adapters/signing/key-ring.ts';
import { keysCommand } from '../../src/cli/keys.ts';
import { formatVerifierKey, parseVerifierKey } from '../../src/merkle/signed-note.ts';
import { ORIGIN } from '../support/log-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'sharing-gateway-keys-'));
after(() => rmSync(folder, { recursive: true }));

const keys = {
  files: () => keyFiles(folder),
  make: () => makeMissingKeys(folder, '2026h2'),
  verifierKeys: () => {
    const { checkpoint, receipts } = openKeyRing(folder, ORIGIN);
    return [checkpoint.verifierKey, receipts.verifierKey].map(formatVerifierKey);
  },
};

function run(...args: string[]): { code: number; out: string; err: string } {
  let out = '';
  let err = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    errIsTerminal: false,
  };
  const code = keysCommand(args, keys, io);
  return { code, out, err };
}

test('without keys the command says which are missing and how to make them', () => {
  const { code, out, err } = run();
  assert.equal(code, 1);
  for (const purpose of KEY_PURPOSES)
    assert.ok(out.includes(`${purpose}: `) && err.includes(keyFile(folder, purpose)));
  assert.match(err, /keys make/);
});

test('`keys make` makes them, and a second time makes nothing', () => {
  const first = run('make');
  assert.equal(first.code, 0);
  assert.equal(first.err.match(/^made /gm)?.length, KEY_PURPOSES.length);
  assert.equal(run('make').err, '');
});

test('with keys the command prints purpose, place, rotation, loss and verifier keys, and no secret', () => {
  const { code, out } = run();
  assert.equal(code, 0);
  assert.equal(out.match(/if lost: {2}\S/g)?.length, KEY_PURPOSES.length);
  assert.equal(out.match(/rotation: \S/g)?.length, KEY_PURPOSES.length);
  const verifiers = [...out.matchAll(/^verifier key: (.+)$/gm)].map(
    ([, text]) => parseVerifierKey(text ?? '').name,
  );
  assert.deepEqual(verifiers, [ORIGIN, `${ORIGIN}/receipts`]);
  for (const purpose of KEY_PURPOSES) {
    for (const word of readFileSync(keyFile(folder, purpose), 'utf8')
      .split(/\s/)
      .filter((text) => text.length > 30))
      assert.ok(!out.includes(word));
  }
});

test('arguments that mean nothing are refused with the usage', () => {
  const { code, err } = run('remove');
  assert.equal(code, 2);
  assert.match(err, /usage/);
});
