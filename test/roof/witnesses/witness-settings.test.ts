import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConfigError } from '../../../src/config.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { readWitnessSettings } from '../../../src/roof/witnesses/witness-settings.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'witness-settings-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const key = join(folder, 'witness.pem');
const logs = join(folder, 'logs');
writeFileSync(key, 'a key');
writeFileSync(logs, formatVerifierKey(new SignedTree('log.example').key));
const GOOD = {
  WITNESS_NAME: 'witness.westhaven.example',
  WITNESS_KEY_FILE: key,
  WITNESS_STATE_FILE: join(folder, 'witness.sqlite'),
  WITNESS_LOGS_FILE: logs,
};

function mistakes(environment: Record<string, string>): readonly string[] {
  try {
    readWitnessSettings(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.match(error.message, /^the witness cannot start:\n/);
    return error.mistakes;
  }
}

test('with its four settings a witness listens on loopback only', () => {
  const { name, host, port, tls, logs: followed } = readWitnessSettings(GOOD);
  assert.deepEqual([name, host, port, tls], ['witness.westhaven.example', '127.0.0.1', 8446, undefined]);
  assert.deepEqual([...followed.keys()], ['log.example']);
});

test('all that is missing is named at once', () => {
  const told = mistakes({});
  for (const name of ['WITNESS_NAME', 'WITNESS_KEY_FILE', 'WITNESS_STATE_FILE', 'WITNESS_LOGS_FILE'])
    assert.equal(told.filter((mistake) => mistake.startsWith(`${name} `)).length, 1, name);
  assert.equal(told.length, 4);
});

test('a name that no signature line can hold and a line that is no key are told', () => {
  const bad = join(folder, 'bad');
  writeFileSync(bad, 'no key\n');
  const told = mistakes({ ...GOOD, WITNESS_NAME: 'two words', WITNESS_LOGS_FILE: bad });
  assert.match(told[0] ?? '', /^WITNESS_NAME holds a space/);
  assert.match(told[1] ?? '', /^WITNESS_LOGS_FILE: line 1: /);
  assert.equal(told.length, 2);
});
