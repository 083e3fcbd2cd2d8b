import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeCosigner } from '../../../src/adapters/witness/cosigner.ts';
import {
  type CosignedHead,
  judgeAddCheckpoint,
  type WitnessParts,
} from '../../../src/audit-log/witnessing/witness-verdict.ts';
import { openCosignatures } from '../../../src/merkle/cosignature.ts';
import { parseSignedNote, parseVerifierKey, verifierKey } from '../../../src/merkle/signed-note.ts';
import { MemoryWitnessBook } from '../../support/memory-witness-book.ts';
import { SignedTree } from '../../support/signed-tree.ts';
import { readVectors } from '../../vectors/read-vectors.ts';

interface Transcript {
  readonly origin: string;
  readonly publicKeyHex?: string;
  readonly verifierKey?: string;
  readonly steps: readonly {
    readonly body: string;
    readonly status: number;
    readonly contains?: string;
    readonly is?: string;
  }[];
}
const TRANSCRIPTS = readVectors<Record<string, Transcript>>('torchwood-litewitness/add-checkpoint.json');
const cosigner = makeCosigner('example.com/witness', generateKeyPairSync('ed25519').privateKey, Date.now);

function witness(tree: SignedTree): WitnessParts & { book: MemoryWitnessBook } {
  return { logs: new Map([[tree.origin, [tree.key]]]), book: new MemoryWitnessBook(), cosigner };
}

for (const [name, { origin, publicKeyHex, verifierKey: text, steps }] of Object.entries(TRANSCRIPTS)) {
  test(`the transcript of another witness's own test, ${name}, is answered as that witness answers it`, () => {
    const key =
      text === undefined ? verifierKey(origin, Buffer.from(publicKeyHex!, 'hex')) : parseVerifierKey(text);
    const parts = { logs: new Map([[origin, [key]]]), book: new MemoryWitnessBook(), cosigner };
    for (const { body, status, contains, is } of steps) {
      const verdict = judgeAddCheckpoint(body, parts);
      // The protocol's version 1.0.0 says 404 for an unknown log, where that witness still says 403.
      assert.equal(verdict.status, contains === 'unknown log' ? 404 : status, body);
      if (verdict.status === 409) assert.equal(`${verdict.known}\n`, is);
      if (verdict.status === 200) assert.ok(verdict.lines.includes(contains!));
    }
  });
}

test('a cosignature is a signature line of the witness over the checkpoint, and the book keeps both signatures', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  const verdict = judgeAddCheckpoint(tree.asking(0), parts);
  assert.equal(verdict.status, 200);
  if (verdict.status !== 200) return;
  assert.match(verdict.lines, /^\u2014 example\.com\/witness \S+\n$/);
  assert.equal(
    openCosignatures(parseSignedNote(tree.checkpoint() + verdict.lines), [cosigner.key]).length,
    1,
  );
  const kept = parts.book.head('log.example');
  assert.equal(kept?.note, tree.checkpoint() + verdict.lines);
  assert.equal(kept?.size, 5);
});

test('signatures of others do not come into the book', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  const foreign = new SignedTree('other.example').grow(5).checkpoint().split('\n\n')[1];
  assert.equal(judgeAddCheckpoint(tree.asking(0) + foreign, parts).status, 200);
  assert.doesNotMatch(parts.book.head('log.example')!.note, /other/);
});

test('asking again for what is cosigned already gives a cosignature again', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  for (const from of [0, 5, 5]) assert.equal(judgeAddCheckpoint(tree.asking(from), parts).status, 200);
});

test('a log without entries is cosigned, and one that pretends to have none is not', () => {
  const tree = new SignedTree('log.example');
  const parts = witness(tree);
  const pretended = `old 0\n\n${tree.sign(0, Buffer.alloc(32, 1))}`;
  assert.equal(judgeAddCheckpoint(pretended, parts).status, 422);
  assert.equal(judgeAddCheckpoint(tree.asking(0), parts).status, 200);
  assert.equal(judgeAddCheckpoint(tree.asking(0), parts).status, 200);
  tree.grow(3);
  assert.equal(judgeAddCheckpoint(tree.asking(0), parts).status, 200);
});

test('a proof where none is needed is not accepted', () => {
  const tree = new SignedTree('log.example').grow(5);
  const [first, rest] = tree.asking(0).split('\n\n', 2);
  const body = `${first}\n${Buffer.alloc(32).toString('base64')}\n\n${rest}\n\n${tree.checkpoint().split('\n\n')[1]}`;
  assert.equal(judgeAddCheckpoint(body, witness(tree)).status, 422);
});

