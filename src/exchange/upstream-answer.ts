/** What the upstream's status and headers mean (docs/formats/upstream.md): records, nothing found, or a failure. */
import { answerFormat } from '../domain/answer-format.ts';
import type { Operation } from '../domain/dataset.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { UpstreamAnswer } from './ports.ts';

/** Ten seconds, where a busy upstream does not say when to come back. */
const RETRY_AFTER_SECONDS = 10;
/** Most bytes that are read of a body which nobody wants, so that its connection can be used again. */
const MOST_PASSED_OVER = 64 * 1024;

/**
 * Judges an answer before its body is read.
 *
 * @throws {GatewayError} for every answer that is neither agreed records nor the declared way to say "nothing found".
 */
export function readAnswer(answer: UpstreamAnswer, operation: Operation): 'records' | 'nothing found' {
  const { status } = answer;
  if (typeof operation.nothingFound === 'object' && status === operation.nothingFound.status)
    return 'nothing found';
  if (status === 429 || status === 503) {
    const retryAfterSeconds = answer.retryAfterSeconds ?? RETRY_AFTER_SECONDS;
    throw new GatewayError('upstream-busy', `the upstream answered ${status}`, { retryAfterSeconds });
  }
  if (status >= 300 && status < 400)
    throw new GatewayError('upstream-redirect', `the upstream answered ${status}`);
  if (!operation.successStatus.includes(status)) {
    throw new GatewayError('upstream-error', `the upstream answered ${status}`);
  }
  if (!operation.mediaTypes.includes(answer.mediaType)) {
    throw new GatewayError(
      'answer-media-type',
      'the upstream answered with another media type than the dataset declares',
    );
  }
  if (answer.charset !== undefined && answer.charset !== 'utf-8') {
    throw new GatewayError('answer-media-type', 'the upstream answered in another charset than UTF-8');
  }
  if (answer.contentEncoding !== undefined) {
    throw new GatewayError(
      'answer-media-type',
      'the upstream answered with a content encoding that was not asked for',
    );
  }
  // Lines that are left are a whole list, and half of the last cell is a cell: only the framing tells that it was cut.
  if (answer.endsWithConnection && answerFormat(answer.mediaType) !== 'json') {
    throw new GatewayError('upstream-error', 'the upstream sent lines without saying where they end');
  }
  return 'records';
}

/**
 * Reads a body that says nothing, to its end if that is near. An answer "nothing found" then takes what an answer with a
 * record takes, and its connection is kept likewise: the next request does not tell one from the other by its time.
 */
export async function passOver(answer: UpstreamAnswer): Promise<void> {
  let passed = 0;
  try {
    while (passed < MOST_PASSED_OVER) {
      const pending = answer.read();
      const chunk = pending instanceof Promise ? await pending : pending;
      if (chunk === undefined) return;
      passed += chunk.length;
    }
  } catch (error) {
    // The status has said all; a body that is cut changes nothing of it. A caller that went away is told apart.
    if (error instanceof GatewayError && error.code === 'caller-gone') throw error;
  }
}
