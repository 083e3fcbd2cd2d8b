/** Every threat in docs/threat-model.md names a control that is there and a test that is run, or says why neither is needed. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { hasLiveTest } from './support/test-names.ts';

const DOCUMENT = 'docs/threat-model.md';
/** How many rows each checklist has. */
const CHECKLISTS = { RS: 62, H: 45 };
const REASON = /^(?:Does not apply|Not offered): ./;
const LEAST_REASON = 30;

interface Row {
  readonly id: string;
  readonly threat: string;
  readonly control: string;
  readonly shown: string;
}

const rows: readonly Row[] = readFileSync(DOCUMENT, 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]+-\d+ \|/.test(line))
  .map((line) => {
    const [, id = '', threat = '', control = '', shown = ''] = line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    return { id, threat, control, shown };
  });

/** Files and names of the last column: `file`: “name”; “name”. */
function shownBy(shown: string): readonly { readonly file: string; readonly name: string }[] {
  let file = '';
  const tests: { file: string; name: string }[] = [];
  for (const [, path, name] of shown.matchAll(/`(test\/[^`]+)`|“([^”]+)”/g)) {
    if (path !== undefined) file = path;
    else if (name !== undefined) tests.push({ file, name });
  }
  return tests;
}

for (const [list, count] of Object.entries(CHECKLISTS)) {
  test(`every row of the checklist ${list} stands in the threat model once, in order`, () => {
    const numbers = rows
      .filter(({ id }) => id.startsWith(`${list}-`))
      .map(({ id }) => Number(id.split('-')[1]));
    assert.deepEqual(
      numbers,
      Array.from({ length: count }, (_, at) => at + 1),
    );
  });
}

test('no threat stands twice', () => {
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
});

test('a test counts by its name, by its row in a table, and not where it is skipped, left to do or commented out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'threat-model-'));
  const file = join(folder, 'some.test.ts');
  const lines = [
    "test('runs', () => {});",
    "it('H-7, H-9: has a number', { timeout: 1 }, async (t) => {});",
    "const rows = ['RS-1: a row'];",
    `for (const row of rows) it(\`refuses \${row}\`, () => {});`,
    "test.skip('is skipped', () => {});",
    "test('is skipped too', { skip: true }, () => {});",
    "test.todo('is left to do', () => {});",
    "// test('is no code', () => {});",
  ];
  writeFileSync(file, lines.join('\n'));
  const live = ['runs', 'has a number', 'refuses a row', 'refuses …'];
  const dead = [
    'is skipped',
    'is skipped too',
    'is left to do',
    'is no code',
    'refuses',
    'refuses another',
    'a row',
    '',
  ];
  const found = [...live, ...dead].filter((name) => hasLiveTest(file, name));
  rmSync(folder, { recursive: true });
  assert.deepEqual(found, live);
  assert.ok(!hasLiveTest(file, 'runs'), 'a file that is not there');
});

describe('every threat', () => {
  for (const { id, threat, control, shown } of rows) {
    test(`${id} is told in words, and has a test that is run or a reason`, () => {
      assert.ok(threat.length > 20, `${id}: say what the threat is`);
      if (REASON.test(shown)) return assert.ok(shown.length >= LEAST_REASON, `${id}: say why, in a sentence`);
      const controls = [
        ...control.matchAll(/`((?:src|docs|demo|certs|test|bench)\/[^`]+|Dockerfile|package-lock\.json)`/g),
      ];
      assert.ok(controls.length > 0, `${id}: name the file of the control`);
      for (const [, file = ''] of controls) assert.ok(existsSync(file), `${id}: ${file} is not there`);
      const tests = shownBy(shown);
      assert.ok(tests.length > 0, `${id}: name a test, or say why there is none`);
      for (const { file, name } of tests) {
        assert.ok(existsSync(file), `${id}: ${file} is not there`);
        assert.ok(hasLiveTest(file, name), `${id}: ${file} runs no test named “${name}”`);
      }
    });
  }
});
