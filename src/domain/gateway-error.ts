/** The one error class: a failure with a stable code. Adapters turn every foreign error into one at their edge. */
import type { FailureCode } from './reason.ts';

/** Something went wrong that is nobody's refusal. The message is for the operator's log and holds no personal data. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: FailureCode;
  /** Seconds after which asking again makes sense, where that is known. */
  readonly retryAfterSeconds: number | undefined;
  /** What the caller is told of it, where that is more than that something failed. */
  readonly detail: string | undefined;

  constructor(
    code: FailureCode,
    message: string,
    more: { cause?: unknown; retryAfterSeconds?: number; detail?: string } = {},
  ) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.code = code;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.detail = more.detail;
  }
}

/** Any thrown thing as a GatewayError; what nobody foresaw is `internal-error`. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  return new GatewayError('internal-error', 'something failed that nobody foresaw', { cause: error });
}
