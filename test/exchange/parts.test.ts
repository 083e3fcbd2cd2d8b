import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FilterSession, NotFilterable, type Part, type Screened } from '../../src/disclosure/rules.ts';
import type { Operation } from '../../src/domain/dataset.ts';
import type { Permit } from '../../src/domain/decision.ts';
import { NothingLeft, readParts, TooManyRecords } from '../../src/exchange/parts.ts';
import type { UpstreamAnswer } from '../../src/exchange/ports.ts';

/** A filter whose records are lines, so that the test sees only how parts are made. */
class Lines implements FilterSession {
  records = 0;
  screened: Screened = { conditions: 0, people: [] };
  #waiting: string[] = [];
  #ended = false;
  get waitingRecords(): number {
    return this.#waiting.length;
  }
  get waitingBytes(): number {
    return this.#waiting.reduce((sum, line) => sum + line.length, 0);
  }
  write(chunk: Uint8Array): void {
    const lines = Buffer.from(chunk).toString().split('\n').filter(Boolean);
    if (lines.includes('bad')) throw new NotFilterable('a bad line');
    this.records += lines.length;
    this.#waiting.push(...lines);
  }
  end(): void {
    this.#ended = true;
  }
  take(mostRecords = Number.POSITIVE_INFINITY): Part {
    const taken = this.#waiting.splice(0, mostRecords);
    const last = this.#ended && this.#waiting.length === 0;
    return {
      bytes: Buffer.from(taken.join()),
      records: taken.length,
      fields: [],
      withheld: 0,
      undeclared: new Map(),
      subjects: [],
      screened: this.screened,
      last,
    };
  }
}

function permit(
  answer: 'one record' | 'many records',
  records: number,
  nothingFound: Operation['nothingFound'] = 'an empty list',
): Permit {
  return { operation: { answer, nothingFound }, agreement: { limits: { records } } } as unknown as Permit;
}

function body(chunks: string[]): UpstreamAnswer & { left: () => number } {
  const rest = chunks.map((chunk) => Buffer.from(chunk));
  return { read: () => rest.shift(), left: () => rest.length } as unknown as UpstreamAnswer & {
    left: () => number;
  };
}

async function recordsOfParts(answer: UpstreamAnswer, asked: Permit): Promise<number[]> {
  const counts: number[] = [];
  for await (const part of readParts(answer, new Lines(), asked)) counts.push(part.records);
  return counts;
}

const lines = (count: number): string => 'r\n'.repeat(count);

test('one record leaves in one part', async () => {
  assert.deepEqual(await recordsOfParts(body(['r\n']), permit('one record', 1)), [1]);
});

test('a list of up to 500 is held until its end', async () => {
  const session = new Lines();
  const parts = readParts(body([lines(300), lines(200)]), session, permit('many records', 500));
  const first = await parts.next();
  assert.equal(session.records, 500, 'nothing was yielded before the end was seen');
  assert.equal(first.value?.last, true);
});

test('record N+1 refuses the whole list while it is held', async () => {
  await assert.rejects(
    recordsOfParts(body([lines(20), lines(1)]), permit('many records', 20)),
    TooManyRecords,
  );
});

test('a longer list flows in parts of at most 500 records', async () => {
  assert.deepEqual(
    await recordsOfParts(body([lines(700), lines(700), lines(10)]), permit('many records', 5000)),
    [500, 500, 410],
  );
});

test('a flowing list is cut at the record after the last that is allowed', async () => {
  const counts: number[] = [];
  const flowing = async (): Promise<void> => {
    for await (const part of readParts(
      body([lines(600), lines(600)]),
      new Lines(),
      permit('many records', 1000),
    ))
      counts.push(part.records);
  };
  await assert.rejects(flowing(), TooManyRecords);
  assert.deepEqual(counts, [500]);
});

test('a one-record answer over 256 KiB fails', async () => {
  const large = body(['x'.repeat(200 * 1024), 'x'.repeat(100 * 1024)]);
  await assert.rejects(recordsOfParts(large, permit('one record', 1)), { code: 'answer-too-large' });
});

test('what the filter refuses is a failure, and nothing is read after it', async () => {
  const answer = body(['r\n', 'bad\n', 'r\n']);
  await assert.rejects(recordsOfParts(answer, permit('many records', 10)), { code: 'answer-not-filterable' });
  assert.equal(answer.left(), 1);
});

/** A filter that screens every record. */
class NothingStays extends Lines {
  override screened: Screened = { conditions: 1, people: [] };
  override write(): void {}
}

test('where every record was screened and a status says "nothing found", nothing is what is found', async () => {
  for (const answer of ['one record', 'many records'] as const) {
    const parts = readParts(body(['r\n']), new NothingStays(), permit(answer, 1000, { status: 404 }));
    await assert.rejects(parts.next(), (error) => {
      return error instanceof NothingLeft && error.screened.conditions === 1;
    });
  }
});

test('where every record was screened and an empty list says "nothing found", the list is empty', async () => {
  const parts = readParts(body(['r\n']), new NothingStays(), permit('many records', 20));
  const only = await parts.next();
  assert.deepEqual([only.value?.records, only.value?.last], [0, true]);
});

test('an empty list of which nothing was screened is an empty list, whatever says "nothing found"', async () => {
  const asked = permit('many records', 20, { status: 404 });
  assert.deepEqual(await recordsOfParts(body(['']), asked), [0]);
});
