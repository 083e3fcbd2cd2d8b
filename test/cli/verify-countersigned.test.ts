import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyCountersignedCommand, verifyCountersignedNote } from '../../src/cli/verify-countersigned.ts';
import { formatCosignerKey } from '../../src/merkle/cosignature.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { LocalWitness } from '../support/local-witness.ts';
import { SignedTree } from '../support/signed-tree.ts';
import { Written } from '../support/written.ts';

const tree = new SignedTree('gateway.northmere.example/audit/2026h2').grow(9);
const witnesses = [1, 2].map((n) => new LocalWitness(`w${n}`, tree, () => 1_795_449_600_000));
const [first = '', second = ''] = witnesses.map((one) => one.answer(tree.asking(0, 7)).body);
const policy = [
  ...witnesses.map(({ name, key }) => `witness ${name} ${formatCosignerKey(key)}`),
  'group both all w1 w2',
  'quorum both',
].join('\n');

async function run(note: string | undefined, log = tree, text = policy) {
  const io = new Written();
  const now = { size: log.reader().state().size, rootAt: async (size: number) => log.root(size) };
  const key = formatVerifierKey(tree.key);
  const code = await verifyCountersignedCommand({ note, policy: text, key }, now, io);
  return { code, out: io.stdout, err: io.stderr };
}

test('a log that enough witnesses countersigned is said to be, with until when, by whom and how many stand alone', async () => {
  const { code, out } = await run(tree.checkpoint(7) + first + second);
  assert.equal(code, 0);
  assert.match(
    out,
    /^Countersigned outside until 2026-11-23T16:00:00Z \(the first 7 entries\) by w1 and w2; self-attested \(2 entries\)\./,
  );
});

test('too few cosignatures, or none, do not hold', async () => {
  const few = await run(tree.checkpoint(7) + first);
  assert.equal(few.code, 1);
  assert.match(few.out, /IT DOES NOT HOLD[\s\S]*too few of the witnesses/);
  const none = await run(undefined);
  assert.equal(none.code, 1);
  assert.match(none.out, /there is no cosigned checkpoint/);
});

test('a log that was written anew or taken back is found by what was cosigned', async () => {
  const note = tree.checkpoint(7) + first + second;
  const anew = await run(note, tree.forkAt(6).grow(12, 'other'));
  assert.deepEqual([anew.code, /it was rewritten/.test(anew.out)], [1, true]);
  const back = await run(note, tree.forkAt(6));
  assert.deepEqual([back.code, /taken back to an earlier state/.test(back.out)], [1, true]);
});

test('a policy or a note that is not in order stops the check with a sentence', async () => {
  const badPolicy = await run(tree.checkpoint(7) + first, tree, 'quorum nobody');
  assert.deepEqual([badPolicy.code, badPolicy.out], [1, '']);
  assert.match(badPolicy.err, /witness policy is not in order: line 1: /);
  const badNote = await run('nonsense');
  assert.deepEqual([badNote.code, badNote.out], [1, '']);
  const forged = await run(tree.checkpoint(8) + first + second);
  assert.match(forged.err, /the cosignature of w1\.example is wrong/);
});

test('the checkpoint of a proof is countersigned, or not, without the log at hand', async () => {
  for (const [note, code, words] of [
    [
      tree.checkpoint(7) + first + second,
      0,
      /^Countersigned outside until \S+ \(the first 7 entries\) by w1 and w2\.\n/,
    ],
    [tree.checkpoint(7) + second, 1, /too few of the witnesses/],
  ] as const) {
    const io = new Written();
    assert.equal(await verifyCountersignedNote({ note, policy, key: formatVerifierKey(tree.key) }, io), code);
    assert.match(io.stdout, words);
  }
});
