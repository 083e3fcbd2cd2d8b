/** What may stand in a protocol, and in an agreement under one. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { protocolSchema, underProtocolSchema } from '../../../src/adapters/policies/protocol-schema.ts';
import { LOST_BADGES, LOST_WESTHAVEN, refuses } from '../../support/changed-policies.ts';

test('a protocol has its own id and names no signatures', () => {
  assert.ok('protocol' in protocolSchema.shape && 'between' in protocolSchema.shape);
  for (const key of ['agreement', 'signed', 'status', 'under protocol'])
    assert.ok(!(key in protocolSchema.shape), key);
});

test('every section of an agreement may be left to the protocol, its own number may not', () => {
  const least = {
    format: 'data-sharing-agreement/1',
    agreement: 'DSA-2026-051',
    version: 1,
    'under protocol': 'SP-2026-003',
  };
  assert.ok(underProtocolSchema.safeParse(least).success);
  for (const key of Object.keys(least)) {
    assert.ok(!underProtocolSchema.safeParse({ ...least, [key]: undefined }).success, key);
  }
});

test('a misspelt key is refused in a protocol, with the nearest known word', () => {
  refuses(
    LOST_BADGES,
    [['  they may see:', '  they may sea:']],
    'they may sea',
    '`they may sea` is not a word that can stand here; did you mean `they may see`?',
  );
});

test('a misspelt key is refused deep inside an agreement under a protocol', () => {
  refuses(
    LOST_WESTHAVEN,
    [['privacy notices: {shared with:', 'privacy notices: {shared wit:']],
    'shared wit:',
    '`shared wit` is not a word that can stand here; did you mean `shared with`?',
  );
});

test('a word outside a list is refused in a protocol, before any agreement stands under it', () => {
  refuses(
    LOST_BADGES,
    [['lawful basis: {shared by: public task', 'lawful basis: {shared by: public taks']],
    'public taks',
    '`public taks` is not a word that `shared by` knows; did you mean `public task`?',
  );
});

test('half an entry of a list says nothing, in a protocol too', () => {
  refuses(
    LOST_BADGES,
    [['      owner: Northmere parking lead\n', '']],
    'risks:',
    '`owner` is missing in `risks`; add a line `owner: …`',
  );
});
