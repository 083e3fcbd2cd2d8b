import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { entriesAs, entryInWords } from '../../src/cli/found-entries.ts';

const RELEASED = {
  index: 812,
  leafHash: 'VLNK4K+T1WTZlq+l/RUNykCKV1eMhNCgB625zYRgrj0=',
  leaf: {
    kind: 'released',
    at: '2026-11-23T17:30:34.898Z',
    exchange: '01a20975-a60d-7850-8007-587705ce9539',
    consumer: 'westhaven-district-council',
    system: 'westhaven-parking',
    dataset: 'blue-badges',
    operation: 'look up one badge',
    agreement: { id: 'DSA-2026-014', version: 3, sha256: 'ab' },
    purpose: 'parking enforcement',
    role: '=1+1',
    records: 1,
    fields: ['badgeNumber', 'statusCode'],
    withheld: 12,
  },
};
const READ = {
  index: 813,
  leafHash: 'A'.repeat(44),
  leaf: {
    kind: 'read',
    code: 'search',
    records: 3,
    filters: ['consumer', 'person'],
    assurance: 'unproved',
    at: '2026-11-23T17:31:00.000Z',
  },
};

test('an entry on a line says what, when, who, under what, and what left', () => {
  assert.equal(
    entryInWords(RELEASED),
    '#812 · 2026-11-23T17:30:34.898Z · released · 01a20975-a60d-7850-8007-587705ce9539 · westhaven-district-council · ' +
      'westhaven-parking · =1+1 · blue-badges · look up one badge · parking enforcement · DSA-2026-014 version 3 · ' +
      'records 1, fields badgeNumber statusCode, withheld 12',
  );
});

test('a reading says how many entries were read, by what, and whether the reader was proved', () => {
  assert.match(
    entryInWords(READ),
    /· read · search · 3 entries read, by consumer, person, reader not proved$/,
  );
});

test('as JSON lines nothing is left out', () => {
  assert.deepEqual(
    entriesAs('jsonl', [RELEASED, READ], true)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [RELEASED, READ],
  );
});

test('as CSV each page goes on below the last one, and no cell is a formula', () => {
  const csv = entriesAs('csv', [RELEASED], true) + entriesAs('csv', [READ], false);
  const [released, read, ...more] = parse(csv, { columns: true }) as Record<string, string>[];
  assert.equal(more.length, 0);
  assert.equal(released?.['agreement'], 'DSA-2026-014');
  assert.equal(released?.['version'], '3');
  assert.equal(released?.['fields'], 'badgeNumber statusCode');
  assert.equal(released?.['role'], "'=1+1");
  assert.equal(read?.['entry'], '813');
  assert.equal(read?.['leaf hash'], READ.leafHash);
});
