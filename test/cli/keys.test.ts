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
import { type CredentialsAtHand, keysCommand } from '../../src/cli/keys.ts';
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
  credentials: () => credentials,
};
let credentials: CredentialsAtHand[] = [];

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

test('certificates and secrets of the settings have purpose, place, rotation and loss too, and what is wrong with them', () => {
  const purposes = ['listener', 'private-ca', 'upstream-secrets', 'issuer-secrets'];
  credentials = purposes.map((purpose) => ({ purpose, file: `/etc/${purpose}`, holds: [`of ${purpose}`] }));
  const good = run();
  assert.equal(good.code, 0);
  for (const purpose of purposes)
    assert.match(
      good.out,
      new RegExp(
        `^${purpose}: \\S.*\n {2}file: {5}/etc/${purpose}\n {2}holds: {4}of ${purpose}\n {2}rotation: \\S.*\n {2}if lost: {2}\\S`,
        'm',
      ),
    );
  credentials = [{ purpose: 'listener', file: '/etc/listener', fault: 'it has expired', holds: [] }];
  const bad = run();
  assert.equal(bad.code, 1);
  assert.match(bad.out, /file: {5}\/etc\/listener \(not in order\)/);
  assert.match(bad.out, /^verifier key: /m);
  assert.equal(bad.err, 'it has expired\n');
  credentials = [];
});

test('arguments that mean nothing are refused with the usage', () => {
  const { code, err } = run('remove');
  assert.equal(code, 2);
  assert.match(err, /usage/);
});
