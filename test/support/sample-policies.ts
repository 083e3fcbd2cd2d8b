/** The sample policies, read once and counted as signed, for tests that ask what agreements come to. */
import assert from 'node:assert/strict';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import type { Agreement } from '../../src/domain/agreement.ts';
import type { Dataset } from '../../src/domain/dataset.ts';
import { type PolicySet, policySet } from '../../src/domain/policy-set.ts';
import type { Page, Passage } from '../../src/governance/pages/page.ts';
import { SAMPLES } from './changed-policies.ts';
import { asSigned } from './signed-set.ts';

/** Within the dates of every sample. */
export const NOON = Date.parse('2026-11-23T12:00:00Z');

export const samplePolicies = asSigned(await loadPolicyFolder(SAMPLES));

export function sampleAgreement(id: string): Agreement {
  return samplePolicies.agreements.find((one) => one.id === id) ?? assert.fail(`no ${id}`);
}

export function sampleDataset(id: string): Dataset {
  return samplePolicies.datasets.get(id) ?? assert.fail(`no ${id}`);
}

/** The samples with these agreements in place of theirs. */
export function policiesOf(...agreements: readonly Agreement[]): PolicySet {
  const { organisations, datasets, sha256 } = samplePolicies;
  return policySet([...organisations.values()], [...datasets.values()], agreements, sha256);
}

/** Every word of some passages, one line for each sentence passage, item or row. */
export function wordsOf(passages: readonly Passage[]): string {
  return passages.map(linesOf).join('\n');
}

/** Every word of a page, its headings left out. */
export function wordsOfPage({ lead, sections }: Page): string {
  return [lead, ...sections.map(({ passages }) => passages)].map(wordsOf).join('\n');
}

function linesOf(passage: Passage): string {
  if (passage.kind === 'sentences') return passage.text;
  if (passage.kind === 'list') return passage.items.join('\n');
  return passage.rows.map((row) => row.join(' | ')).join('\n');
}
