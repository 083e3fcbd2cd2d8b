/** Policy sets kept by hash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { type PolicyFile, sha256OfFiles } from '../src/adapters/policies/policy-files.ts';
import type { StandingFact } from '../src/audit-log/ports.ts';
import { factsOfSet, newestKeptSet, openKeptSet, type ReadFact } from '../src/kept-policies.ts';

const file = (folder: PolicyFile['folder'], name: string, text: string): PolicyFile => ({
  folder,
  name,
  bytes: Buffer.from(text),
});
const FILES = [
  file('organisations', 'a.yaml', 'one'),
  file('agreements', 'b.yaml', 'two'),
  file('gateway', 'p.json', '{}'),
];

class Store {
  readonly facts = new Map<string, Uint8Array>();
  readonly read: ReadFact = (kind, key) => this.facts.get(`${kind}/${key}`);

  keep(files: readonly PolicyFile[]): readonly StandingFact[] {
    const facts = factsOfSet(sha256OfFiles(files), files, this.read);
    for (const { kind, key, value } of facts)
      if (value !== undefined) this.facts.set(`${kind}/${key}`, value);
    return facts;
  }
}

test('a set is opened as it was, and the newest is known', () => {
  const store = new Store();
  assert.equal(newestKeptSet(store.read), undefined);
  store.keep(FILES);
  const other = [...FILES.slice(0, 2), file('gateway', 'p.json', '{"a":[]}')];
  store.keep(other);
  assert.deepEqual(openKeptSet(sha256OfFiles(FILES), store.read), FILES);
  assert.deepEqual(openKeptSet(sha256OfFiles(other), store.read), other);
  assert.equal(newestKeptSet(store.read), sha256OfFiles(other));
});

test('a file of many sets is kept once', () => {
  const store = new Store();
  assert.equal(store.keep(FILES).length, 5);
  const kinds = store.keep([...FILES, file('signatures', 's.jws', 'x')]).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['policy file', 'policy set', 'newest policy set']);
  assert.equal(store.keep(FILES).length, 1);
});

test('a store that lost or changed anything opens nothing', () => {
  const whole = new Store();
  whole.keep(FILES);
  const sha256 = sha256OfFiles(FILES);
  for (const key of whole.facts.keys()) {
    if (key.startsWith('newest')) continue;
    const store = new Store();
    store.keep(FILES);
    store.facts.delete(key);
    assert.throws(() => openKeptSet(sha256, store.read), /holds no policy set|is damaged/, key);
    store.facts.set(key, deflateSync('[["organisations","../x","y"]]'));
    assert.throws(() => openKeptSet(sha256, store.read), /is damaged/, key);
    store.facts.set(key, Buffer.from('rubbish'));
    assert.throws(() => openKeptSet(sha256, store.read), /is damaged/, key);
  }
});
