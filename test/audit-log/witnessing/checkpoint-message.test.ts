import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkpointInText } from '../../../src/audit-log/verifying/pasted-checkpoint.ts';
import {
  type CheckpointMessage,
  checkpointMessage,
  isMailAddress,
} from '../../../src/audit-log/witnessing/checkpoint-message.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { SignedTree } from '../../support/signed-tree.ts';

const tree = new SignedTree('gateway.northmere.example/audit/2026h2').grow(7);
const MESSAGE: CheckpointMessage = {
  date: '2026-11-23',
  atMs: Date.parse('2026-11-23T06:00:00Z'),
  name: 'Westhaven District Council',
  address: 'dpo@westhaven.example',
  note: tree.checkpoint(),
  size: 7,
  key: tree.key,
  countersigned: 'Nothing is countersigned outside.',
  operatorContact: 'gateway@northmere.example',
};

test('the checkpoint can be taken out of the whole message as it was signed', () => {
  const { note, checkpoint } = checkpointInText(checkpointMessage(MESSAGE), tree.key);
  assert.equal(note, tree.checkpoint());
  assert.equal(checkpoint.size, 7);
});

test('the message is one of RFC 5322 in plain text, says to whom, from when, and how to check it', () => {
  const text = checkpointMessage(MESSAGE);
  assert.doesNotMatch(text.replaceAll('\r\n', ''), /[\r\n]/);
  const [head = '', body = ''] = text.split(/\r\n\r\n([\s\S]*)/);
  assert.deepEqual(head.split('\r\n').slice(0, 4), [
    'From: gateway@northmere.example',
    'To: dpo@westhaven.example',
    'Subject: Audit log of gateway.northmere.example: checkpoint of 23 November 2026',
    'Date: Mon, 23 Nov 2026 06:00:00 +0000',
  ]);
  assert.match(head, /^Message-ID: <\S+@gateway\.northmere\.example>\r$/m);
  assert.match(head, /^Content-Type: text\/plain; charset=utf-8\r$/m);
  assert.match(body, /^To the data protection officer of Westhaven District Council\r\n/);
  assert.ok(body.includes(`--key '${formatVerifierKey(tree.key)}'`));
  assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 998));
});

test('a contact that is a telephone number makes no sender', () => {
  const text = checkpointMessage({ ...MESSAGE, operatorContact: '01632 960101' });
  assert.match(text, /^To: /);
  assert.match(text, /Questions: 01632 960101\r\n$/);
});

test('nothing but an address counts as one', () => {
  for (const good of ['dpo@northmere.example', "o'neill+dpo@a-b.example"])
    assert.ok(isMailAddress(good), good);
  for (const bad of [
    '',
    'dpo',
    'a@b\r\nBcc: c@d',
    'a b@c.example',
    'a@b@c',
    'a@b,c@d',
    `${'a'.repeat(250)}@b.example`,
  ])
    assert.ok(!isMailAddress(bad), bad);
});
