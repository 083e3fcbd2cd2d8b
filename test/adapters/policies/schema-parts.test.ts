/** The parts of which the schemas are made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import {
  day,
  email,
  headerWords,
  id,
  isSafeAddress,
  listOf,
  oneOf,
  section,
  text,
} from '../../../src/adapters/policies/schema-parts.ts';

test('only https addresses are safe, and plain http where it stays on this machine', () => {
  for (const safe of [
    'https://a.example',
    'https://a.example:8443/x',
    'http://127.0.0.1:8801/x',
    'http://localhost:1',
    'http://[::1]:2/',
  ]) {
    assert.ok(isSafeAddress(safe), safe);
  }
  const unsafe = [
    'http://a.example',
    'http://127.0.0.1.a.example',
    'http://localhost.a.example',
    'https://u:p@a.example',
    'https://a.example/?q=1',
    'https://a.example/#x',
    'ftp://a.example',
    'a.example',
    '',
    'https://a.example/ b',
    'https:\\\\a.example',
  ];
  for (const address of unsafe) assert.ok(!isSafeAddress(address), address);
});

test('a section refuses keys that it does not know and suggests the nearest for each', () => {
  const read = section({ starts: text, ends: text }).safeParse({ start: 'a', ends: 'b', colour: 'c' });
  const issue = read.error?.issues.find(({ code }) => code === 'unrecognized_keys');
  assert.equal(issue?.message, 'did you mean `starts`?\nwrite one of: `starts`, `ends`');
});

test('a text says something', () => {
  assert.ok(text.safeParse('a').success);
  assert.ok(!text.safeParse('  \n').success);
  assert.ok(!text.safeParse(3).success);
});

test('a list has an entry and names nothing twice', () => {
  const list = listOf(z.string());
  assert.ok(list.safeParse(['a', 'b']).success);
  assert.ok(!list.safeParse([]).success);
  assert.ok(!list.safeParse(['a', 'a']).success);
});

test('a day is of the calendar', () => {
  assert.ok(day.safeParse('2028-02-29').success);
  assert.ok(!day.safeParse('2027-02-29').success);
});

test('ids, words of headers and e-mail addresses hold nothing that could end a line or a path', () => {
  for (const bad of ['', 'A', 'a b', 'a/b', '.well-known', 'a\n', 'ä'])
    assert.ok(!id.safeParse(bad).success, bad);
  for (const bad of ['', ' a', 'a ', 'a\nb', 'a\tb', 'é', 'x'.repeat(101)])
    assert.ok(!headerWords.safeParse(bad).success, bad);
  for (const bad of ['a', 'a@b', 'a b@c.example', '<a@c.example>'])
    assert.ok(!email.safeParse(bad).success, bad);
  assert.ok(headerWords.safeParse('appeal against a penalty charge').success);
  assert.ok(oneOf(['a', 'b']).safeParse('b').success);
});
