/** Turns what can go wrong on the way to an upstream and back into the gateway's own failures. */
import { errors } from 'undici';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { FailureCode } from '../../domain/reason.ts';

/** How far the exchange with the upstream had come. */
export type Stage = 'before the headers' | 'in the body';

type Failure = readonly [code: FailureCode, message: string];

/** Alerts of TLS (RFC 8446 section 6.2) that a server sends about the certificate that it was shown, or was not. */
const ALERT_ON_CERTIFICATE =
  /^ERR_SSL_.*ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|ACCESS_DENIED)/;

const BY_CODE: Readonly<Record<string, Failure>> = {
  ADDRESS_REFUSED: ['upstream-unreachable', 'address of the upstream is not allowed'],
  UND_ERR_CONNECT_TIMEOUT: ['upstream-timeout', 'upstream did not accept the connection in time'],
  UND_ERR_HEADERS_TIMEOUT: ['upstream-timeout', 'upstream did not answer in time'],
  UND_ERR_BODY_TIMEOUT: ['upstream-timeout', 'upstream stopped in the middle of its answer'],
  UND_ERR_HEADERS_OVERFLOW: ['upstream-error', 'upstream sent more headers than can be taken'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['upstream-error', 'upstream sent another length than it said'],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['answer-too-large', 'answer is larger than the dataset allows'],
  UND_ERR_INVALID_ARG: ['internal-error', 'request to the upstream could not be written'],
  UND_ERR_NOT_SUPPORTED: ['internal-error', 'request to the upstream could not be written'],
};
const NOT_WHOLE: Failure = ['upstream-error', 'upstream ended its answer before it was whole'];
const NOT_HTTP: Failure = ['upstream-error', 'upstream did not speak HTTP that can be read in one way only'];
const NOT_TRUSTED: Failure = ['upstream-unreachable', 'certificate of the upstream is not trusted'];
const NOT_LET_IN: Failure = ['upstream-sign-in-failed', "upstream did not take the gateway's certificate"];
const NOT_REACHED: Failure = ['upstream-unreachable', 'upstream could not be reached'];

/** The failure that a foreign error means. The message is constant; the error itself stands as its cause. */
export function upstreamFailure(error: unknown, stage: Stage): GatewayError {
  if (error instanceof GatewayError) return error;
  const [code, message] = isBadHttp(error) ? NOT_HTTP : failureOf(errorCode(error), stage);
  return new GatewayError(code, message, { cause: error });
}

/** True where a connection ended as one does that the other side has closed. */
export function isDeadConnection(error: unknown): boolean {
  if (isBadHttp(error)) return false;
  const code = errorCode(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

function failureOf(code: string, stage: Stage): Failure {
  const known = BY_CODE[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return NOT_HTTP;
  if (stage === 'in the body') return NOT_WHOLE;
  if (ALERT_ON_CERTIFICATE.test(code)) return NOT_LET_IN;
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/.test(code) ? NOT_TRUSTED : NOT_REACHED;
}

/** What undici calls an upgrade or an interim answer that nobody asked for: the one sign of it is the message. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(['bad upgrade', 'bad response']);

/** Something answered, so it was reached. Most parser errors have no code, whatever their type says. */
function isBadHttp(error: unknown): boolean {
  if (error instanceof errors.HTTPParserError) return true;
  return error instanceof errors.SocketError && NOT_ASKED_FOR.has(error.message);
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
