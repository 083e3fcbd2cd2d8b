import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { HeadFile } from '../../../src/audit-log/ports.ts';
import { WitnessBound } from '../../../src/audit-log/witnessing/witness-bound.ts';
import { openCountersigned } from '../../../src/audit-log/witnessing/witness-countersigned.ts';
import { Witnessing } from '../../../src/audit-log/witnessing/witnessing.ts';
import { LocalWitness, policyOf } from '../../support/local-witness.ts';
import { SignedTree } from '../../support/signed-tree.ts';
import { until } from '../../support/until.ts';

class Kept implements HeadFile {
  note: string | undefined;
  read = () => this.note;
  replace(before: string | undefined, next: string): void {
    assert.equal(this.note, before);
    this.note = next;
  }
}

interface Setting {
  readonly count?: number;
  readonly least?: number;
  readonly size?: number;
}

function setting({ count = 1, least = count, size = 7 }: Setting = {}) {
  const tree = new SignedTree('log.example').grow(size);
  const clock = { nowMs: 1_000_000 };
  const witnesses = Array.from(
    { length: count },
    (_, n) => new LocalWitness(`w${n + 1}`, tree, () => clock.nowMs),
  );
  const policy = policyOf(witnesses, least);
  const kept = new Kept();
  const told: string[] = [];
  const refuse = { entries: false };
  const say = async (what: string): Promise<void> => {
    if (refuse.entries) throw new Error('the log is full');
    told.push(what);
  };
  const make = (over = tree) => {
    const bound = new WitnessBound(60_000, () => clock.nowMs);
    const witnessing = new Witnessing({
      ...{ policy, logKey: tree.key, reader: over.reader(), kept, bound, everyMs: 5 },
      lineTo: ({ name }) => witnesses.find((one) => one.name === name)!.line,
      now: () => clock.nowMs,
      news: {
        lost: (witness, why) => say(`${witness} lost: ${why}`),
        back: (witness) => say(`${witness} back`),
        forked: (witness, known, why) => say(`${witness.name} forked at ${known}: ${why}`),
        failed: (why) => void told.push(`failed: ${why}`),
      },
    });
    after(() => witnessing.stop());
    return { witnessing, bound };
  };
  return { tree, witnesses, policy, kept, told, clock, refuse, make };
}

test('the newest checkpoint is cosigned and kept with both signatures', async () => {
  const { tree, policy, kept, make, told } = setting();
  const { witnessing } = make();
  await witnessing.round();
  assert.equal(openCountersigned(kept.note!, tree.key, policy)?.checkpoint.size, 7);
  assert.equal(witnessing.countersigned?.checkpoint.size, 7);
  assert.match(witnessing.inWords(), /^Countersigned outside until .* by w1; nothing came after that\.$/);
  assert.deepEqual(told, []);
});

test('a witness is not asked again for what it cosigned already', async () => {
  const { witnesses, tree, make } = setting();
  const { witnessing } = make();
  await Promise.all([witnessing.round(), witnessing.round()]);
  await witnessing.round();
  assert.equal(witnesses[0]?.asked.length, 1);
  tree.grow(9);
  await witnessing.round();
  assert.equal(witnesses[0]?.asked.length, 2);
});

test('two of three are enough, and the third is added when it comes', async () => {
  const { witnesses, tree, policy, kept, clock, make } = setting({ count: 3, least: 2 });
  const { witnessing } = make();
  witnesses[2]!.cut();
  await witnessing.round();
  assert.deepEqual(openCountersigned(kept.note!, tree.key, policy)?.by, ['w1', 'w2']);
  witnesses[2]!.instead = undefined;
  await witnessing.round();
  assert.deepEqual(witnessing.countersigned?.by.toSorted(), ['w1', 'w2'], 'it is asked only after a pause');
  clock.nowMs += 1000;
  await witnessing.round();
  assert.deepEqual(witnessing.countersigned?.by.toSorted(), ['w1', 'w2', 'w3']);
});

test('without enough witnesses nothing counts as countersigned', async () => {
  const { witnesses, kept, make } = setting({ count: 2, least: 2 });
  const { witnessing } = make();
  witnesses[1]!.cut();
  await witnessing.round();
  assert.equal(kept.note, undefined);
  assert.equal(witnessing.countersigned, undefined);
});

test('a witness that fails three times in a row is told as lost once, stands under attention, and its return is told', async () => {
  const { witnesses, clock, told, make } = setting();
  const { witnessing } = make();
  witnesses[0]!.cut('it did not answer in time');
  for (let n = 0; n < 6; n += 1) {
    await witnessing.round();
    clock.nowMs += 100_000;
  }
  assert.deepEqual(told, ['w1 lost: it did not answer in time']);
  assert.deepEqual(witnessing.lost(), ['w1']);
  assert.deepEqual(witnessing.attention(), ['the witness w1 does not cosign: it did not answer in time']);
  witnesses[0]!.instead = undefined;
  await witnessing.round();
  assert.deepEqual(told.slice(1), ['w1 back']);
  assert.deepEqual(witnessing.attention(), []);
});

