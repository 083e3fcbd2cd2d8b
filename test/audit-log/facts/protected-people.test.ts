/** Lists of people who are held back: as tags, changed by entries, asked for each answer, and never forgotten with a key. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { CHANGES, PEOPLE_LISTS, ProtectedPeople } from '../../../src/audit-log/facts/protected-people.ts';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { openSealedText } from '../../../src/audit-log/sealing/sealed-text.ts';
import type { NamedKey } from '../../../src/audit-log/sealing/sealing-keys.ts';
import { noteLeaf } from '../../../src/audit-log/writing/note-leaf.ts';
import { sha256Base64url } from '../../../src/encoding/sha256.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const PERSON = { namespace: 'NHS number', id: '9990001006' };
const OTHER = { namespace: 'NHS number', id: '9990001014' };
const AT = Date.UTC(2026, 10, 23, 16);
const SEALING: NamedKey = { id: '2026h2', bytes: randomBytes(32) };
const KEY: NamedKey = { id: '2026h2', bytes: randomBytes(32) };

/** A store of facts, and people over it with some keys. */
function store() {
  const facts = new Map<string, StandingFact>();
  const leaves: Record<string, unknown>[] = [];
  const open = async (tagKeys: readonly NamedKey[] = [KEY]): Promise<ProtectedPeople> => {
    const people = new ProtectedPeople({
      tagKeys,
      sealing: SEALING,
      facts: (kind) => [...facts.values()].filter((fact) => fact.kind === kind),
      async append(kind, members, changes = []) {
        const { head, tail } = noteLeaf(PLACE, kind, AT, members);
        leaves.push(JSON.parse(`${head}1${tail}`));
        for (const fact of changes) {
          if (fact.value === undefined) facts.delete(`${fact.kind} ${fact.key}`);
          else facts.set(`${fact.kind} ${fact.key}`, fact);
        }
      },
      now: () => AT,
    });
    await people.refresh();
    return people;
  };
  return { facts, leaves, open };
}

test('with nobody on a list there is nothing to ask', async () => {
  const people = await store().open();
  assert.equal(people.screen([PERSON], true), undefined);
  assert.ok(people.empty);
});

test('a record that names a protected person is held back, and so is every record where one was asked with', async () => {
  const people = await store().open();
  assert.equal(await people.add('protected', PERSON, 'R. Shah'), 'added');
  assert.ok(!people.empty);
  const screen = people.screen([], false) ?? assert.fail();
  assert.ok(screen([OTHER, PERSON]));
  assert.ok(!screen([OTHER]) && !screen([]));
  assert.ok(!screen([{ ...PERSON, namespace: 'blue badge number' }]));
  const asked = people.screen([OTHER, PERSON], false) ?? assert.fail();
  assert.ok(asked([]) && asked([OTHER]));
});

test('opted out is held back only where the opt-out applies', async () => {
  const people = await store().open();
  await people.add('opted out', PERSON, 'R. Shah');
  assert.equal(people.screen([PERSON], false), undefined);
  assert.ok(people.screen([], true)?.([PERSON]));
  await people.add('protected', OTHER, 'R. Shah');
  assert.ok(!people.screen([], false)?.([PERSON]) && people.screen([], false)?.([OTHER]));
});

test('a removal needs two different people, in whatever spelling of their names', async () => {
  const { open, leaves } = store();
  const people = await open();
  assert.equal(await people.remove('protected', PERSON, 'R. Shah'), 'not there');
  await people.add('protected', PERSON, 'R. Shah');
  assert.equal(await people.remove('protected', PERSON, 'R. Shah'), 'asked');
  assert.ok((await people.list('protected'))[0]?.removalAsked);
  for (const same of ['R. Shah', 'r shah', ' R.  SHAH ', '\uff32. Shah'])
    assert.equal(await people.remove('protected', PERSON, same), 'same person');
  assert.ok(people.holds('protected', PERSON));
  assert.equal(await people.remove('protected', PERSON, 'T. Owusu'), 'removed');
  assert.ok(!people.holds('protected', PERSON));
  assert.equal(people.screen([PERSON], false), undefined);
  assert.deepEqual(
    leaves.map(({ kind, code }) => [kind, code]),
    [
      ['hold', 'protected-added'],
      ['hold', 'protected-removal-asked'],
      ['hold', 'protected-removed'],
    ],
  );
});

