import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import type { Agreement } from '../../src/domain/agreement.ts';
import { decide } from '../../src/domain/decision.ts';
import { findAgreement } from '../../src/domain/find-agreement.ts';
import { operationBySlug } from '../../src/domain/operation-form.ts';
import {
  agreement,
  asked,
  caller,
  dataset,
  NOON,
  openReference,
  policies,
} from '../support/judge-fixtures.ts';

const DATASET = dataset();
const SEARCH = 'search for badges';

function find(agreements: readonly Agreement[], purpose: string | undefined, slug = 'look-up-one-badge') {
  const set = policies(agreements, { datasets: [DATASET] });
  const candidates = set.agreementsBetween('westhaven', 'blue-badges');
  return findAgreement(candidates, purpose, DATASET, operationBySlug(DATASET, slug), set, NOON);
}

function code(found: ReturnType<typeof find>): string {
  return 'effect' in found ? found.code : found.agreement.id;
}

test('purpose and operation together pick the one agreement', () => {
  const look = agreement({ id: 'LOOK', operations: ['look up one badge'] });
  const search = agreement({ id: 'SEARCH', operations: [SEARCH] });
  const appeals = agreement({ id: 'APPEALS', purpose: 'appeals' });
  assert.equal(code(find([look, search, appeals], 'parking enforcement')), 'LOOK');
  assert.equal(code(find([look, search, appeals], 'parking enforcement', 'search-for-badges')), 'SEARCH');
  assert.equal(code(find([look, search, appeals], 'appeals')), 'APPEALS');
});

test('a purpose whose only agreement has ended is not in force, while another purpose is', () => {
  const ended = agreement({ id: 'ENDED', purpose: 'appeals', endsAtMs: NOON });
  const found = find([agreement(), ended], 'appeals');
  assert.equal(code(found), 'not-in-force');
  assert.match('effect' in found ? found.detail : '', /ENDED has ended/);
  assert.equal(code(find([agreement(), ended], 'marketing')), 'purpose-not-agreed');
});

test('without a purpose nothing is inferred, even where there is only one agreement', () => {
  const found = find([agreement()], undefined);
  assert.equal(code(found), 'purpose-missing');
  assert.match('effect' in found ? found.detail : '', /parking enforcement/);
});

test('an operation that is not agreed is answered with the operations that are', () => {
  const found = find([agreement({ operations: [SEARCH] })], 'parking enforcement');
  assert.equal(code(found), 'operation-not-agreed');
  assert.match('effect' in found ? found.detail : '', /only: search for badges\.$/);
});

test('ten thousand agreements do not slow a decision down', () => {
  const others = Array.from({ length: 10_000 }, (_, at) =>
    agreement({ id: `DSA-${at}`, consumer: `council-${at}` }),
  );
  const [few, many] = [policies([agreement()]), policies([...others, agreement()])];
  const time = (set: typeof few) => {
    const started = performance.now();
    for (let round = 0; round < 20_000; round += 1) decide(WHO, WHAT, set, NOON, openReference);
    return performance.now() - started;
  };
  const [WHO, WHAT] = [caller(), asked()];
  time(few);
  time(many);
  const ratios = Array.from({ length: 5 }, () => time(many) / time(few)).sort((a, b) => a - b);
  assert.ok((ratios[2] ?? 9) < 3, `${ratios.join(' ')} times as slow`);
});
