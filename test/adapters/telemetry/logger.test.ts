import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const LOGGER = join(import.meta.dirname, '../../../src/adapters/telemetry/logger.ts');

function written(script: string, level = 'info') {
  const program = `import { makeLogger } from ${JSON.stringify(LOGGER)}; const logger = makeLogger(${JSON.stringify(level)}); ${script}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

test('writes JSON lines to standard error and nothing to standard output', () => {
  const { stdout, stderr } = written("logger.warn({ message: 'upstream', dataset: 'd' })");
  assert.equal(stdout, '');
  const line = JSON.parse(stderr);
  assert.deepEqual([line.level, line.message, line.dataset], ['warn', 'upstream', 'd']);
  assert.match(line.at, /^\d{4}-.*Z$/);
});

test('passes finished lines on as they are', () => {
  const { stderr } = written("logger.log({ level: 'info', message: '', lines: '{\"a\":1}\\n{\"a\":2}' })");
  assert.equal(stderr, '{"a":1}\n{"a":2}\n');
});

test('keeps to its level', () => {
  assert.equal(written("logger.info('x')", 'error').stderr, '');
});
