/** The commands for officers, as their guide shows them: each is run as it stands there, and prints what stands below it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Command, CommanderError } from 'commander';
import type { Trust } from '../../../src/adapters/policies/policy-folder.ts';
import { addChangeCommands } from '../../../src/roof/commands/change-commands.ts';
import { addExportCommands } from '../../../src/roof/commands/export-commands.ts';
import { addOfficerCommands } from '../../../src/roof/commands/officer-commands.ts';
import { runCommand } from '../../support/command-line.ts';
import { samplePolicies } from '../../support/sample-policies.ts';
import { Written } from '../../support/written.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const GUIDE = readFileSync(join(PROJECT, 'docs/officers.md'), 'utf8');
const EXPORTS = readFileSync(join(PROJECT, 'docs/exports.md'), 'utf8');
const START = 'npm run -s gateway -- ';

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
  readonly trust: readonly (Trust | undefined)[];
}

/** Runs a command line as the gateway's program does, in this process: starting Node for each takes seconds. */
async function run(line: string): Promise<Run> {
  const io = new Written();
  const trust: (Trust | undefined)[] = [];
  const program = new Command('sharing-gateway').exitOverride().showHelpAfterError();
  program.configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  addOfficerCommands(program, io, async (_folder, given) => {
    trust.push(given);
    return samplePolicies;
  });
  addChangeCommands(program, io, async () => samplePolicies);
  addExportCommands(program, io, async () => samplePolicies);
  try {
    await program.parseAsync(wordsOf(line), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode;
  }
  const status = Number(process.exitCode ?? 0);
  process.exitCode = 0;
  return { stdout: io.stdout, stderr: io.stderr, status, trust };
}

/** The words of a line as a shell reads them: quotes hold spaces, a comment ends it. */
function wordsOf(line: string): string[] {
  const words = line.replace(/ +#.*$/, '').matchAll(/"([^"]*)"|(\S+)/g);
  return [...words].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

test('every command of the guide does what the guide says', async () => {
  const blocks = [...`${GUIDE}${EXPORTS}`.matchAll(/```(sh|text)\n([\s\S]*?)```/g)];
  let printed = '';
  let commands = 0;
  for (const [, kind, block = ''] of blocks) {
    const lines = block.trimEnd().split('\n');
    if (kind === 'text') {
      for (const line of lines)
        assert.ok(printed.split('\n').includes(line), `not printed: ${line}\n${printed}`);
      continue;
    }
    for (const line of lines) {
      assert.ok(line.startsWith(START), line);
      commands += 1;
      // `check` has a test of its own.
      if (line === `${START}check` || line.endsWith('# names files of yours')) continue;
      const { stdout, stderr, status } = await run(line.slice(START.length));
      assert.equal(status, line.endsWith('# ends with 1') ? 1 : 0, `${line}\n${stderr}`);
      printed = stdout;
    }
  }
  assert.ok(commands >= 12);
});

test('whoever tries an agreement is told not to type real people', async () => {
  assert.match((await run('try --help')).stdout, /Never type the name or the number of a real person/);
});

test('a wrong call is told what is wrong and how it would be right', async () => {
  for (const line of [
    'explain',
    'explain DSA-2026-014 --version two',
    'matrix --as pdf',
    'try',
    'who-can-see',
  ]) {
    const { status, stderr } = await run(line);
    assert.notEqual(status, 0, line);
    assert.match(stderr, /error: .*\n[\s\S]*Usage/, line);
  }
});

test('signatures count only where the pinned keys are named, and it is said what the files cannot tell', async () => {
  for (const line of ['explain DSA-2026-014', 'who-can-see nino', 'matrix', 'try DSA-2026-014']) {
    const without = await run(line);
    assert.deepEqual(without.trust, [undefined]);
    assert.match(without.stderr, /no pinned keys are named \(--pins\), so no signature is checked/);
    const named = await run(`${line} --pins ${join(PROJECT, 'test/support/no-pins.yaml')}`);
    assert.equal(named.trust[0]?.pins.size, 0);
    assert.match(named.stderr, /stops stand in the log, not in these files/);
  }
});

test('the program has every one of these commands', async () => {
  const { out } = await runCommand(['--help']);
  for (const command of ['explain', 'try', 'test', 'who-can-see', 'matrix'])
    assert.match(out, new RegExp(`^  ${command} `, 'm'));
});
