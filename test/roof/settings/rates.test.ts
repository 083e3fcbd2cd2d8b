import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRates } from '../../../src/roof/settings/rates.ts';
import { SettingsReader } from '../../../src/roof/settings/settings-reader.ts';

test('rates that nobody sets are far above what a busy morning brings', () => {
  const reader = new SettingsReader({});
  assert.deepEqual(readRates(reader), { systemPerSecond: 500, triesPerSecond: 100, entriesPerSecond: 10 });
  assert.deepEqual(reader.mistakes, []);
});

test('a rate is a whole number of requests a second, and none is nothing', () => {
  const settings = {
    SYSTEM_REQUESTS_PER_SECOND: '2000',
    UNPROVED_REQUESTS_PER_SECOND: '0',
    UNPROVED_ENTRIES_PER_SECOND: 'many',
  };
  const reader = new SettingsReader(settings);
  assert.equal(readRates(reader).systemPerSecond, 2000);
  assert.deepEqual(
    reader.mistakes.map((mistake) => mistake.split(' ')[0]),
    ['UNPROVED_REQUESTS_PER_SECOND', 'UNPROVED_ENTRIES_PER_SECOND'],
  );
});
