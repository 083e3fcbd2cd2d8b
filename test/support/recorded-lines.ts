/** A logger of the application log whose lines a test can read. */
import { Writable } from 'node:stream';
import { createLogger, format, transports } from 'winston';
import type { Logger } from '../../src/adapters/telemetry/logger.ts';

/** Lines from `info` on, oldest first. */
export function recordedLines(): { readonly logger: Logger; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const logger = createLogger({ format: format.json(), transports: [new transports.Stream({ stream })] });
  return { logger, lines };
}
