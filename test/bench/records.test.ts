import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  AGREED_LEAVES,
  listOfRecords,
  nhsNumberOf,
  oneRecord,
  personOf,
  writeLongList,
} from '../../bench/records.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { isNhsNumber } from '../../src/domain/kind.ts';
import { formatFieldPath } from '../../src/encoding/field-path.ts';
import { compileRules } from '../../src/exchange/disclosure-rules.ts';

const POLICIES = join(import.meta.dirname, '../../bench/policies');

test('the policies of the benchmark load, and agree to 8 of 24 declared leaves', async () => {
  const { agreements, datasets } = await loadPolicyFolder(POLICIES);
  const dataset = datasets.get('bench-people');
  assert.equal(dataset?.fields.size, 24);
  assert.equal(agreements.length, 2);
  for (const { fields } of agreements) {
    assert.deepEqual(fields.map(({ path }) => formatFieldPath(path)).toSorted(), AGREED_LEAVES.toSorted());
  }
});

test('a record holds exactly the leaves that the dataset declares', async () => {
  const { datasets } = await loadPolicyFolder(POLICIES);
  const declared = [...(datasets.get('bench-people')?.fields.keys() ?? [])];
  assert.deepEqual(leavesOf(personOf(7)).toSorted(), declared.toSorted());
});

test('the filter lets leave of each body just what the benchmark expects, and finds each person once', async () => {
  const { agreements, datasets } = await loadPolicyFolder(POLICIES);
  const dataset = datasets.get('bench-people');
  const agreement = agreements.find(({ id }) => id === 'DSA-2026-901');
  assert.ok(dataset !== undefined && agreement !== undefined);
  for (const [name, body, people] of [
    ['look up one person', oneRecord(1024), 1],
    ['list the people of a street', listOfRecords(50), 50],
  ] as const) {
    const operation = dataset.operations.get(name);
    assert.ok(operation !== undefined);
    const session = compileDisclosure(compileRules(agreement, dataset, operation)).start({
      today: '2026-11-23',
      bind: String,
      matchingCode: String,
    });
    session.write(body.whole);
    session.end();
    const part = session.take();
    assert.equal(part.bytes.toString(), body.agreed.toString());
    assert.equal(part.subjects.length, people);
  }
});

test('the record of one kibibyte has exactly 1,024 bytes', () => {
  assert.equal(oneRecord(1024).whole.length, 1024);
});

test('people of the benchmark have numbers of the range that is never issued', () => {
  for (let index = 0; index < 500; index += 1) {
    const number = nhsNumberOf(index);
    assert.ok(number.startsWith('999') && isNhsNumber(number), number);
    assert.match(personOf(index).person.nino, /^QQ/);
    assert.match(personOf(index).address.postCode, /^ZZ99 /);
  }
});

test('a long list is as long as it says, and its hash is of what must leave', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-records-'));
  try {
    const list = writeLongList(join(folder, 'list.json'), 2 ** 20);
    const text = readFileSync(join(folder, 'list.json'));
    assert.equal(text.length, list.bytes);
    assert.equal(JSON.parse(text.toString()).data.length, list.records);
    const agreed = createHash('sha256').update(listOfRecords(list.records).agreed).digest('hex');
    assert.equal(list.agreedSha256, agreed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function leavesOf(value: object, above = ''): string[] {
  return Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'object' && member !== null
      ? leavesOf(member, `${above}${name}.`)
      : [`${above}${name}`],
  );
}
