/** Tests of src/cli/diff-policies.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffPoliciesCommand } from '../../src/cli/diff-policies.ts';
import { PolicyMistakes } from '../../src/domain/policy-mistakes.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { agreement, policies } from '../support/judge-fixtures.ts';
import { Written } from '../support/written.ts';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const FOLDERS: Readonly<Record<string, PolicySet>> = {
  old: policies(),
  said: policies([agreement({ title: 'Another title' })]),
  new: policies([agreement({ roles: ['clerk <b>'] })]),
};

async function run(was: string, now: string, as: 'text' | 'html' | 'json' = 'text') {
  const io = new Written();
  const load = async (folder: string) => {
    const set = FOLDERS[folder];
    if (set !== undefined) return set;
    throw new PolicyMistakes([{ file: 'agreements/a.yaml', line: 3, column: 1, what: 'no', write: 'yes' }]);
  };
  const code = await diffPoliciesCommand({ was, now, as, asTheyStand: false }, io, load, NOW);
  return { code, out: io.stdout, err: io.stderr };
}

test('the exit code says whether any request may be decided differently', async () => {
  assert.equal((await run('old', 'old')).code, 0);
  assert.equal((await run('old', 'said')).code, 0);
  assert.equal((await run('old', 'new')).code, 1);
});

test('a folder with mistakes is not compared: the mistakes are printed and the exit code is 2', async () => {
  const { code, out, err } = await run('old', 'broken');
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /agreements\/a\.yaml:3/);
});

test('the page can be printed, and what stands in files is text in it', async () => {
  const { out } = await run('old', 'new', 'html');
  assert.match(out, /clerk &lt;b&gt;/);
  assert.doesNotMatch(out, /<b>/);
});

test('as JSON each change stands with its effect, what it is about and its words', async () => {
  const [first] = JSON.parse((await run('old', 'new', 'json')).out);
  assert.deepEqual(first, {
    effect: 'gives more',
    words: 'adds role “clerk <b>”',
    about: { kind: 'agreement', id: 'DSA-2026-014', consumer: 'westhaven', purpose: 'parking enforcement' },
  });
});
