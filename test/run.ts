/**
 * Runs every test with node:test; `npm test -- PATH` runs some. Files of one folder that prepare nothing share a process, because
 * starting one for each of them costs more than all that they do; every other file has its own. Tests of PostgreSQL share one server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ownServer } from './support/postgres-server.ts';

const ENDS = join(import.meta.dirname, 'support/ends-when-done.ts');
const FLAGS = ['--disable-warning=ExperimentalWarning', '--test-timeout=180000', `--import=${ENDS}`];

/** Folders of one process each, in the order in which they are begun. */
const TOGETHER = [
  ...['adapters/policies', 'disclosure', 'governance', 'domain', 'merkle', 'encoding'],
  ...[
    'contracts',
    'demo',
    'roof/log',
    'audit-log',
    'adapters/storage/search',
    'adapters/oidc',
    'adapters/upstream',
  ],
  ...['adapters/signing', 'http', 'exchange', 'cli', 'bench'],
];
/** What runs before the tests of a file would, among other files, run before the tests of all of them. */
const PREPARES = /^(?:before|beforeEach|afterEach)\(|^(?:const|let) .*= await |^await /m;

/** Files that take longest, begun first, so that no processor waits for the last one. */
const LONG = [
  ...['campaigns/', 'transcripts/', 'adapters/storage/', 'compose.', 'roof/', 'demo/', 'contracts/', 'main.'],
  ...['cli/', 'cli.', 'audit-log/', 'http/'],
];

interface Job {
  readonly name: string;
  readonly files: readonly string[];
  readonly flags: readonly string[];
}

/** Every test file once. */
function allJobs(): readonly Job[] {
  const left = new Set(globSync('test/**/*.test.ts').sort());
  const together = TOGETHER.map((folder) => {
    const files = [...left].filter((file) => file.startsWith(`test/${folder}/`) && !prepares(file));
    for (const file of files) left.delete(file);
    return { name: `test/${folder}`, files, flags: ['--test', '--test-isolation=none'] };
  });
  const apart = [...left].map((file) => ({ name: file, files: [file], flags: [] }));
  return [...together, ...apart].sort((one, other) => place(one) - place(other));
}

function prepares(file: string): boolean {
  return PREPARES.test(readFileSync(file, 'utf8'));
}

function place({ name, files }: Job): number {
  const at = LONG.findIndex((start) => name.startsWith(`test/${start}`));
  return files.length > 1 ? -1 : at < 0 ? LONG.length : at;
}

function start({ files, flags }: Pick<Job, 'files' | 'flags'>, output: 'inherit' | 'pipe'): ChildProcess {
  return spawn(process.execPath, [...FLAGS, ...flags, ...files], {
    stdio: ['ignore', output, output],
    // Most files load much the same source: compiled once, it is loaded in half the time.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, '../node_modules/.cache/compile'), ...process.env },
  });
}

async function ended(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

/** What a job wrote, and its exit code. */
async function heard(child: ChildProcess): Promise<{ said: string; code: number }> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  let said = '';
  for (const stream of streams)
    stream.setEncoding('utf8').on('data', (more) => {
      said += more;
    });
  const closed = once(child, 'close');
  const code = await ended(child);
  // A process that a test left behind may hold the output open: nobody waits for it.
  await Promise.race([closed, setTimeout(2000, undefined, { ref: false })]);
  for (const stream of streams) stream.destroy();
  return { said, code };
}

/** What the jobs came to, added up. */
class Tally {
  readonly #counts = new Map<string, number>();
  readonly #seconds = new Map<string, number>();
  readonly #failed: string[] = [];

  /** Prints what a job said, but for its counts, and keeps what failed for the end. */
  add(job: Job, said: string, code: number, seconds: number): void {
    const lines = said.split('\n').filter((line) => !this.#counted(line));
    process.stdout.write(`${lines.join('\n').trimEnd()}\n`);
    this.#seconds.set(job.name, seconds);
    if (code === 0) return;
    const at = lines.indexOf('✖ failing tests:');
    this.#failed.push(`✖ ${job.name} (exit code ${code})\n${lines.slice(at < 0 ? -20 : at + 1).join('\n')}`);
  }

  #counted(line: string): boolean {
    const [, name, count] =
      /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([0-9.]+)$/.exec(line) ?? [];
    if (name === undefined) return false;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + Number(count));
    return true;
  }

  /** Prints the sums, what took longest and what failed; returns the exit code. */
  end(seconds: number): number {
    for (const [name, count] of this.#counts) if (name !== 'duration_ms') say(`ℹ ${name} ${count}`);
    say(`ℹ duration ${seconds.toFixed(0)} s`);
    const longest = [...this.#seconds].sort(([, one], [, other]) => other - one).slice(0, 10);
    for (const [name, took] of longest) say(`ℹ ${took.toFixed(1)} s ${name}`);
    for (const failed of this.#failed) say(`\n${failed}`);
    return this.#failed.length > 0 ? 1 : 0;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Takes jobs until there are none. */
async function work(jobs: Iterator<Job>, tally: Tally): Promise<void> {
  for (let next = jobs.next(); !next.done; next = jobs.next()) {
    const began = performance.now();
    const { said, code } = await heard(start(next.value, 'pipe'));
    tally.add(next.value, said, code, (performance.now() - began) / 1000);
  }
}

async function runAll(): Promise<number> {
  const server = process.env['TEST_POSTGRES'] ? undefined : await ownServer();
  if (server !== undefined) process.env['TEST_POSTGRES'] = server.address();
  const tally = new Tally();
  const jobs = allJobs().values();
  // One more than there are processors: many tests wait for a time to pass.
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, () => work(jobs, tally)));
  await server?.stop();
  return tally.end(performance.now() / 1000);
}

const named = process.argv.slice(2);
process.exitCode =
  named.length > 0 ? await ended(start({ files: named, flags: ['--test'] }, 'inherit')) : await runAll();