test('adding again calls a removal off, and otherwise changes nothing', async () => {
  const { open, leaves } = store();
  const people = await open();
  await people.add('protected', PERSON, 'R. Shah');
  assert.equal(await people.add('protected', PERSON, 'R. Shah'), 'there already');
  await people.remove('protected', PERSON, 'R. Shah');
  assert.equal(await people.add('protected', PERSON, 'T. Owusu'), 'added');
  assert.equal(await people.remove('protected', PERSON, 'T. Owusu'), 'asked');
  assert.equal(leaves.length, 4);
});

test('two removals at once by one person are one asking', async () => {
  const people = await store().open();
  await people.add('protected', PERSON, 'R. Shah');
  const said = await Promise.all([1, 2, 3].map(() => people.remove('protected', PERSON, 'R. Shah')));
  assert.deepEqual(said, ['asked', 'same person', 'same person']);
});

test('neither the entries nor the store name anybody, and the sealed change says who made it', async () => {
  const { open, facts, leaves } = store();
  const people = await open();
  await people.add('protected', PERSON, 'R. Shah');
  await people.remove('protected', PERSON, 'R. Shah');
  const stored =
    JSON.stringify(leaves) +
    [...facts.values()].map(({ key, value }) => `${key} ${Buffer.from(value ?? [])}`);
  for (const secret of [PERSON.id, 'Shah']) assert.ok(!stored.includes(secret), secret);
  const [added] = [...facts.values()].filter(({ kind }) => kind === CHANGES);
  const value = Buffer.from(added?.value ?? []);
  const sealed = value.subarray(1 + (value[0] ?? 0));
  const words: object = openSealedText(SEALING, sealed, `${CHANGES} ${added?.key}`);
  const { by, salt, did } = Object(words);
  assert.deepEqual([by, did], ['R. Shah', 'added']);
  const commitment = sha256Base64url(Buffer.concat([Buffer.from(salt, 'base64'), Buffer.from(by)]));
  assert.equal(leaves[0]?.['by'], commitment);
});

test('what one gateway changed another one of the same store sees when it looks again', async () => {
  const { open } = store();
  const [one, other] = [await open(), await open()];
  await one.add('protected', PERSON, 'R. Shah');
  assert.ok(!other.holds('protected', PERSON));
  await other.refresh();
  assert.ok(other.holds('protected', PERSON));
});

test('tags of an older key protect on, beside those of a newer one', async () => {
  const { open } = store();
  await (await open()).add('protected', PERSON, 'R. Shah');
  const newer: NamedKey = { id: '2027h1', bytes: randomBytes(32) };
  const people = await open([newer, KEY]);
  assert.ok(people.screen([], false)?.([PERSON]));
  assert.equal(await people.add('protected', PERSON, 'R. Shah'), 'there already');
  await people.add('protected', OTHER, 'R. Shah');
  assert.ok(people.holds('protected', PERSON) && people.holds('protected', OTHER));
});

test('where the key of a tag is missing nothing is answered', async () => {
  const { open, facts } = store();
  const people = await open();
  await people.add('protected', PERSON, 'R. Shah');
  const newer: NamedKey = { id: '2027h1', bytes: randomBytes(32) };
  await assert.rejects(() => open([newer]), /people are protected by tags of the key `2026h2`/);
  const [key = ''] = facts.keys();
  const fact = facts.get(key) ?? assert.fail();
  facts.set('lost', { ...fact, key: `2025h1 ${'A'.repeat(43)}` });
  await assert.rejects(() => people.refresh());
  assert.throws(() => people.screen([], false), /2025h1/);
  facts.delete('lost');
  await people.refresh();
  assert.ok(people.screen([], false)?.([PERSON]));
});

test('a list names kinds and days, the oldest first', async () => {
  const people = await store().open();
  for (const list of PEOPLE_LISTS) {
    await people.add(list, PERSON, 'R. Shah');
    assert.deepEqual(await people.list(list), [
      { kind: 'NHS number', since: '2026-11-23T16:00:00.000Z', removalAsked: false },
    ]);
  }
});
