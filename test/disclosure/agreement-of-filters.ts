/** Runs the filter and the reference filter over one generated case and says how they differ, if they do. */
import assert from 'node:assert/strict';
import { compileDisclosure } from '../../src/disclosure/disclosure.ts';
import { NotFilterable, type Part, type Screen } from '../../src/disclosure/rules.ts';
import { INPUTS } from './filtering.ts';
import type { FilterCase } from './generated-cases.ts';
import { referenceCsv } from './reference-csv.ts';
import { type ReferenceAnswer, referenceFilter } from './reference-filter.ts';

/** @throws {AssertionError} where the two do not agree. Returns whether they released. */
export function assertFiltersAgree(filterCase: FilterCase): 'released' | 'refused' {
  const expected = referenceOf(filterCase);
  const parts: Part[] = [];
  let outcome: 'released' | 'refused' = 'released';
  try {
    filterInto(parts, filterCase);
  } catch (error) {
    if (!(error instanceof NotFilterable)) throw error;
    outcome = 'refused';
  }
  if (expected === 'refused') {
    assert.equal(outcome, 'refused', 'the reference refuses');
    return 'refused';
  }
  assert.equal(outcome, 'released', 'the reference releases');
  assert.deepEqual(joined(parts, filterCase), expected);
  if (filterCase.format === 'json' && expected.text !== '') JSON.parse(expected.text);
  return 'released';
}

function referenceOf({ answer, rules, format, screened }: FilterCase): ReferenceAnswer | 'refused' {
  const screen = screenOf(screened);
  if (format === 'csv') return referenceCsv(answer, rules, INPUTS, screen);
  return referenceFilter(answer, rules, INPUTS, screen, format);
}

function screenOf(screened: readonly string[] | undefined): Screen | undefined {
  return screened === undefined ? undefined : (subjects) => subjects.some(({ id }) => screened.includes(id));
}

/** Writes the answer in its chunks and takes what waits after each, and once more all that is left. */
function filterInto(parts: Part[], { rules, answer, format, screened, chunks, takes }: FilterCase): void {
  const session = compileDisclosure(rules).start(INPUTS, screenOf(screened), format);
  let at = 0;
  for (let turn = 0; at < answer.length; turn += 1) {
    const size = chunks[turn % chunks.length] ?? 1;
    const chunk = Uint8Array.from(answer.subarray(at, at + size));
    session.write(chunk);
    chunk.fill(0);
    at += size;
    // An answer of one record is taken after its end.
    const most = rules.answer === 'one record' ? 0 : (takes[turn % takes.length] ?? 0);
    if (most > 0) parts.push(checked(session.take(most), most));
  }
  session.end();
  while (parts.at(-1)?.last !== true) parts.push(checked(session.take(2), 2));
  assert.equal(session.waitingBytes, 0);
  assert.equal(session.waitingRecords, 0);
  const sum = parts.reduce((records, part) => records + part.records, 0);
  assert.equal(session.records, sum);
}

function checked(part: Part, most: number): Part {
  assert.ok(part.records <= most);
  return part;
}

function joined(parts: readonly Part[], { rules }: FilterCase): ReferenceAnswer {
  const left = new Set(parts.flatMap((part) => part.fields));
  const inOrder = rules.agreed.map(({ name }) => name).filter((name) => left.has(name));
  const undeclared = new Map<string, number>();
  for (const part of parts) {
    for (const [parent, count] of part.undeclared)
      undeclared.set(parent, (undeclared.get(parent) ?? 0) + count);
  }
  return {
    text: Buffer.concat(parts.map((part) => part.bytes)).toString('utf8'),
    records: parts.reduce((sum, part) => sum + part.records, 0),
    fields: [...new Set(inOrder)],
    withheld: parts.reduce((sum, part) => sum + part.withheld, 0),
    undeclared,
    subjects: parts.flatMap((part) => part.subjects),
    screened: {
      conditions: parts.reduce((sum, part) => sum + part.screened.conditions, 0),
      people: parts.flatMap((part) =>
        part.screened.people.map(({ namespace, id, who }) => ({ namespace, id, who })),
      ),
    },
  };
}
