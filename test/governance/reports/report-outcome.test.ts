/** How an exchange ended for everybody and for one person, from random stories of entries. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CameIn, ReportedEntry } from '../../../src/governance/reports/report-entry.ts';
import { outcomeForPerson, outcomeOfExchange } from '../../../src/governance/reports/report-outcome.ts';

function entry(
  leaf: Readonly<Record<string, unknown>>,
  came: readonly CameIn[] = [],
  screened = false,
): ReportedEntry {
  return { index: 0, leafHash: '', atMs: 0, leaf, came, screened };
}

interface Story {
  readonly asked: boolean;
  /** Of each part: its records, and whether the person stands in one. */
  readonly parts: readonly { readonly records: number; readonly found: boolean }[];
  /** Undefined: the last part ended it. */
  readonly end: { readonly kind: 'refused' | 'failed' | 'recovered'; readonly part: number } | undefined;
}

const stories: fc.Arbitrary<Story> = fc
  .record({
    asked: fc.boolean(),
    parts: fc.array(fc.record({ records: fc.nat(3), found: fc.boolean() }), { maxLength: 4 }),
    end: fc.option(fc.record({ kind: fc.constantFrom('refused', 'failed', 'recovered'), part: fc.nat(4) }), {
      nil: undefined,
    }),
  })
  // A record that names somebody is there.
  .map(({ parts, ...story }) => ({
    ...story,
    parts: parts.map(({ records, found }) => ({ records, found: found && records > 0 })),
  }));

function entriesOf({ asked, parts, end }: Story): readonly ReportedEntry[] {
  const sent = entry({ kind: 'sent' }, asked ? ['asked with'] : []);
  const released = parts.map(({ records, found }, at) =>
    entry(
      { kind: 'released', part: at + 1, records, fields: [`f${at + 1}`] },
      found ? ['found in a record'] : [],
    ),
  );
  return [sent, ...released, ...(end === undefined ? [] : [entry({ ...end, code: 'c' })])];
}

test('INVARIANT: fields are told as shared with the person just where a part left that names them, or that they were asked with', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const { asked, parts, end } = story;
      const told = outcomeForPerson(entriesOf(story));
      const expected = parts.flatMap(({ records, found }, at) =>
        (end === undefined || at + 1 <= end.part) && records > 0 && (found || asked) ? [`f${at + 1}`] : [],
      );
      assert.deepEqual(told.fields, expected);
      const disclosed = told.outcome === 'released' || told.outcome === 'treat as disclosed';
      assert.equal(disclosed, expected.length > 0);
    }),
  );
});

test('INVARIANT: for whoever asked, just the records of the parts that left count', () => {
  fc.assert(
    fc.property(stories, (story) => {
      const { parts, end } = story;
      const left = parts.filter((_part, at) => end === undefined || at + 1 <= end.part);
      const records = left.reduce((sum, part) => sum + part.records, 0);
      assert.equal(outcomeOfExchange(entriesOf(story)).records, records);
    }),
  );
});

test('an answer that broke off counts as disclosed, and one that never began does not', () => {
  const asked = (part: number) =>
    outcomeForPerson(
      entriesOf({ asked: true, parts: [{ records: 1, found: true }], end: { kind: 'recovered', part } }),
    );
  assert.equal(asked(1).outcome, 'treat as disclosed');
  assert.equal(asked(0).outcome, 'failed');
});

test('what was held back is told apart from what was not there, for the person alone', () => {
  const sent = entry({ kind: 'sent' }, ['asked with']);
  const empty = { kind: 'released', part: 1, records: 0 };
  assert.equal(outcomeForPerson([sent, entry(empty, [], true)]).outcome, 'not disclosed');
  assert.equal(outcomeForPerson([sent, entry(empty)]).outcome, 'nothing found');
  const others = entry({ kind: 'released', part: 1, records: 9, fields: ['f'] }, ['held back'], true);
  assert.deepEqual(outcomeForPerson([entry({ kind: 'sent' }), others]).fields, []);
  assert.equal(outcomeForPerson([entry({ kind: 'sent' }), others]).outcome, 'not disclosed');
  assert.equal(outcomeOfExchange([entry({ kind: 'sent' }), others]).outcome, 'released');
});

test('an exchange without an end has not ended', () => {
  assert.equal(outcomeForPerson([entry({ kind: 'sent' }, ['asked with'])]).outcome, 'not ended');
});
