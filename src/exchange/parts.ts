/** Reads an answer through the field filter and gives it back in parts that end at record boundaries. */

import { type FilterSession, NotFilterable, type Part, type Screened } from '../disclosure/rules.ts';
import type { Permit } from '../domain/decision.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { UpstreamAnswer } from './ports.ts';

/** Most bytes and most records of one part; the largest answer of a one-record operation (formats §3). */
export const MOST_PART_BYTES = 256 * 1024;
export const MOST_PART_RECORDS = 500;

/** The answer holds more records than the agreement allows in one answer. */
export class TooManyRecords extends Error {
  override readonly name = 'TooManyRecords';
}

/** Every record that came was screened, and the provider says by a status that there is none. */
export class NothingLeft extends Error {
  override readonly name = 'NothingLeft';
  readonly screened: Screened;

  constructor(screened: Screened) {
    super('nothing is left of the answer');
    this.screened = screened;
  }
}

/**
 * Yields the parts of an answer. A one-record answer, and a list that may hold no more than 500 records, is held until
 * it is known to be whole and within the limit; a longer list flows.
 *
 * @throws {NothingLeft} before anything was yielded: the answer is the same as where nothing is found.
 * @throws {TooManyRecords} where record N+1 comes; what was yielded before stays yielded.
 * @throws {GatewayError} `answer-not-filterable`, `answer-too-large`, or what the upstream's body ends with.
 */
export async function* readParts(
  answer: UpstreamAnswer,
  session: FilterSession,
  permit: Permit,
): AsyncGenerator<Part> {
  const single = permit.operation.answer === 'one record';
  const most = single ? 1 : permit.agreement.limits.records;
  const held = single || most <= MOST_PART_RECORDS;
  let size = 0;
  for (;;) {
    const pending = answer.read();
    const chunk = pending instanceof Promise ? await pending : pending;
    if (chunk === undefined) break;
    size += chunk.length;
    if (single && size > MOST_PART_BYTES) {
      throw new GatewayError(
        'answer-too-large',
        'the answer to a one-record operation is larger than 256 KiB',
      );
    }
    filter(() => session.write(chunk));
    if (session.records > most) throw new TooManyRecords();
    while (!held && partIsFull(session)) yield session.take(MOST_PART_RECORDS, MOST_PART_BYTES);
  }
  filter(() => session.end());
  for (;;) {
    const part = session.take(MOST_PART_RECORDS, MOST_PART_BYTES);
    if (session.records === 0 && isAsNothingFound(part, permit)) throw new NothingLeft(part.screened);
    yield part;
    if (part.last) return;
  }
}

/** INVARIANT: who asks for a screened record sees what it would see without that record: the status for "nothing found". */
function isAsNothingFound({ screened }: Part, { operation }: Permit): boolean {
  const { conditions, people, nameless = 0 } = screened;
  return conditions + people.length + nameless > 0 && typeof operation.nothingFound === 'object';
}

function partIsFull(session: FilterSession): boolean {
  return session.waitingRecords >= MOST_PART_RECORDS || session.waitingBytes >= MOST_PART_BYTES;
}

function filter(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (error instanceof NotFilterable) {
      throw new GatewayError('answer-not-filterable', error.message, { cause: error });
    }
    throw error;
  }
}