test('what the log could not say is said later', async () => {
  const { witnesses, clock, told, refuse, make } = setting();
  const { witnessing } = make();
  witnesses[0]!.cut();
  refuse.entries = true;
  for (let n = 0; n < 3; n += 1) {
    await witnessing.round();
    clock.nowMs += 100_000;
  }
  assert.deepEqual(told, ['failed: the log is full']);
  refuse.entries = false;
  await witnessing.round();
  assert.deepEqual(told.slice(1), ['w1 lost: it cannot be reached']);
});

test('exchanges stop once the first entry without countersignature is older than the bound, and go on when it is cosigned', async () => {
  const { witnesses, tree, clock, make } = setting();
  const { witnessing, bound } = make();
  clock.nowMs = 7000;
  await witnessing.round();
  assert.equal(bound.sinceMs, undefined);
  witnesses[0]!.cut();
  tree.grow(10);
  await witnessing.round();
  assert.equal(bound.sinceMs, 7000, 'since the entry at index 7');
  assert.match(witnessing.inWords(), /self-attested since .* \(3 entries\)\.$/);
  clock.nowMs = 67_000;
  assert.equal(bound.refusal(), undefined);
  clock.nowMs = 67_001;
  assert.notEqual(bound.refusal(), undefined);
  witnesses[0]!.instead = undefined;
  await witnessing.round();
  assert.equal(bound.refusal(), undefined);
});

test('a log that was taken back or written anew is a fork: told once with what the witness knows, and nothing is asked any more', async () => {
  for (const [over, why] of [
    [(tree: SignedTree) => tree.forkAt(5), 'it cosigned more entries of this log than there are'],
    [(tree: SignedTree) => tree.forkAt(5).grow(9, 'other'), 'it cosigned another history of this log'],
  ] as const) {
    const { witnesses, tree, told, make } = setting({ count: 2 });
    await make().witnessing.round();
    const { witnessing } = make(over(tree));
    await witnessing.start();
    await witnessing.round();
    assert.deepEqual(told, [`w1 forked at 7: ${why}`]);
    assert.ok(witnesses[0]!.asked.length <= 5);
  }
});

test('a witness that is ahead because another instance asked it is no fork', async () => {
  const { witnesses, tree, told, make } = setting();
  const { witnessing } = make();
  witnesses[0]!.instead = (body) => {
    tree.grow(12);
    witnesses[0]!.instead = undefined;
    witnesses[0]!.answer(tree.asking(0));
    return witnesses[0]!.answer(body);
  };
  await witnessing.round();
  assert.deepEqual(told, []);
  await witnessing.round();
  assert.equal(witnessing.countersigned?.checkpoint.size, 12);
});

test('at most one request is under way to a witness, and then the newest checkpoint is asked for', async () => {
  const { witnesses, tree, make } = setting();
  const { witnessing } = make();
  const gate = Promise.withResolvers<void>();
  witnesses[0]!.instead = async (body) => {
    await gate.promise;
    return witnesses[0]!.answer(body);
  };
  const first = witnessing.start();
  await until('the first request', () => witnesses[0]!.asked.length === 1);
  for (const size of [20, 30, 40]) {
    tree.grow(size);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(witnesses[0]!.asked.length, 1);
  gate.resolve();
  await first;
  await until('the newest', () => witnessing.countersigned?.checkpoint.size === 40);
  assert.equal(witnesses[0]!.asked.length, 2);
});

test('a cosigned checkpoint that cannot be kept counts all the same, and the operator is told until it can', async () => {
  const { kept, told, tree, make } = setting();
  const { witnessing } = make();
  const replace = kept.replace.bind(kept);
  kept.replace = () => {
    throw new Error('the disk of the head file is full');
  };
  await witnessing.round();
  assert.equal(witnessing.countersigned?.checkpoint.size, 7);
  assert.deepEqual(told, ['failed: the disk of the head file is full']);
  assert.match(witnessing.attention()[0] ?? '', /^the cosigned checkpoint cannot be kept/);
  kept.replace = replace;
  tree.grow(9);
  await witnessing.round();
  assert.deepEqual(witnessing.attention(), []);
});

test('after a restart the kept checkpoint counts at once, also where no witness can be reached', async () => {
  const { witnesses, make } = setting();
  await make().witnessing.round();
  witnesses[0]!.cut();
  assert.equal(make().witnessing.countersigned?.checkpoint.size, 7);
});

test('a kept checkpoint that is not in order counts for nothing, and the next one takes its place', async () => {
  const { kept, told, make } = setting();
  kept.note = 'nonsense';
  const { witnessing } = make();
  assert.match(witnessing.inWords(), /^Nothing is countersigned/);
  await witnessing.round();
  assert.equal(witnessing.countersigned?.checkpoint.size, 7);
  assert.match(told[0] ?? '', /^failed: the kept cosigned checkpoint is not in order/);
});
