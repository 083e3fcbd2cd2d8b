import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  leafHashOf,
  ReconcileError,
  readKeptEntries,
} from '../../../src/audit-log/proving/reconcile-read.ts';
import { leafHash } from '../../../src/merkle/hash.ts';

const EXCHANGE = '0198c1f0-7b1c-7aaa-8000-5d1f0c8b2a11';
const HASH = leafHash(Buffer.from('leaf'));
const RECEIPT = Buffer.concat([Buffer.of(1), HASH, Buffer.from('the rest')]).toString('base64url');
const AT = Date.parse('2026-11-23T12:00:00Z');
const WHOLE = { exchange: EXCHANGE, leafHash: HASH.toString('base64'), atMs: AT };

test('CSV is read under the names that systems give its columns, in any order, with more columns beside', () => {
  const files = [
    `exchange,leaf_hash,at\n${EXCHANGE},${HASH.toString('base64')},2026-11-23T12:00:00Z\n`,
    `\ufeffTime;x,Exchange-Id,Leaf Hash,note,Received\r\n"a ""b"", c",${EXCHANGE.toUpperCase()},${HASH.toString('hex')},,2026-11-23 12:00:00.000+00:00\r\n\r\n`,
    `"Audit-Receipt","Exchange-Id","timestamp"\n"${RECEIPT}","${EXCHANGE}","2026-11-23T13:00:00+01:00"`,
  ];
  for (const file of files) assert.deepEqual(readKeptEntries(file), [WHOLE]);
});

test('JSON lines are read, and of a log’s own entries the hash is worked out anew', () => {
  const receipt = JSON.stringify({
    exchange: EXCHANGE,
    receipt: RECEIPT,
    at: '2026-11-23T12:00:00Z',
    other: 7,
  });
  assert.deepEqual(readKeptEntries(`${receipt}\n\n`), [WHOLE]);
  const leaf = JSON.stringify({ at: '2026-11-23T12:00:00.000Z', exchange: EXCHANGE, kind: 'sent' });
  const line = JSON.stringify({ index: 3, leaf_hash: 'believe me', leaf });
  const own = JSON.stringify({ index: 4, leaf_hash: '', leaf: '{"kind":"heartbeat"}' });
  assert.deepEqual(readKeptEntries(`${line}\n${own}\n`), [
    { exchange: EXCHANGE, leafHash: leafHash(Buffer.from(leaf)).toString('base64'), atMs: AT },
  ]);
});

const WRONG: readonly (readonly [string, RegExp])[] = [
  ['exchange\nnot an id\n', /^line 2 names no exchange/],
  [
    `exchange,at\n${EXCHANGE},2026-11-23T12:00:00\n`,
    /^line 2 holds a time that is not ISO 8601 with its zone/,
  ],
  [`exchange,at\n${EXCHANGE},2026-13-45T12:00:00Z\n`, /^line 2 holds a time that does not exist/],
  [`exchange,hash\n${EXCHANGE},AAAA\n`, /^line 2 holds a leaf hash/],
  [`exchange,receipt\n${EXCHANGE},AAAA\n`, /^line 2 holds a receipt that is none/],
  [`exchange,hash\n${EXCHANGE}\n`, /^line 2 has 1 columns and not 2/],
  ['exchange\n"open\n', /^line 2 is not CSV/],
  ['name,date\na,b\n', /^line 1 does not name a column/],
  ['{"exchange":1}\n', /^line 1 names no exchange/],
  ['{"exchange"\n', /^line 1 is not a JSON object/],
  ['{"leaf":"no json"}\n', /^line 1 holds a leaf that is not JSON/],
];

test('a line that cannot be read is named, and nothing of it is quoted', () => {
  for (const [text, why] of WRONG)
    assert.throws(() => readKeptEntries(text), { name: 'ReconcileError', message: why });
});

test('a file of nothing holds nothing', () => {
  assert.deepEqual(readKeptEntries(''), []);
  assert.deepEqual(readKeptEntries('exchange\n'), []);
});

test('whatever text comes is read, or refused with a sentence', () => {
  const pieces = fc.array(
    fc.constantFrom('exchange', ',', '\n', '"', '""', '{', '}', EXCHANGE, '\r\n', 'at', ':'),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        pieces.map((list) => list.join('')),
      ),
      (text) => {
        try {
          readKeptEntries(text);
        } catch (error) {
          assert.ok(error instanceof ReconcileError);
        }
      },
    ),
    { numRuns: 3000 },
  );
});

test('a leaf hash is known in each of its three spellings, and in no other length', () => {
  for (const text of [
    HASH.toString('base64'),
    HASH.toString('base64url'),
    HASH.toString('hex'),
    HASH.toString('hex').toUpperCase(),
  ])
    assert.deepEqual(leafHashOf(text), HASH);
  for (const text of ['', 'AAAA', HASH.toString('hex').slice(1), 'x'.repeat(43)])
    assert.equal(leafHashOf(text), undefined);
});
