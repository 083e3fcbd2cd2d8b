/** Sample policy files with one slip in them, as a hand makes it: the same slip for the same seed, always. */
import assert from 'node:assert/strict';
import type { PolicyFile } from '../../src/adapters/policies/policy-files.ts';
import { changedText, policyFile, sampleFiles } from './changed-policies.ts';

export interface Mutation {
  /** Path below the policy folder of the file that was changed. */
  readonly file: string;
  /** What was done, for people. */
  readonly slip: string;
  readonly text: string;
  /** Every sample file, the changed one in its place. */
  readonly files: readonly PolicyFile[];
}

/** Numbers from 0 up to a bound, the same for the same seed (mulberry32). */
export type Dice = (below: number) => number;

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One sample file with one slip. */
export function mutated(seed: number): Mutation {
  const dice = diceOf(seed);
  const file = picked(FILES, dice);
  const before = changedText(file);
  for (;;) {
    const [slip, change] = picked(SLIPS, dice);
    const text = change(before.split('\n'), dice).join('\n');
    if (text === before) continue;
    const files = sampleFiles().map((one) => policyFile(one, one === file ? text : changedText(one)));
    return { file, slip, text, files };
  }
}

/** Agreements, for which most of the rules are, come three times as often as the rest. */
const FILES = sampleFiles().flatMap((file) => (file.startsWith('agreements/') ? [file, file, file] : [file]));

type Change = (lines: string[], dice: Dice) => string[];

const SLIPS: readonly (readonly [slip: string, Change])[] = [
  ['a line is left out', (lines, dice) => lines.toSpliced(dice(lines.length), 1)],
  [
    'a line stands twice',
    (lines, dice) => {
      const at = dice(lines.length);
      return lines.toSpliced(at, 0, lines[at] ?? '');
    },
  ],
  [
    'a line is moved',
    (lines, dice) => {
      const [line = ''] = lines.slice(dice(lines.length));
      return lines.toSpliced(lines.indexOf(line), 1).toSpliced(dice(lines.length), 0, line);
    },
  ],
  ['the file is cut off', (lines, dice) => lines.slice(0, dice(lines.length))],
  [
    'the file is cut off in a line',
    (lines, dice) => withLine(lines.slice(0, 1 + dice(lines.length)), dice, cut),
  ],
  ['a key is renamed', (lines, dice) => withLine(lines, dice, renamed)],
  ['a value is another', (lines, dice) => withLine(lines, dice, revalued)],
  [
    'a value comes from another line',
    (lines, dice) => withLine(lines, dice, (line) => borrowed(line, lines, dice)),
  ],
  ['a letter is left out', (lines, dice) => withLine(lines, dice, (line) => without(line, dice))],
  ['two letters change places', (lines, dice) => withLine(lines, dice, (line) => swapped(line, dice))],
  ['a line is further in or out', (lines, dice) => withLine(lines, dice, indented)],
  ['a block is left out', (lines, dice) => lines.toSpliced(dice(lines.length), 2 + dice(8))],
  ['a sign comes in', (lines, dice) => withLine(lines, dice, (line) => signed(line, dice))],
];

function withLine(
  lines: readonly string[],
  dice: Dice,
  change: (line: string, dice: Dice) => string,
): string[] {
  const at = dice(lines.length);
  return lines.with(at, change(lines[at] ?? '', dice));
}

function cut(line: string, dice: Dice): string {
  return line.slice(0, dice(line.length + 1));
}

function renamed(line: string, dice: Dice): string {
  return line.replace(/[A-Za-z][\w' -]*(?=:)/, (key) => swapped(key, dice));
}

const VALUES = [
  '',
  'no',
  'true',
  '0',
  '-1',
  '1e9',
  'none',
  '[]',
  '{}',
  '2026-02-30',
  '"*"',
  'null',
  'in full',
  '[a, a]',
];

function revalued(line: string, dice: Dice): string {
  return line.replace(/((?:: |- ))([^[{].*)$/, (_, start: string) => `${start}${picked(VALUES, dice)}`);
}

function borrowed(line: string, lines: readonly string[], dice: Dice): string {
  const other = /(?:: |- )(\S.*)$/.exec(picked(lines, dice))?.[1];
  return other === undefined ? line : line.replace(/((?:: |- ))\S.*$/, (_, start: string) => start + other);
}

function without(line: string, dice: Dice): string {
  const at = dice(line.length + 1);
  return line.slice(0, at) + line.slice(at + 1);
}

function swapped(text: string, dice: Dice): string {
  const at = dice(Math.max(1, text.length - 1));
  return (
    text.slice(0, at) +
    text
      .slice(at, at + 2)
      .split('')
      .reverse()
      .join('') +
    text.slice(at + 2)
  );
}

function indented(line: string, dice: Dice): string {
  return dice(2) === 0 ? ` ${line}` : line.replace(/^ /, '');
}

function signed(line: string, dice: Dice): string {
  const at = dice(line.length + 1);
  return (
    line.slice(0, at) +
    picked(['&', '*', '!', '%', '<<: ', '#', '"', '[', '}', '\t', '\u0000', '…'], dice) +
    line.slice(at)
  );
}

function picked<Thing>(things: readonly Thing[], dice: Dice): Thing {
  return things[dice(things.length)] ?? assert.fail('nothing to pick from');
}
