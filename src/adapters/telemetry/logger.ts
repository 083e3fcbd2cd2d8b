/** The application log: winston, one JSON line per exchange, without identifiers, bodies or tokens. */

import { createLogger, format, type Logger, transports } from 'winston';
import type { Outcome } from '../../domain/outcome.ts';

export type { Logger };

/** A logger that writes JSON lines to standard error, so that standard output stays for results. */
export function makeLogger(level: string): Logger {
  return createLogger({
    level,
    format: format.combine(format.timestamp(), format.json()),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
}

/** One line for one exchange. */
export function logOutcome(logger: Logger, outcome: Outcome, ms: number): void {
  const { cause, ...said } = outcome;
  const line = {
    message: 'exchange',
    ...said,
    outcome: outcome.kind,
    kind: undefined,
    ms: Math.round(ms * 100) / 100,
  };
  if (outcome.kind !== 'failed') return void logger.log({ level: 'info', ...line });
  logger.log({ level: 'error', ...line, why: reasonsOf(cause) });
}

/** The messages of an error and its causes. Ours hold no personal data; foreign ones are named by class and code only. */
function reasonsOf(cause: unknown): string[] {
  const reasons: string[] = [];
  for (let error = cause; error instanceof Error && reasons.length < 5; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
    reasons.push(error.name === 'GatewayError' ? `${error.message}${code}` : `${error.name}${code}`);
  }
  return reasons;
}
