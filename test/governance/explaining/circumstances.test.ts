/** Circumstances of a try: they fit, but for what is to be refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWithin, readHours } from '../../../src/domain/hours.ts';
import { readNetwork } from '../../../src/domain/network.ts';
import {
  circumstancesOfExample,
  fittingCircumstances,
} from '../../../src/governance/explaining/circumstances.ts';
import { agreement, NOON } from '../../support/judge-fixtures.ts';

test('an example runs within the agreed hours, unless it is refused outside them', () => {
  for (const words of [
    'Monday to Friday, 08:00 to 10:00',
    'Sunday, 23:00 to 05:00',
    'every day, 07:00 to 23:00',
  ]) {
    const hours = readHours(words)!;
    const one = agreement({ hours });
    assert.ok(isWithin(hours, circumstancesOfExample(one, NOON, undefined).atMs), words);
    assert.ok(isWithin(hours, circumstancesOfExample(one, NOON, 'role-not-agreed').atMs), words);
    assert.ok(!isWithin(hours, circumstancesOfExample(one, NOON, 'outside-hours').atMs), words);
  }
  assert.equal(circumstancesOfExample(agreement(), NOON, 'outside-hours').atMs, NOON);
});

test('place and training are shown, unless the example is refused for one of them', () => {
  const one = agreement({
    place: { place: 'office', shownBy: { kind: 'networks', networks: [readNetwork('192.0.2.0/24')!] } },
    training: { shownBy: { kind: 'claim', claim: 'trained until' } },
  });
  const fitting = fittingCircumstances(one, 'parking-app', NOON);
  assert.equal(fitting.address, '192.0.2.0');
  assert.deepEqual([...fitting.evidence.keys()], ['trained until']);
  assert.equal(circumstancesOfExample(one, NOON, 'place-not-agreed').address, undefined);
  assert.equal(circumstancesOfExample(one, NOON, 'training-out-of-date').evidence.size, 0);
});
