import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { InputError } from '../../../src/cli/verify-verdict.ts';
import { formatCosignerKey } from '../../../src/merkle/cosignature.ts';
import { proveInclusion } from '../../../src/merkle/inclusion-proof.ts';
import { formatVerifierKey } from '../../../src/merkle/signed-note.ts';
import { formatTlogProof } from '../../../src/merkle/tlog-proof.ts';
import { noteIn, verifyOutside, verifyProofOutside } from '../../../src/roof/commands/verify-outside.ts';
import { LocalWitness } from '../../support/local-witness.ts';
import { SignedTree } from '../../support/signed-tree.ts';
import { Written } from '../../support/written.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-outside-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const tree = new SignedTree('gateway.northmere.example/audit/2026h2').grow(9);
const witness = new LocalWitness('w1', tree);
const cosigned = tree.checkpoint(7) + witness.answer(tree.asking(0, 7)).body;
const policy = join(folder, 'policy');
writeFileSync(policy, `witness w1 ${formatCosignerKey(witness.key)}\nquorum w1\n`);
const key = formatVerifierKey(tree.key);
const now = { size: 9, rootAt: async (size: number) => tree.root(size) };

test('each that was given gets its verdict, and the worst one is the exit code', async () => {
  const other = tree.forkAt(3).grow(5, 'other').checkpoint();
  for (const [pasted, given, code, verdicts] of [
    [tree.checkpoint(5), policy, 0, 2],
    [tree.checkpoint(5), '', 0, 1],
    [undefined, policy, 0, 1],
    [other, policy, 1, 2],
    [undefined, '', 0, 0],
  ] as const) {
    const io = new Written();
    assert.equal(
      await verifyOutside({ key, pasted, policy: given, cosigned: () => cosigned }, now, io),
      code,
    );
    assert.equal(io.stdout.split('\n\nWhat this does not show:').length - 1, verdicts);
  }
});

test('a proof whose checkpoint enough witnesses cosigned holds outside too', async () => {
  const proof = formatTlogProof({ index: 3, proof: proveInclusion(3, 7, tree.hashAt), checkpoint: cosigned });
  const io = new Written();
  assert.equal(await verifyProofOutside(proof, { key, policy }, io), 0);
  assert.match(io.stdout, /Countersigned outside until .* by w1\./);
});

test('a file that is not there is no cosigned checkpoint, but a policy must be there', async () => {
  assert.equal(noteIn(join(folder, 'nowhere')), undefined);
  const args = { key, pasted: undefined, policy: join(folder, 'nowhere'), cosigned: () => cosigned };
  await assert.rejects(verifyOutside(args, now, new Written()), InputError);
});
