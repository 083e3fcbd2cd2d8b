import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listWitnessed, saidOfNewKey } from '../../src/cli/witness.ts';
import { Written } from '../support/written.ts';

test('the new key is the whole result, and what to do with it stands beside it', () => {
  const io = new Written();
  saidOfNewKey('/etc/witness.pem', 'witness.example+00000000+BAAA', io);
  assert.equal(io.stdout, 'witness.example+00000000+BAAA\n');
  assert.match(io.stderr, /made \/etc\/witness\.pem/);
});

test('a witness that met no fork lists what it cosigned and exits with 0', () => {
  const io = new Written();
  assert.equal(listWitnessed({ heads: [{ origin: 'log.example', note: 'note\n' }], evidence: [] }, io), 0);
  assert.equal(io.stdout, 'The newest checkpoint that was cosigned of log.example:\n\nnote\n\n');
});

test('a fork is told in capitals with what the log signed, and the exit code is 1', () => {
  const io = new Written();
  assert.equal(listWitnessed({ heads: [], evidence: [{ origin: 'log.example', note: 'other\n' }] }, io), 1);
  assert.match(io.stdout, /log\.example SIGNED TWO DIFFERENT HISTORIES[\s\S]*\n\nother\n/);
});
