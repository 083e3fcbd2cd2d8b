/** How a field is shown, in words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REVEALS } from '../../../src/domain/dataset.ts';
import { parseFieldPath } from '../../../src/encoding/field-path.ts';
import type { Show } from '../../../src/encoding/show.ts';
import { showInWords } from '../../../src/governance/explaining/show-in-words.ts';
import { sampleDataset } from '../../support/sample-policies.ts';

const field = [...sampleDataset('blue-badges').fields.values()][0]!;
const pence = [...sampleDataset('council-tax-accounts').fields.values()].find(
  ({ kind }) => kind.name === 'money in pence',
)!;

function said(show: Show, path = 'badgeNumber'): string {
  return showInWords({ field, path: parseFieldPath(path), show });
}

const EVERY: Readonly<Record<Show['as'], Show>> = {
  'in full': { as: 'in full' },
  initials: { as: 'initials' },
  year: { as: 'year' },
  'over 18': { as: 'over 18' },
  'first half': { as: 'first half' },
  'last 4 characters': { as: 'last 4 characters' },
  'matching code': { as: 'matching code' },
  'bound to this agreement': { as: 'bound to this agreement' },
  'age band': { as: 'age band', bands: [18, 65] },
  band: { as: 'band', bands: [100] },
  'yes or no': { as: 'yes or no' },
  'in other words': { as: 'in other words', words: new Map([['A', 'live']]) },
};

test('every reveal has words of its own', () => {
  const words = new Set(Object.values(EVERY).map((show) => said(show)));
  assert.equal(words.size, REVEALS.length);
  for (const show of Object.values(EVERY)) assert.doesNotMatch(said(show), /undefined|[.]$|^[A-Z]/);
});

test('bands say where each begins, and money is said in pounds', () => {
  assert.match(said(EVERY['age band']), /under 18, 18 to under 65, 65 or more$/);
  const show: Show = { as: 'band', bands: [1_600_000, 5_000_050] };
  assert.match(
    showInWords({ field: pence, path: pence.path, show }),
    /under £16,000, £16,000 to under £50,000.50, £50,000.50 or more$/,
  );
});

test('yes or no says which values are which word', () => {
  assert.equal(
    said({ as: 'yes or no', yesWhen: ['A', 'B'], notYetWhen: ['C'] }),
    'only “yes” for “A” or “B”, “not yet” for “C”, and “no” for all else',
  );
});

test('other words are named, each once', () => {
  const words = new Map([
    ['A', 'live'],
    ['B', 'live'],
    ['C', 'ended'],
  ]);
  assert.equal(
    said({ as: 'in other words', words, anythingElse: 'unknown' }),
    'only in these words: “live”, “ended” or “unknown”',
  );
});

test('an element that the agreement picks is said', () => {
  assert.equal(said(EVERY['in full'], 'name[use=usual].given'), 'in full, where use is “usual”');
});
