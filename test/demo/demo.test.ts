import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { PROJECT } from '../../demo/gateway.ts';

const run = promisify(execFile);
const hasCurl = spawnSync('curl', ['--version']).status === 0;
const WITHIN_MS = 60_000;

/** The commands of a text: what follows a dollar sign, and the lines that a backslash continues. */
function commandsIn(text: string): string[] {
  const commands: string[] = [];
  for (const [, command = ''] of text.matchAll(/^ {3}\$ ((?:.*\\\n)*.*)$/gm)) commands.push(command);
  return commands;
}

describe('npm run demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sharing-demo-'));
  let demo: ChildProcess;
  let ended: Promise<unknown[]>;
  let text = '';

  before(async () => {
    const parameters = ['demo/demo.ts', '--any-ports', '--folder', folder];
    demo = spawn(process.execPath, parameters, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] });
    ended = once(demo, 'exit');
    demo.stdout?.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    const isUp = new Promise<void>((resolve) => {
      demo.stdout?.on('data', () => text.includes('until you press Ctrl-C') && resolve());
    });
    const late = AbortSignal.timeout(WITHIN_MS);
    await Promise.race([isUp, ended, once(late, 'abort')]);
  });
  after(async () => {
    if (demo.exitCode === null) demo.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('walks through a release, a refusal, a report and a proof within a minute, then stays up', () => {
    assert.equal(demo.exitCode, null, text);
    assert.match(text, /until you press Ctrl-C/);
    assert.doesNotMatch(text, /did not go as it should/);
    assert.match(text, /"badgeHolderName":"I M"/);
    assert.match(text, /role-not-agreed/);
    assert.match(text, /Who asked about you/);
    assert.match(text, /The log is whole/);
  });

  it('prints commands that work when they are pasted into a shell', { skip: !hasCurl }, async () => {
    const printed = commandsIn(text);
    const statuses = await Promise.all(
      printed.map(async (command) => {
        const { stdout } = await run('sh', ['-c', command], { cwd: PROJECT });
        return /^HTTP\/1\.1 ([0-9]{3}) /.exec(stdout)?.[1] ?? (stdout === '' ? 'nothing' : 'printed');
      }),
    );
    assert.deepEqual(statuses, [
      '200',
      '403',
      '200',
      '200',
      '200',
      '401',
      'printed',
      'printed',
      'printed',
      'printed',
    ]);
  });

  it('prints a command for a fresh token of a system and of a person, a new one each time', async () => {
    const commands = text.split('\n').filter((line) => /^ {3}\S+ demo\/token\.ts /.test(line));
    const system = commands.find((line) => line.includes('--as system')) ?? '';
    const person = commands.find((line) => line.includes("--as person 'social worker'")) ?? '';
    const tokens = await Promise.all(
      [system, person, person].map(
        async (command) => (await run('sh', ['-c', command], { cwd: PROJECT })).stdout,
      ),
    );
    for (const token of tokens) assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    assert.equal(new Set(tokens).size, 3);
  });

  it('ends at Ctrl-C and leaves nothing running', async () => {
    demo.kill('SIGINT');
    assert.deepEqual(await ended, [0, null]);
    const addresses = [...text.matchAll(/ (http:\/\/127\.0\.0\.1:[0-9]+)\S*$/gm)].map(
      ([, origin = '']) => origin,
    );
    assert.ok(addresses.length >= 10);
    for (const address of new Set(addresses)) await assert.rejects(fetch(address), address);
  });
});
