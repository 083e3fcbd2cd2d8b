/** Policy sets kept by hash. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { type PolicyFile, sha256OfFiles } from '../../../src/adapters/policies/policy-files.ts';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import {
  factsOfSet,
  faultOfKeptSet,
  newestKeptSet,
  openKeptSet,
  type ReadFact,
} from '../../../src/roof/policies/kept-policies.ts';

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

  async keep(files: readonly PolicyFile[]): Promise<readonly StandingFact[]> {
    const facts = await factsOfSet(sha256OfFiles(files), files, this.read);
    for (const { kind, key, value } of facts)
      if (value !== undefined) this.facts.set(`${kind}/${key}`, value);
    return facts;
  }
}

test('a set is opened as it was, and the newest is known', async () => {
  const store = new Store();
  assert.equal(await newestKeptSet(store.read), undefined);
  await store.keep(FILES);
  const other = [...FILES.slice(0, 2), file('gateway', 'p.json', '{"a":[]}')];
  await store.keep(other);
  assert.deepEqual(await openKeptSet(sha256OfFiles(FILES), store.read), FILES);
  assert.deepEqual(await openKeptSet(sha256OfFiles(other), store.read), other);
  assert.equal(await newestKeptSet(store.read), sha256OfFiles(other));
});

test('a file of many sets is kept once', async () => {
  const store = new Store();
  assert.equal((await store.keep(FILES)).length, 5);
  const kinds = (await store.keep([...FILES, file('signatures', 's.jws', 'x')])).map(({ kind }) => kind);
  assert.deepEqual(kinds, ['policy file', 'policy set', 'newest policy set']);
  assert.equal((await store.keep(FILES)).length, 1);
  assert.deepEqual(await store.keep(FILES), []);
});

test('a store that lost or changed anything opens nothing', async () => {
  const whole = new Store();
  await whole.keep(FILES);
  const sha256 = sha256OfFiles(FILES);
  for (const key of whole.facts.keys()) {
    if (key.startsWith('newest')) continue;
    const store = new Store();
    await store.keep(FILES);
    store.facts.delete(key);
    await assert.rejects(() => openKeptSet(sha256, store.read), /holds no policy set|is damaged/, key);
    store.facts.set(key, deflateSync('[["organisations","../x","y"]]'));
    await assert.rejects(() => openKeptSet(sha256, store.read), /is damaged/, key);
    store.facts.set(key, Buffer.from('rubbish'));
    await assert.rejects(() => openKeptSet(sha256, store.read), /is damaged/, key);
  }
});

test('what is wrong with a kept set is said in words that name it, and nothing of one that is whole', async () => {
  const store = new Store();
  await store.keep(FILES);
  const sha256 = sha256OfFiles(FILES);
  assert.equal(await faultOfKeptSet(sha256, store.read), undefined);
  assert.match((await faultOfKeptSet('ab', store.read)) ?? '', /holds no policy set ab/);
  for (const [key, value] of store.facts) {
    if (key.startsWith('newest')) continue;
    store.facts.set(key, deflateSync('{"not":"that"}'));
    assert.match((await faultOfKeptSet(sha256, store.read)) ?? '', new RegExp(`${sha256} is damaged`), key);
    store.facts.set(key, value);
  }
});
