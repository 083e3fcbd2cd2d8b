import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newestCheckpoint } from '../../../src/audit-log/proving/proofs.ts';
import { askWitness } from '../../../src/audit-log/witnessing/witness-asking.ts';
import { LocalWitness } from '../../support/local-witness.ts';
import { SignedTree } from '../../support/signed-tree.ts';

async function ask(witness: LocalWitness, tree: SignedTree, known = 0) {
  const newest = await newestCheckpoint(tree.reader());
  return askWitness({ key: witness.key, line: witness.line, known }, newest!, tree.reader(), Date.now);
}

test('a witness that never saw the log cosigns its first checkpoint', async () => {
  const tree = new SignedTree('log.example').grow(7);
  const witness = new LocalWitness('w1', tree);
  const answered = await ask(witness, tree);
  assert.equal(answered.kind, 'cosigned');
  assert.equal(witness.asked.length, 1);
});

test('a witness that knows another size than we thought is asked again with a proof from there', async () => {
  const tree = new SignedTree('log.example').grow(7);
  const witness = new LocalWitness('w1', tree);
  await ask(witness, tree);
  tree.grow(300);
  assert.equal((await ask(witness, tree, 0)).kind, 'cosigned');
  tree.grow(301);
  assert.equal((await ask(witness, tree, 7)).kind, 'cosigned');
  tree.grow(302);
  assert.equal((await ask(witness, tree, 301)).kind, 'cosigned');
  assert.equal(witness.asked.length, 6);
});

test('a witness that cosigned more than there is says so, and one that cosigned another history contradicts', async () => {
  const tree = new SignedTree('log.example').grow(20);
  const witness = new LocalWitness('w1', tree);
  await ask(witness, tree);
  assert.deepEqual(await ask(witness, tree.forkAt(10)), { kind: 'ahead', known: 20 });
  assert.deepEqual(await ask(witness, tree.forkAt(10).grow(30, 'other')), { kind: 'contradicts', known: 20 });
  assert.deepEqual(await ask(witness, tree.forkAt(10).grow(20, 'other')), { kind: 'contradicts', known: 20 });
});

const WRONG: readonly (readonly [string, number, string, RegExp])[] = [
  ['does not follow the log', 404, 'no', /does not follow this log/],
  ['does not know the key', 403, 'no', /does not know the key/],
  ['is out of order', 500, 'no', /answered 500/],
  ['sends us elsewhere', 302, '', /answered 302/],
  ['refuses the first checkpoint', 422, 'no', /answered 422/],
  ['conflicts without a size', 409, 'somewhat\n', /conflict that says nothing/],
  ['conflicts with the size that was sent', 409, '0\n', /conflict that says nothing/],
  ['answers with nothing', 200, '', /cannot be used/],
  ['answers with a web page', 200, '<html>\n', /cannot be used/],
  [
    'answers with the line of another',
    200,
    `\u2014 other.example ${Buffer.alloc(76).toString('base64')}\n`,
    /no cosignature of its key/,
  ],
];
for (const [what, status, body, why] of WRONG) {
  test(`a witness that ${what} gave no cosignature, and it is said why`, async () => {
    const tree = new SignedTree('log.example').grow(7);
    const witness = new LocalWitness('w1', tree);
    witness.instead = () => ({ status, body });
    const answered = await ask(witness, tree);
    assert.equal(answered.kind, 'failed');
    assert.match(answered.kind === 'failed' ? answered.why : '', why);
  });
}

test('a cosignature of another checkpoint, or one with a changed bit, is not taken', async () => {
  const tree = new SignedTree('log.example').grow(7);
  const witness = new LocalWitness('w1', tree);
  const older = witness.answer(tree.asking(0, 5));
  witness.instead = () => older;
  assert.equal((await ask(witness, tree)).kind, 'failed');
  const good = witness.answer(tree.asking(5, 7));
  const spoiled = good.body.replace(/(.)(.{8}\n)$/, (_, one, rest) => `${one === 'A' ? 'B' : 'A'}${rest}`);
  witness.instead = () => ({ status: 200, body: spoiled });
  assert.equal((await ask(witness, tree)).kind, 'failed');
  witness.instead = () => good;
  assert.equal((await ask(witness, tree)).kind, 'cosigned');
});

test('a witness that says another size each time is given up after three tries', async () => {
  const tree = new SignedTree('log.example').grow(70);
  const witness = new LocalWitness('w1', tree);
  witness.instead = () => ({ status: 409, body: `${witness.asked.length}\n` });
  assert.deepEqual(await ask(witness, tree), { kind: 'failed', why: 'it says another size each time' });
  assert.equal(witness.asked.length, 3);
});

test('a witness whose clock is far off gave no cosignature that counts', async () => {
  const tree = new SignedTree('log.example').grow(7);
  for (const apartMs of [-600_000, 600_000]) {
    const answered = await ask(new LocalWitness('w1', tree, () => Date.now() + apartMs), tree);
    assert.match(
      answered.kind === 'failed' ? answered.why : '',
      /clock and ours are more than five minutes apart/,
    );
  }
  assert.equal((await ask(new LocalWitness('w1', tree, () => Date.now() - 60_000), tree)).kind, 'cosigned');
});
