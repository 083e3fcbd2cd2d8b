import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkpointInText } from '../../../src/audit-log/verifying/pasted-checkpoint.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { NoteError, openSignedNote } from '../../../src/merkle/signed-note.ts';
import { noteKey, SAMPLE_ORIGIN } from '../../support/sample-log.ts';

const signer = noteKey();

function note(size: number, by = signer): string {
  const root = leafHash(Buffer.from(`tree of ${size}`));
  return by.sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root }));
}

const NOTE = note(812);

/** As mail programs fold lines: at 76 letters, at a space where there is one. */
function wrapped(text: string, width = 76): string {
  return text.replaceAll(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n');
}

const PASTED: readonly (readonly [string, string])[] = [
  ['as it was signed', NOTE],
  ['with line ends of another system', NOTE.replaceAll('\n', '\r\n')],
  ['with old line ends', NOTE.replaceAll('\n', '\r')],
  ['quoted', NOTE.replaceAll(/^/gm, '> ')],
  ['quoted twice without spaces', NOTE.replaceAll(/^/gm, '>>')],
  ['quoted with spaces between', NOTE.replaceAll(/^/gm, ' > > ')],
  ['with spaces behind every line', NOTE.replaceAll('\n', '  \u00a0\n')],
  ['indented', NOTE.replaceAll(/^/gm, '    ')],
  ['with empty lines between all lines', NOTE.replaceAll('\n', '\n\n')],
  ['without the empty line', NOTE.replace('\n\n', '\n')],
  ['wrapped', wrapped(NOTE)],
  ['wrapped narrowly', wrapped(NOTE, 60)],
  ['wrapped and quoted', wrapped(NOTE).replaceAll(/^/gm, '> ')],
  ['wrapped after the name', NOTE.replace(/(\u2014 \S+) /, '$1\n')],
  ['with a hyphen for the dash', NOTE.replace('\u2014', '-')],
  ['with two hyphens for the dash', NOTE.replace('\u2014', '--')],
  ['with an invisible mark before it', `\ufeff${NOTE}`],
  ['without the last line end', NOTE.trimEnd()],
  ['in the middle of a letter', `Dear colleague,\n\nplease keep this:\n\n${NOTE}\nRegards\nNorthmere\n`],
  ['with a word below that could be part of the signature', `${NOTE}Regards\n`],
  ['twice', `${NOTE}\n\n${NOTE.replaceAll(/^/gm, '> ')}`],
];

for (const [how, text] of PASTED) {
  test(`a checkpoint is found ${how}, and is the one that was signed`, () => {
    const { checkpoint, note: found } = checkpointInText(text, signer.key);
    assert.equal(checkpoint.size, 812);
    assert.equal(found, NOTE);
    openSignedNote(found, [signer.key]);
  });
}

test('signatures of witnesses stay below it, wrapped as they may be', () => {
  const cosigned = `${NOTE}\u2014 witness.example/w1 ${Buffer.alloc(76, 7).toString('base64')}\n`;
  assert.equal(checkpointInText(cosigned, signer.key).note, cosigned);
  assert.equal(checkpointInText(wrapped(cosigned), signer.key).note, cosigned);
});

test('two different checkpoints are too many: nobody guesses which one is meant', () => {
  assert.throws(() => checkpointInText(`${NOTE}\n${note(900)}`, signer.key), /more than one checkpoint/);
});

test('the signature of one checkpoint never serves another', () => {
  const [head = ''] = note(900).split('\n\n');
  assert.throws(
    () => checkpointInText(`${head}\n\nwords\n${NOTE}`.replace('812', '813'), signer.key),
    NoteError,
  );
  assert.equal(checkpointInText(`${head}\n\n${NOTE}`, signer.key).checkpoint.size, 812);
});

test('what another key signed, and a text without a checkpoint, are refused with a sentence that says what to paste', () => {
  assert.throws(() => checkpointInText(note(812, noteKey()), signer.key), /holds no checkpoint that/);
  assert.throws(() => checkpointInText('', signer.key), /holds no checkpoint that/);
  assert.throws(() => checkpointInText('a'.repeat(2_000_000), signer.key), NoteError);
});

test('no single changed letter of what is signed is put right', () => {
  const end = NOTE.indexOf('\n\n');
  fc.assert(
    fc.property(fc.nat(end - 1), fc.constantFrom('0', '9', 'a', 'Z', '+'), (at, letter) => {
      fc.pre(NOTE[at] !== letter && NOTE[at] !== '\n');
      const changed = NOTE.slice(0, at) + letter + NOTE.slice(at + 1);
      assert.throws(() => checkpointInText(changed, signer.key), NoteError);
    }),
  );
});

test('large texts of nothing but candidates, spaces or quote marks are read in a moment', () => {
  const started = performance.now();
  const [head = ''] = NOTE.split('\n\n');
  for (const text of [
    `${head}\n`.repeat(6000),
    ' '.repeat(999_999),
    `${'> '.repeat(400_000)}x`,
    `- a${' '.repeat(900_000)}`,
    `${head}\n${'- a \n'.repeat(100_000)}`,
  ])
    assert.throws(() => checkpointInText(text, signer.key), NoteError);
  assert.ok(performance.now() - started < 5000, String(performance.now() - started));
});
