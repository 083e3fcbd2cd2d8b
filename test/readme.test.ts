/** The documents say what is so: commands exist, links lead somewhere, settings are all there and in order. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { runCommand } from './support/command-line.ts';

const read = (file: string): string => readFileSync(join(import.meta.dirname, '..', file), 'utf8');
const packageJson = JSON.parse(read('package.json'));

test('every npm script that a document names is there', () => {
  for (const file of ['README.md', ...globSync('docs/**/*.md')]) {
    for (const [, script] of read(file).matchAll(/npm run (?:-s )?([a-z:]+)/g))
      assert.ok(packageJson.scripts[script ?? ''], `${file}: ${script}`);
  }
});

test('every command of the command line that the README names is there', async () => {
  const { out } = await runCommand(['--help']);
  const commands = [...out.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, command]) => command);
  for (const [, command] of read('README.md').matchAll(/gateway -- ([a-z-]+)/g))
    assert.ok(commands.includes(command), String(command));
});

test('every link between the documents leads somewhere', () => {
  for (const file of ['README.md', 'CHANGELOG.md', 'certs/README.md', ...globSync('docs/**/*.md')]) {
    for (const [, link] of read(file).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
      assert.ok(
        existsSync(join(import.meta.dirname, '..', dirname(file), link ?? '')),
        `${file} links to ${link}`,
      );
    }
  }
});

test('the table of settings has every setting, in the order of the code', () => {
  const inCode = [...read('src/config.ts').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name);
  const table = read('docs/operations.md').split('## Keys')[0] ?? '';
  const inTable = [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) =>
    [...(cell ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
  );
  assert.deepEqual(inTable, inCode);
});

test('every decision stands in the index', () => {
  const index = read('docs/adr/README.md');
  for (const file of globSync('docs/adr/0*.md'))
    assert.ok(index.includes(file.slice('docs/adr/'.length)), file);
});

test('every reason has its place in the documentation of problems', () => {
  const reasons = [...read('src/domain/reason.ts').matchAll(/^ {2}'([a-z-]+)',$/gm)].map(([, code]) => code);
  const documented = read('docs/formats/problems.md');
  for (const code of reasons) assert.ok(documented.includes(`\`${code}\``), String(code));
});
