/** A newcomer's walk: somebody who has never seen a policy file mends five slips from the messages alone. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import { checkPoliciesCommand } from '../../src/cli/check-policies.ts';
import { diffPolicies } from '../../src/governance/changes/diff-policies.ts';
import { KERBSIDE, SAMPLES } from '../support/changed-policies.ts';
import { Written } from '../support/written.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');

/** The five slips, as a hand makes them. */
const SLIPS = [
  ['  they may see:', '  they may sea:'],
  ['      show: initials', '      show: initial'],
  [
    'roles: [civil enforcement officer, parking supervisor]',
    'roles: [civil enforcement officer, parking supervisar]',
  ],
  ['  starts: 2026-04-01', '  starts: 2026-04-31'],
  ['  checks by one person: 60 an hour', '  checks by one person: sixty an hour'],
] as const;

interface Message {
  readonly line: number;
  readonly words: string;
}

async function check(folder: string): Promise<{ code: number; messages: Message[] }> {
  const io = new Written();
  const code = await checkPoliciesCommand(folder, io, loadPolicyFolder, NOON);
  const lines = io.stdout.split('\n').filter((line) => line.startsWith(`${KERBSIDE}:`));
  const messages = lines.map((line) => {
    const [, number = '', words = ''] = /^[^:]+:(\d+): (.*)$/.exec(line) ?? [];
    return { line: Number(number), words };
  });
  return { code, messages };
}

/** Does what the message says, on the line that it names, and knows nothing else. */
function mend(text: string, { line, words }: Message): string {
  const lines = text.split('\n');
  const before = lines[line - 1] ?? '';
  const quoted = [...words.matchAll(/`([^`]*)`/g)].map(([, word = '']) => word);
  const [wrong = '', ...others] = quoted;
  const meant = /Did you mean `([^`]*)`/.exec(words)?.[1];
  // "Did you mean" names the word to write in place of the first; "such as" shows a value to write like.
  const after =
    meant === undefined
      ? before.replace(/:\s.*$/, `: ${others.at(0) ?? wrong}`)
      : before.replace(wrong, meant);
  return lines.with(line - 1, after).join('\n');
}

test('five slips are mended from the messages alone, and what flows is what flowed before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'newcomer-'));
  try {
    cpSync(SAMPLES, folder, { recursive: true });
    const file = join(folder, KERBSIDE);
    let text = readFileSync(file, 'utf8');
    for (const [right, slip] of SLIPS) {
      assert.ok(text.includes(right), right);
      text = text.replace(right, slip);
    }
    writeFileSync(file, text);
    const transcript: string[] = [];
    for (let round = 1; ; round += 1) {
      const { code, messages } = await check(folder);
      if (code === 0) break;
      const [first] = messages;
      assert.ok(first !== undefined && round <= 10, transcript.join('\n'));
      transcript.push(`${first.line}: ${first.words}`);
      text = mend(text, first);
      writeFileSync(file, text);
    }
    assert.equal(transcript.length, SLIPS.length, transcript.join('\n'));
    for (const message of transcript) assert.doesNotMatch(message, /undefined|regex|schema|zod|string|enum/i);
    const [was, now] = [await loadPolicyFolder(SAMPLES), await loadPolicyFolder(folder)];
    const changes = diffPolicies(was, now, { fromMs: NOON, asIfSigned: true });
    assert.deepEqual(
      changes.map(({ words }) => words),
      [],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
