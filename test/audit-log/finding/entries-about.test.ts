import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyEntry } from '../../../src/audit-log/finding/candidates.ts';
import { EntriesAbout } from '../../../src/audit-log/finding/entries-about.ts';
import { badge, keptLog } from '../../support/kept-log.ts';

test('a person is found everywhere, in one exchange or in one entry, with the agreement of the exchange', async (t) => {
  const log = await keptLog(t);
  const one = await log.exchange(['ZZ9Z02', 'ZZ9Z01'], { agreement: 'DSA-1' });
  const two = await log.exchange(['ZZ9Z03'], { asked: 'ZZ9Z01', agreement: 'DSA-2' });
  const { reader, folder } = log;
  const tagKeys = [folder.keys.sealing.subjectTags];
  const about = new EntriesAbout({ log: reader, visit: everyEntry(reader), tagKeys });
  const person = { telling: [badge('ZZ9Z01')], shared: [] };
  const found = await about.of(person, 'everywhere');
  assert.deepEqual(
    found.map(({ entry, agreement, places }) => [entry.index, agreement, places.asked, places.found]),
    [
      [2, 'DSA-1', [], [1]],
      [3, 'DSA-2', [0], []],
    ],
  );
  const indexes = async (where: Parameters<EntriesAbout['of']>[1]) =>
    (await about.of(person, where)).map(({ entry }) => entry.index);
  assert.deepEqual(await indexes({ exchange: one }), [2]);
  assert.deepEqual(await indexes({ exchange: two }), [3]);
  assert.deepEqual(await indexes({ entry: 3 }), [3]);
  for (const entry of [0, 1, 4, 700]) assert.deepEqual(await indexes({ entry }), []);
  await log.close();
});

test('what many people share counts only beside an identifier that one person has', async (t) => {
  const log = await keptLog(t);
  await log.exchange(['ZZ9Z01', 'ZZ9Z77']);
  await log.exchange(['ZZ9Z02', 'ZZ9Z77']);
  const { reader, folder } = log;
  const tagKeys = [folder.keys.sealing.subjectTags];
  const about = new EntriesAbout({ log: reader, visit: everyEntry(reader), tagKeys });
  const found = await about.of({ telling: [badge('ZZ9Z01')], shared: [badge('ZZ9Z77')] }, 'everywhere');
  assert.deepEqual(
    found.map(({ places }) => places.found),
    [[0, 1]],
  );
  await log.close();
});
