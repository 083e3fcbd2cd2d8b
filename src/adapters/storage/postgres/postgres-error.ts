/** PostgreSQL's error codes (Appendix A of its manual) as far as the store judges by them. */
import { CleanRollback } from '../../../audit-log/ports.ts';

/** Raised by our own functions: another run of the same instance holds the fence. */
const TAKEN_OVER = 'SG001';

/** Codes that pass: asking again may help. Classes 08 connection, 53 no room or memory, 57 stopped or cut short by an operator. */
const PASSING = /^(?:08...|53...|57...|40001|40P01|55P03|25P03|25P04)$/;

/** The five signs of the server's code, or undefined where the error is not the server's. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // EPIPE and the like are of the operating system.
  return /^(?!E[A-Z]{4})[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

export function isTakenOver(error: unknown): boolean {
  return codeOf(error) === TAKEN_OVER;
}

/** True where the connection is gone: the operating system or the driver said so, not the server. */
export function isLost(error: unknown): boolean {
  return (
    error instanceof Error && codeOf(error) === undefined && LOST.test(`${codeText(error)} ${error.message}`)
  );
}

const LOST =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENETUNREACH|ENOENT|Connection terminated|timeout expired|read timeout|not queryable|connection error/;

function codeText(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}

/** Why a server could not be reached or did not do something; a name with several addresses gives an error without words. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it does not answer';
  return error.message === '' ? codeText(error) : error.message;
}

/**
 * What an error before COMMIT was sent means. The server never commits by itself, so nothing was stored; only what may pass is
 * told as a clean rollback, and everything else stays the defect that it is.
 */
export function beforeCommit(error: unknown): unknown {
  if (error instanceof CleanRollback) return error;
  if (isLost(error))
    return new CleanRollback('the connection to the audit store was lost before anything was stored', {
      cause: error,
    });
  const code = codeOf(error);
  if (code === undefined || !PASSING.test(code)) return error;
  return new CleanRollback(inWords(code), { cause: error });
}

function inWords(code: string): string {
  if (code.startsWith('53')) return 'the audit store is full or has no connection left';
  if (code === '55P03' || code.startsWith('40')) return 'the audit store is locked';
  return 'the audit store is stopping, or it cut the commit short';
}
