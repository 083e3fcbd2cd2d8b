/**
 * Runs every test with node:test, so many files at once as there are cores; `npm test -- PATH` runs some. Tests of pure code share one
 * process, because starting one for each of these files costs more than all that they do; tests of PostgreSQL share one server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ownServer } from './support/postgres-server.ts';

const ENDS = join(import.meta.dirname, 'support/ends-when-done.ts');
const PURE = ['encoding', 'domain', 'disclosure', 'merkle', 'governance', 'adapters/policies'];

function run(files: readonly string[], flags: readonly string[], output: 'inherit' | 'pipe'): ChildProcess {
  const options = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-timeout=180000',
    `--import=${ENDS}`,
    ...flags,
  ];
  return spawn(process.execPath, [...options, ...files], {
    stdio: ['ignore', output, 'inherit'],
    // Most files load much the same source: compiled once, it is loaded in half the time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/compile'), ...process.env },
  });
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

async function runAll(): Promise<number> {
  const server = process.env['TEST_POSTGRES'] ? undefined : await ownServer();
  if (server !== undefined) process.env['TEST_POSTGRES'] = server.address();
  const pure = new Set(PURE.flatMap((folder) => globSync(`test/${folder}/**/*.test.ts`)));
  const others = globSync('test/**/*.test.ts').filter((file) => !pure.has(file));
  const together = run([...pure].sort(), ['--test-isolation=none'], 'pipe');
  const apart = run(others.sort(), [`--test-concurrency=${availableParallelism()}`], 'inherit');
  const said = together.stdout === null ? Promise.resolve('') : text(together.stdout);
  const codes = await Promise.all([ended(together), ended(apart)]);
  await server?.stop();
  process.stdout.write(await said);
  return Math.max(...codes);
}

const named = process.argv.slice(2);
process.exitCode = named.length > 0 ? await ended(run(named, [], 'inherit')) : await runAll();
