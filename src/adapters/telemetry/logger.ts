/** The application log: winston, JSON lines without identifiers, bodies or tokens. */
import { createLogger, format, type Logger, transports } from 'winston';

export type { Logger };

/** Where winston looks for the finished text of a line. */
const MESSAGE = Symbol.for('message');

/** What `logger.log` is given for lines that are finished already. */
export interface FinishedLines {
  readonly level: string;
  readonly message: '';
  /** JSON lines with newlines between them, none at the end. */
  readonly lines: string;
}

const jsonLines = format((info) => {
  const { lines } = info;
  info[MESSAGE] =
    typeof lines === 'string' ? lines : JSON.stringify({ at: new Date().toISOString(), ...info });
  return info;
});

/** A logger that writes JSON lines to standard error, so that standard output stays for results. */
export function makeLogger(level: string): Logger {
  return createLogger({
    level,
    format: jsonLines(),
    transports: [new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] })],
  });
}
