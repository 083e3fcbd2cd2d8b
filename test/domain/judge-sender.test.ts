import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import { judgeSender } from '../../src/domain/judge-sender.ts';

const policies = await loadPolicyFolder(join(import.meta.dirname, '../../policies'));
const dataset = (id: string): Dataset => {
  const found = policies.datasets.get(id);
  assert.ok(found !== undefined, id);
  return found;
};

test('a dataset that holds special category data is refused to who proved no key, with what to do', () => {
  const badges = dataset('blue-badges');
  assert.equal(badges.callersProveKey, true);
  const refused = judgeSender({ senderProved: false }, badges);
  assert.equal(refused?.code, 'sender-not-proved');
  assert.match(refused?.detail ?? '', /DPoP[\s\S]*client certificate[\s\S]*registered/);
  assert.equal(judgeSender({ senderProved: true }, badges), undefined);
});

test('where a dataset asks for no key, a token is enough', () => {
  const open = { ...dataset('blue-badges'), callersProveKey: false };
  assert.equal(judgeSender({ senderProved: false }, open), undefined);
});
