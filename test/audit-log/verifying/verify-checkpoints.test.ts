import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckpointTrail, type KeptCheckpoint } from '../../../src/audit-log/verifying/verify-checkpoints.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { formatCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { noteKey, SAMPLE_ORIGIN } from '../../support/sample-log.ts';

const signer = noteKey();
const ROOT = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

function signed(size: number, origin = SAMPLE_ORIGIN): string {
  return signer.sign(formatCheckpoint({ origin, size, root: ROOT }));
}

function trail(kept: readonly KeptCheckpoint[]): { trail: CheckpointTrail; findings: Findings } {
  const findings = new Findings();
  const above = (size: number, most: number): readonly KeptCheckpoint[] =>
    kept.filter((checkpoint) => checkpoint.size > size).slice(0, most);
  return { trail: new CheckpointTrail(above, signer.key, findings), findings };
}

test('more checkpoints than one page are all met once, in the order of their sizes, from size 0 on', async () => {
  const kept = Array.from({ length: 600 }, (_, size) => ({ size, note: signed(size) }));
  const { trail: met, findings } = trail(kept);
  for (const { size } of kept) {
    await met.reach(size);
    assert.equal(met.due, size);
    met.check(ROOT);
  }
  assert.equal(met.due, Number.POSITIVE_INFINITY);
  await met.finish(599);
  assert.deepEqual(findings.sentences(), []);
  assert.equal(met.newest?.size, 599);
});

test('the first checkpoint that does not agree is named with the range of entries, the later ones are counted', async () => {
  const { trail: met, findings } = trail([2, 5, 9, 12].map((size) => ({ size, note: signed(size) })));
  await met.reach(12);
  for (const root of [ROOT, OTHER, OTHER, OTHER]) met.check(root);
  await met.finish(12);
  assert.deepEqual(findings.sentences(), [
    'checkpoint 5 does not agree with the entries: from entry 2 to 4, one was changed, added, removed or moved',
    '2 checkpoints after 5 do not agree with the entries either',
  ]);
  assert.equal(met.newest?.size, 2);
});

test('a checkpoint of another log, of another size, and one beyond the last entry are named', async () => {
  const { trail: met, findings } = trail([
    { size: 1, note: signed(1, 'another.example/log') },
    { size: 2, note: signed(3) },
    { size: 7, note: signed(7) },
  ]);
  await met.reach(5);
  met.check(ROOT);
  met.check(ROOT);
  await met.finish(5);
  assert.deepEqual(findings.sentences(), [
    'checkpoint 1 is of another log',
    'checkpoint 2 was changed: it is signed for 3 entries',
    'checkpoint 7 covers more than the 5 entries that are there: the tail was cut or the store rolled back',
  ]);
});
