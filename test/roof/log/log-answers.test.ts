import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openSearchIndex } from '../../../src/adapters/storage/search/log-search-index.ts';
import { SubjectTags } from '../../../src/audit-log/sealing/subject-tags.ts';
import { LogAnswers } from '../../../src/roof/log/log-answers.ts';
import { MemoryLog } from '../../support/memory-log.ts';

const KEYS = ['2026h2', '2026h1'].map((id, nth) => ({ id, bytes: Buffer.alloc(32, nth + 1) }));
const [newer, older] = KEYS.map(({ bytes }) => new SubjectTags(bytes));
const ISSUER = 'https://login.westhaven.example';
const FORMER = 'https://login.former.example';
const folder = mkdtempSync(join(tmpdir(), 'log-answers-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const log = new MemoryLog();
const sent = (issuer: string, consumer: string) => ({
  consumer,
  auth: { issuer },
  exchange: crypto.randomUUID(),
});
const first = log.add(
  'sent',
  sent(FORMER, 'former-council'),
  [2, older?.of(`acting person ${FORMER}`, 'staff-1') ?? Buffer.alloc(32)],
  [3, older?.of('case reference former-council', 'CASE-1') ?? Buffer.alloc(32)],
);
const second = log.add('sent', sent(ISSUER, 'westhaven-district-council'), [
  2,
  newer?.of(`acting person ${ISSUER}`, 'staff-1') ?? Buffer.alloc(32),
]);
const index = openSearchIndex({ log, file: join(folder, 'index') });
const answers = new LogAnswers({
  ...{ log, index, origin: 'gateway.northmere.example/audit/test', now: Date.now, sealingKeys: [] },
  tagKeys: KEYS,
  policies: () => assert.fail('no policy set is read'),
});

async function found(asked: Parameters<typeof answers.ask<'search'>>[1]): Promise<number[]> {
  return (await answers.ask('search', asked)).entries.map((entry) => entry.index);
}

test('a person is found under every key of tags, and under issuers that only the log remembers', async () => {
  const person = { issuers: [ISSUER], id: 'staff-1' };
  assert.deepEqual(await found({ filter: {}, person, most: 9 }), [second, first]);
  assert.deepEqual(await found({ filter: { consumer: 'former-council' }, person, most: 9 }), [first]);
  assert.deepEqual(await found({ filter: {}, person: { ...person, id: 'staff-2' }, most: 9 }), []);
});

test('so is a case of an organisation that is no longer there; under a named one only its own', async () => {
  const caseReference = { consumers: [], id: 'CASE-1' };
  assert.deepEqual(await found({ filter: {}, caseReference, most: 9 }), [first]);
  const filter = { consumer: 'westhaven-district-council' };
  assert.deepEqual(await found({ filter, caseReference, most: 9 }), []);
});

test('an exchange is listed for its parties and for nobody else', async () => {
  const exchange = String(JSON.parse(Buffer.from(log.entries(first, 1)[0]?.leaf ?? []).toString()).exchange);
  const listed = async (party: string) =>
    (await answers.ask('list', { exchange, party, most: 9 })).entries.length;
  assert.equal(await listed('former-council'), 1);
  assert.equal(await listed('westhaven-district-council'), 0);
});
