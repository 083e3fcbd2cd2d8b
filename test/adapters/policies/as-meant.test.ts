/** All mistakes of a file are told together, also those that a misspelt word would hide. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cureOfValue, wordMeant } from '../../../src/adapters/policies/as-meant.ts';
import { readPolicyFiles } from '../../../src/adapters/policies/policy-files.ts';
import { changedText, KERBSIDE, policyFile, samplesWith } from '../../support/changed-policies.ts';

const mistakesOf = (...changes: readonly (readonly [string, string])[]) =>
  readPolicyFiles([...samplesWith(), policyFile(KERBSIDE, changedText(KERBSIDE, ...changes))]).mistakes;

test('a misspelt key, a word beneath it, a wrong day and mistakes of other sections are told at once, each at its line', () => {
  const mistakes = mistakesOf(
    ['  they may see:', '  they may sea:'],
    ['show: initials', 'show: initial'],
    ['shared with: public task', 'shared with: public tusk'],
    ['parking supervisor]', 'parking supervisar]'],
    ['checks by one person: 60 an hour', 'checks by one person: sixty an hour'],
    ['starts: 2026-04-01', 'starts: 2026-04-31'],
  );
  const text = changedText(KERBSIDE).split('\n');
  const lineOf = (part: string) => text.findIndex((line) => line.includes(part)) + 1;
  assert.deepEqual(
    mistakes.map(({ line, what }) => [line, /`([^`]*)`/.exec(what)?.[1] ?? what]),
    [
      [lineOf('they may see:'), 'they may sea'],
      [lineOf('shared with: public task'), 'public tusk'],
      [lineOf('starts: 2026-04-01'), 'this is not a day of the calendar'],
      [lineOf('show: initials'), 'initial'],
      [lineOf('parking supervisor]'), 'parking supervisar'],
      [lineOf('checks by one person'), 'sixty an hour'],
    ],
  );
});

test('a word beside the one that was meant is no slip with one cure, and ends the reading', () => {
  const mistakes = mistakesOf(['  they may see:', '  they may sea: [badgeNumber]\n  they may see:']);
  assert.deepEqual(
    mistakes.map(({ what }) => what),
    ['`they may sea` is not a word that can stand here'],
  );
});

test('only a word that is named and a day too many in a month have a cure', () => {
  assert.equal(wordMeant('did you mean `public task`?'), 'public task');
  assert.equal(wordMeant('write one of: `a`, `b`'), undefined);
  assert.deepEqual(cureOfValue(['a'], '2026-02-30', 'write a day'), { path: ['a'], value: '2026-02-28' });
  assert.equal(cureOfValue(['a'], '2026-13-01', 'write a day'), undefined);
});
