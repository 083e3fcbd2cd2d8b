/** What the upstream's status and headers mean (docs/formats/upstream.md): records, nothing found, or a failure. */
import type { Operation } from '../domain/dataset.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import type { UpstreamAnswer } from './ports.ts';

/** Ten seconds, where a busy upstream does not say when to come back. */
const RETRY_AFTER_SECONDS = 10;

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
  return 'records';
}
