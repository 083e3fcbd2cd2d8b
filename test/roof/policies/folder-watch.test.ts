/** Watches files by looking. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FolderWatch } from '../../../src/roof/policies/folder-watch.ts';
import { until } from '../../support/until.ts';

async function watched(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'watch-'));
  mkdirSync(join(folder, 'policies/agreements'), { recursive: true });
  const file = join(folder, 'policies/agreements/a.yaml');
  const pins = join(folder, 'pins.json');
  writeFileSync(file, 'one');
  writeFileSync(pins, '{}');
  const told = { times: 0 };
  const watch = new FolderWatch({
    paths: [join(folder, 'policies'), pins],
    onChange: () => {
      told.times += 1;
    },
    everyMs: 20,
  });
  await watch.start();
  t.after(() => {
    watch.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return { file, pins, told, watch };
}

test('tells each change of a file, its name, its presence, and of a file on its own', async (t) => {
  const { file, pins, told } = await watched(t);
  const changes = [
    () => writeFileSync(file, 'two'),
    () => writeFileSync(`${file}.new`, 'x'),
    () => renameSync(`${file}.new`, `${file}.other`),
    () => rmSync(`${file}.other`),
    () => writeFileSync(pins, '{ }'),
    () => rmSync(pins),
  ];
  for (const [nth, change] of changes.entries()) {
    change();
    await until(`change ${nth}`, () => told.times === nth + 1);
  }
});

test('tells a change that keeps the size and puts the time of the file back', async (t) => {
  const { file, told } = await watched(t);
  utimesSync(file, 1000, 1000);
  await until('the time', () => told.times === 1);
  writeFileSync(file, 'eno');
  utimesSync(file, 1000, 1000);
  await until('the change', () => told.times === 2);
});

test('is silent while nothing changes, and after it was stopped', async (t) => {
  const { file, told, watch } = await watched(t);
  await sleep(150);
  assert.equal(told.times, 0);
  watch.stop();
  writeFileSync(file, 'two');
  await sleep(150);
  assert.equal(told.times, 0);
});

test('files that are written without end are told all the same', async (t) => {
  const { file, told } = await watched(t);
  const writing = setInterval(() => writeFileSync(file, String(Math.random())), 5);
  t.after(() => clearInterval(writing));
  await until('the change', () => told.times > 0);
});
