import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Holds, StandingHolds } from '../../../src/audit-log/keeping/holds.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import { badge, keptLog, OWUSU, SHAH } from '../../support/kept-log.ts';
import { throwawayKeys } from '../../support/log-folder.ts';
import { findingsOf, leavesOf } from '../../support/whole-log.ts';

const because = 'a claim is before the court';

test('a hold stands from the order on, through a restart, until two different people have it lifted', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01']);
  const held = { exchange };
  assert.equal(await log.holds.add({ held, by: SHAH, because }), 'added');
  assert.equal(await log.holds.add({ held, by: OWUSU, because }), 'there already');
  await log.close();
  const again = await keptLog(t, Date.now(), log.folder);
  const about = { exchange, agreement: undefined, tags: [] };
  assert.ok((await again.holds.standing()).holds(about));
  assert.equal(await again.holds.lift({ held, by: SHAH, because }), 'asked');
  assert.equal(await again.holds.lift({ held, by: SHAH, because }), 'same person');
  assert.ok((await again.holds.standing()).holds(about));
  assert.equal(await again.holds.lift({ held, by: OWUSU, because }), 'lifted');
  assert.ok(!(await again.holds.standing()).holds(about));
  assert.equal(await again.holds.lift({ held, by: OWUSU, because }), 'not there');
  await again.close();
  assert.deepEqual(await findingsOf(log.folder), []);
});

test('each change is an entry that names exchange or agreement, and nothing of a person, of who ordered it, or why', async (t) => {
  const log = await keptLog(t);
  const exchange = await log.exchange(['ZZ9Z01']);
  for (const held of [{ exchange }, { agreement: 'DSA-1' }, { person: badge('ZZ9Z01') }])
    await log.holds.add({ held, by: SHAH, because });
  await log.holds.lift({ held: { agreement: 'DSA-1' }, by: SHAH, because });
  await log.close();
  const [first] = log.reader.entriesOfExchange(exchange);
  const entry = Buffer.from(first?.leafHash ?? []).toString('base64');
  const said = leavesOf(log.folder).filter(({ kind }) => kind === 'hold');
  assert.deepEqual(
    said.map(({ code, entry: of, agreement, assurance }) => ({ code, of, agreement, assurance })),
    [
      { code: 'hold-added', of: entry, agreement: undefined, assurance: 'unproved' },
      { code: 'hold-added', of: undefined, agreement: 'DSA-1', assurance: 'unproved' },
      { code: 'hold-added', of: undefined, agreement: undefined, assurance: 'unproved' },
      { code: 'hold-lift-asked', of: undefined, agreement: 'DSA-1', assurance: 'unproved' },
    ],
  );
  const all = log.reader.entries(0, 100).map(({ leaf, sealed }) => Buffer.concat([leaf, sealed ?? leaf]));
  for (const word of ['Shah', 'rshah', 'court', 'ZZ9Z01'])
    assert.ok(!Buffer.concat(all).includes(word), word);
  const tag = new SubjectTags(log.folder.keys.sealing.subjectTags.bytes).of('badge number', 'ZZ9Z01');
  assert.ok(said.length === 4 && !JSON.stringify(said).includes(tag.toString('base64url')));
});

test('a person is held by every key that is known, and the list says when a later key is not covered', async (t) => {
  const log = await keptLog(t);
  const [own, older] = [log.folder.keys.sealing.subjectTags, { ...throwawayKeys().subjectTags, id: 'older' }];
  const with2 = (tagKeys: readonly (typeof own)[]) =>
    new Holds({ tagKeys, log: log.reader, append: log.append, orders: log.orders, now: Date.now });
  await with2([own, older]).add({ held: { person: badge('ZZ9Z01') }, by: SHAH, because });
  const holds = await log.holds.standing();
  for (const { bytes } of [own, older]) {
    const tags = [new SubjectTags(bytes).of('badge number', 'ZZ9Z01')];
    assert.ok(holds.holds({ exchange: undefined, agreement: undefined, tags }));
  }
  assert.ok(!holds.holds({ exchange: undefined, agreement: undefined, tags: [Buffer.alloc(32)] }));
  const [listed] = await log.holds.list();
  assert.deepEqual([listed?.what, listed?.of, listed?.coversNewEntries], ['person', 'badge number', true]);
  const later = with2([{ ...throwawayKeys().subjectTags, id: 'later' }, own, older]);
  assert.equal((await later.list())[0]?.coversNewEntries, false);
  assert.equal(await later.lift({ held: { person: badge('ZZ9Z01') }, by: SHAH, because }), 'asked');
  await log.close();
});

test('an exchange that the log does not hold cannot be held, and holds that cannot be read hold everything up', async (t) => {
  const log = await keptLog(t);
  const held = { exchange: '00000000-0000-7000-8000-ffffffffffff' };
  assert.equal(await log.holds.add({ held, by: SHAH, because }), 'unknown');
  const fact = { kind: 'hold', key: 'agreement any' };
  assert.throws(() => new StandingHolds([{ ...fact, value: Buffer.from('[]') }]), /cannot be read/);
  assert.throws(() => new StandingHolds([{ ...fact, value: Buffer.from('no JSON') }]));
  await log.close();
});