test('two logs of one key that part are told apart: the second is refused and its checkpoint kept as evidence', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  const other = tree.forkAt(4).grow(9, 'other');
  assert.equal(judgeAddCheckpoint(tree.asking(0), parts).status, 200);
  const verdict = judgeAddCheckpoint(other.asking(5), parts);
  assert.deepEqual([verdict.status, 'forked' in verdict && verdict.forked], [422, true]);
  assert.deepEqual(parts.book.evidence, [other.checkpoint()]);
  assert.equal(parts.book.head('log.example')?.size, 5);
});

test('another root for the size that was cosigned is evidence, whatever old size comes with it', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  const other = tree.forkAt(4).grow(5, 'other');
  judgeAddCheckpoint(tree.asking(0), parts);
  assert.equal(judgeAddCheckpoint(other.asking(5), parts).status, 422);
  assert.equal(judgeAddCheckpoint(other.asking(0), parts).status, 409);
  assert.equal(parts.book.evidence.length, 1);
});

test('a log that was taken back is told the size that was cosigned', () => {
  const tree = new SignedTree('log.example').grow(9);
  const parts = witness(tree);
  judgeAddCheckpoint(tree.asking(0), parts);
  assert.deepEqual(judgeAddCheckpoint(tree.asking(5, 5), parts), {
    status: 409,
    origin: 'log.example',
    known: 9,
  });
  assert.equal(judgeAddCheckpoint(tree.asking(9, 9).replace('old 9', 'old 10'), parts).status, 400);
});

test('another takes its place between the check and the write: the size is told and nothing is cosigned', () => {
  const tree = new SignedTree('log.example').grow(9);
  const parts = witness(tree);
  judgeAddCheckpoint(tree.asking(0, 3), parts);
  let overtaken = false;
  const { book } = parts;
  const slow: WitnessParts = {
    ...parts,
    book: {
      head: (origin) => book.head(origin),
      keepEvidence: () => undefined,
      replace(origin, before, after: CosignedHead) {
        if (!overtaken) {
          overtaken = true;
          assert.equal(judgeAddCheckpoint(tree.asking(3, 9), parts).status, 200);
        }
        return book.replace(origin, before, after);
      },
    },
  };
  assert.deepEqual(judgeAddCheckpoint(tree.asking(3, 5), slow), {
    status: 409,
    origin: 'log.example',
    known: 9,
  });
  assert.equal(book.head('log.example')?.size, 9);
});

test('an unknown log is not found, and a known one with a wrong or missing signature is forbidden', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  assert.equal(judgeAddCheckpoint(new SignedTree('other.example').grow(2).asking(0), parts).status, 404);
  const impostor = new SignedTree('log.example').grow(5);
  assert.equal(judgeAddCheckpoint(impostor.asking(0), parts).status, 403);
  const changed = tree.asking(0).replace('\n5\n', '\n6\n');
  assert.equal(judgeAddCheckpoint(changed, parts).status, 403);
  assert.equal(parts.book.head('log.example'), undefined);
});

test('whatever is asked in whatever order, all that was cosigned lies on one history', () => {
  const step = fc.record({ fork: fc.nat(2), from: fc.nat(12), to: fc.nat(12) });
  fc.assert(
    fc.property(fc.nat(10), fc.array(step, { maxLength: 30 }), (shared, steps) => {
      const main = new SignedTree('log.example').grow(12);
      const trees = [main, main.forkAt(shared).grow(12, 'b'), main.forkAt(shared).grow(12, 'c')];
      const parts = witness(main);
      const cosigned: { size: number; root: string }[] = [];
      for (const { fork, from, to } of steps) {
        const tree = trees[fork]!;
        const body =
          from <= to ? tree.asking(from, to) : tree.asking(to, to).replace(/^old \d+/, `old ${from}`);
        if (judgeAddCheckpoint(body, parts).status === 200)
          cosigned.push({ size: to, root: Buffer.from(tree.root(to)).toString('hex') });
      }
      const rootOf = (tree: SignedTree, size: number) => Buffer.from(tree.root(size)).toString('hex');
      const one = trees.find((tree) => cosigned.every(({ size, root }) => rootOf(tree, size) === root));
      assert.ok(one !== undefined, 'no one log has all the roots that were cosigned');
      assert.deepEqual(
        cosigned.map(({ size }) => size),
        cosigned.map(({ size }) => size).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 300 },
  );
});

test('no request makes the witness throw', () => {
  const tree = new SignedTree('log.example').grow(5);
  const parts = witness(tree);
  const good = tree.asking(0);
  fc.assert(
    fc.property(fc.nat(good.length), fc.nat(good.length), fc.string(), (from, to, text) => {
      const verdict = judgeAddCheckpoint(good.slice(0, from) + text + good.slice(to), parts);
      assert.ok([200, 400, 403, 404, 409, 422].includes(verdict.status));
    }),
    { numRuns: 2000 },
  );
});
