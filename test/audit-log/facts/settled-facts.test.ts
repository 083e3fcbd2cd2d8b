import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factName, SUM_OF_FACTS } from '../../../src/audit-log/facts/fact-commitments.ts';
import { factsToRead, settleFacts, withFacts } from '../../../src/audit-log/facts/settled-facts.ts';
import { FactChanged } from '../../../src/audit-log/facts/standing-facts.ts';
import type { StandingFact } from '../../../src/audit-log/ports.ts';
import { EntryFrame, framedEntries } from '../../../src/audit-log/writing/entry-frame.ts';
import { noteLeaf } from '../../../src/audit-log/writing/note-leaf.ts';
import type { QueuedEntries } from '../../../src/audit-log/writing/queued-entries.ts';
import type { EntryKind } from '../../../src/domain/audit-entry.ts';
import { leafFault } from '../../../src/domain/leaf.ts';
import { PLACE } from '../../support/opened-leaf.ts';

const MEMBERS = { alarm: { code: 'clock-set-back' }, heartbeat: {} } as const;
const STOP: StandingFact = { kind: 'stop', key: 'a', value: Buffer.from('1') };

function queued(
  kinds: readonly ('alarm' | 'heartbeat')[],
  facts: readonly (readonly [number, StandingFact])[] = [],
): QueuedEntries {
  const frame = new EntryFrame();
  for (const kind of kinds)
    frame.add(
      kind satisfies EntryKind,
      undefined,
      1000,
      noteLeaf(PLACE, kind, 1000, MEMBERS[kind]),
      Buffer.alloc(0),
      0,
    );
  const taken = frame.take();
  return {
    entries: framedEntries(taken, kinds.length),
    frame: taken,
    limits: undefined,
    facts: new Map(facts.map(([place, fact]) => [place, [fact]])),
    changes: new Map(),
    answer: () => undefined,
  };
}

test('entries that change facts and those that sum them up speak of them, each after what it did', () => {
  const messages = [queued(['alarm', 'heartbeat']), queued(['alarm', 'alarm', 'heartbeat'], [[1, STOP]])];
  const names = factsToRead(messages);
  const { members, changes } = settleFacts(messages, names, new Map());
  assert.deepEqual(
    [...members].map(([place, { count }]) => [place, count]),
    [
      [1, 0],
      [3, 1],
      [4, 1],
    ],
  );
  assert.deepEqual(
    changes.map(({ kind }) => kind),
    ['stop', 'sum of facts'],
  );
});

test('entries that tell nothing of facts need none', () => {
  const messages = [queued(['alarm'])];
  assert.deepEqual(factsToRead(messages), []);
  assert.deepEqual(settleFacts(messages, [], undefined).changes, []);
});

test('a store that reads no facts is doubted, and a change made from something else is named by its message', () => {
  const messages = [queued(['heartbeat']), queued(['alarm'], [[0, { ...STOP, replaces: Buffer.from('0') }]])];
  const names = factsToRead(messages);
  assert.throws(() => settleFacts(messages, names, undefined), /did not read the facts/);
  assert.throws(
    () => settleFacts(messages, names, new Map()),
    (error) => error instanceof FactChanged && error.nth === 1,
  );
});

test('a leaf with facts is canonical and of its kind', () => {
  const [message] = [queued(['alarm'], [[0, STOP]])];
  const { members } = settleFacts([message], factsToRead([message]), new Map());
  const [entry] = message.entries;
  const leaf = withFacts(entry?.settle(7, undefined) ?? Buffer.alloc(0), members.get(0));
  assert.equal(leaf[0], 0);
  const parsed = JSON.parse(leaf.toString('utf8', 1));
  assert.equal(leafFault(parsed), undefined);
  assert.equal(JSON.stringify(parsed), leaf.toString('utf8', 1));
  assert.equal(parsed.seq, 7);
  assert.equal(parsed.facts.put.length, 1);
});

test('a sum that is not as the writer left it is doubted, so that no entry sums up what somebody else wrote', () => {
  const messages = [queued(['heartbeat'])];
  const names = factsToRead(messages);
  const { sum = Buffer.alloc(0) } = settleFacts(
    [queued(['alarm'], [[0, STOP]])],
    factsToRead([queued(['heartbeat'])]),
    new Map(),
  );
  const standing = new Map([
    [factName(SUM_OF_FACTS), { ...SUM_OF_FACTS, value: sum, salt: Buffer.alloc(0) }],
  ]);
  assert.deepEqual(settleFacts(messages, names, standing, sum).sum, sum);
  assert.throws(() => settleFacts(messages, names, new Map(), sum), /somebody else changed them/);
});
