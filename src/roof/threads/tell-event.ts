/** Counts something that an operator should know of, and writes a line about it. */
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';

/** @param event a name from the code, never from what a caller sent. */
export function tellEvent(
  event: string,
  logger: Pick<Logger, 'warn'>,
  metrics: Pick<Metrics, 'countEvent'>,
): void {
  metrics.countEvent(event);
  logger.warn({ message: 'event', event });
}
