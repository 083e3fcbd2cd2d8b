/** What is installed is what was chosen: exact versions, each package by its hash, and no script of a package but those that are allowed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
}

const chosen: {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
} = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: { readonly packages: Readonly<Record<string, Locked>> } = JSON.parse(
  readFileSync('package-lock.json', 'utf8'),
);
const installed = Object.entries(lock.packages).filter(([place]) => place !== '');

test('every package that is chosen has one exact version', () => {
  for (const [name, version] of Object.entries({ ...chosen.dependencies, ...chosen.devDependencies }))
    assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, name);
});

test('every package comes from the registry that npm is set to and is known by its hash', () => {
  assert.ok(installed.length > 100);
  for (const [place, { resolved, integrity }] of installed) {
    assert.equal(resolved, undefined, place);
    assert.match(integrity ?? '', /^sha512-/, place);
  }
});

test('no package runs a script when it is installed but those that are allowed by name', () => {
  const scripted = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true);
  for (const [place] of scripted)
    assert.equal(chosen.allowScripts[place.replace(/^.*node_modules\//, '')], true, place);
});
