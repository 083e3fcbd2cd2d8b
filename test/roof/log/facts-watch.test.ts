import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SUM_OF_FACTS } from '../../../src/audit-log/facts/fact-commitments.ts';
import { StandingFacts } from '../../../src/audit-log/facts/standing-facts.ts';
import type { CommittedFact, StandingFact } from '../../../src/audit-log/ports.ts';
import { FactsWatch } from '../../../src/roof/log/facts-watch.ts';

/** A store with one stop, as a writer leaves it. */
function store() {
  const facts = new StandingFacts(new Map());
  facts.change([{ kind: 'stop', key: 'a', value: Buffer.from('1') }]);
  const rows = facts.changes().map(stored);
  const committed = rows.filter(({ kind }) => kind === 'stop');
  return {
    committed,
    reader: {
      committedFacts: () => committed,
      fact: (kind: string) => (kind === SUM_OF_FACTS.kind ? rows.at(-1)?.value : undefined),
    },
  };
}

function stored({ kind, key, value = Buffer.alloc(0), salt = Buffer.alloc(0) }: StandingFact): CommittedFact {
  return { kind, key, value, salt };
}

test('facts that add up are left alone, and one that was taken away is told once', async () => {
  const { committed, reader } = store();
  const faults: string[] = [];
  const watch = new FactsWatch({ reader, onFault: (why) => faults.push(why) });
  await watch.look();
  assert.deepEqual(faults, []);
  committed.pop();
  await watch.look();
  await watch.look();
  assert.equal(faults.length, 1);
  assert.match(faults.join(), /do not fit its entries/);
});

test('a change of which the sum was read before and the facts after is no fault', async () => {
  const { reader } = store();
  const before = store().reader;
  let reads = 0;
  const faults: string[] = [];
  const watch = new FactsWatch({
    reader: {
      committedFacts: reader.committedFacts,
      fact: (kind) => {
        reads += 1;
        return reads === 1 ? before.fact(kind) : reader.fact(kind);
      },
    },
    onFault: (why) => faults.push(why),
  });
  await watch.look();
  assert.deepEqual(faults, []);
  assert.equal(reads, 3);
});
