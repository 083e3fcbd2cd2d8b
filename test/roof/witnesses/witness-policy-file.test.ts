import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../src/config.ts';
import { formatCosignerKey } from '../../../src/merkle/cosignature.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { readWitnessPolicy } from '../../../src/roof/witnesses/witness-policy-file.ts';
import { LocalWitness } from '../../support/local-witness.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'witness-policy-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const log = new SignedTree('log.example');
const line = `witness westhaven ${formatCosignerKey(new LocalWitness('w1', log).key)}`;

function read(text: string) {
  const witnessesFile = join(folder, 'policy');
  writeFileSync(witnessesFile, text);
  return readWitnessPolicy({ witnessesFile }, log.key);
}

test('a policy whose witnesses have addresses is taken, and without a file there is none', () => {
  const policy = read(`${line} https://w1.example/\nquorum westhaven`);
  assert.equal(policy?.witnesses[0]?.url, 'https://w1.example');
  assert.equal(readWitnessPolicy({ witnessesFile: undefined }, log.key), undefined);
});

test('a policy may name logs if this one is among them', () => {
  const ours = `log ${formatVerifierKey(log.key)}`;
  const other = `log ${formatVerifierKey(new SignedTree('log.example').key)}`;
  assert.ok(read(`${other}\n${ours}\n${line} https://w1.example\nquorum westhaven`));
  assert.throws(
    () => read(`${other}\n${line} https://w1.example\nquorum westhaven`),
    /this one is not among them/,
  );
});

test('what a gateway cannot use is told with the setting and what to do', () => {
  for (const [text, message] of [
    [`${line}\nquorum westhaven`, /WITNESSES_FILE: write the address of westhaven behind its key/],
    ['quorum none', /WITNESSES_FILE names no witness/],
    ['quorum westhaven', /WITNESSES_FILE: line 1: /],
  ] as const) {
    assert.throws(
      () => read(text),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  }
  assert.throws(
    () => readWitnessPolicy({ witnessesFile: join(folder, 'nowhere') }, log.key),
    /WITNESSES_FILE: the file cannot be read/,
  );
});
