/** The sample policy files with one change in them, and what the loader says of it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyFile } from '../../src/adapters/policies/policy-files.ts';
import { POLICY_FOLDERS, readPolicyFiles } from '../../src/adapters/policies/policy-files.ts';
import type { PolicyMistake } from '../../src/domain/policy-mistakes.ts';

export const SAMPLES = join(import.meta.dirname, '../../policies');

export const BADGES = 'datasets/blue-badges.yaml';
export const MEALS = 'datasets/school-meals-checks.yaml';
export const TAX = 'datasets/council-tax-accounts.yaml';
export const PATIENTS = 'datasets/patient-demographics.yaml';
export const WESTHAVEN = 'organisations/westhaven-district-council.yaml';
export const KERBSIDE = 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml';
export const SEARCH = 'agreements/DSA-2026-015-v1-blue-badge-search.yaml';
export const DISCHARGE = 'agreements/DSA-2026-021-v1-discharge-demographics.yaml';
export const DISCOUNTS = 'agreements/DSA-2026-032-v1-single-person-discount.yaml';
export const SCHOOL = 'agreements/DSA-2026-041-v1-school-meals.yaml';
export const LOST_BADGES = 'protocols/SP-2026-003-v1-lost-and-stolen-badges.yaml';
export const LOST_WESTHAVEN = 'agreements/DSA-2026-051-v1-lost-badges-westhaven.yaml';
export const LOST_HOSPITAL = 'agreements/DSA-2026-052-v1-lost-badges-hospital.yaml';

const texts = new Map<string, string>();
for (const folder of POLICY_FOLDERS) {
  for (const name of readdirSync(join(SAMPLES, folder))) {
    texts.set(`${folder}/${name}`, readFileSync(join(SAMPLES, folder, name), 'utf8'));
  }
}

/** What a change writes in place of what; the first place where it stands, which must be there. */
export type Change = readonly [find: string, write: string];

/** The text of a sample file after changes. */
export function changedText(file: string, ...changes: readonly Change[]): string {
  let text = texts.get(file) ?? assert.fail(`there is no ${file}`);
  for (const [find, write] of changes) {
    assert.ok(text.includes(find), `${file} does not hold ${find}`);
    text = text.replace(find, () => write);
  }
  return text;
}

/** Path below the policy folder of every sample file. */
export function sampleFiles(): string[] {
  return [...texts.keys()];
}

/** One file for the loader. */
export function policyFile(file: string, text: string | Uint8Array): PolicyFile {
  const folder = POLICY_FOLDERS.find((name) => file.startsWith(`${name}/`)) ?? assert.fail(file);
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { folder, name: file.slice(folder.length + 1), bytes };
}

/** Every organisation and dataset of the samples, and the agreements that are named. */
export function samplesWith(...agreements: readonly string[]): PolicyFile[] {
  return [...texts]
    .filter(([file]) => !file.startsWith('agreements/') || agreements.includes(file))
    .map(([file, text]) => policyFile(file, text));
}

/** What the loader says of a sample file after a change, read with only the files that it needs. */
export function mistakesIn(file: string, text: string | Uint8Array): PolicyMistake[] {
  const dataset = /^ {2}dataset: (.*)$/m.exec(changedText(file))?.[1];
  const needed = samplesWith().filter(({ folder, name }) => {
    if (`${folder}/${name}` === file) return false;
    return folder !== 'datasets' || dataset === undefined || name === `${dataset}.yaml`;
  });
  return [...readPolicyFiles([...needed, policyFile(file, text)]).mistakes];
}

/** Asserts that the changes bring exactly one mistake, with this sentence, at a line that holds `at`. */
export function refuses(file: string, changes: readonly Change[], at: string, sentence: string): void {
  const text = changedText(file, ...changes);
  const mistakes = mistakesIn(file, text);
  const said = mistakes.map(({ what, write }) => `${what}; ${write}`);
  assert.deepEqual(said, [sentence]);
  const line = text.split('\n')[(mistakes[0]?.line ?? 0) - 1] ?? '';
  assert.ok(line.includes(at), `line ${mistakes[0]?.line} is "${line}", not one with "${at}"`);
}

/** Asserts that a sample file is still taken after the changes. */
export function takes(file: string, ...changes: readonly Change[]): void {
  assert.deepEqual(mistakesIn(file, changedText(file, ...changes)), []);
}
