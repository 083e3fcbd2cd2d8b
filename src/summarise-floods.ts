/** Every ten seconds, one entry counts the refusals that were held back from the log one by one. */
import type { StartedLog } from './audit-log/start-log-writer.ts';
import type { Clock } from './exchange/ports.ts';
import type { RefusalFlood } from './http/refusal-flood.ts';

const EVERY_MS = 10_000;

/** Begins to sum up. `stop` sums up what is left. */
export function summariseFloods(
  flood: RefusalFlood,
  log: StartedLog,
  clock: Clock,
): { stop(): Promise<void> } {
  let fromMs = clock.now();
  const sumUp = async (): Promise<void> => {
    const toMs = clock.now();
    const records = flood.takeHeldBack();
    const from = new Date(fromMs).toISOString();
    fromMs = toMs;
    if (records === 0) return;
    const members = { code: 'refusals-held-back', records, from, to: new Date(toMs).toISOString() };
    await log.notes.append('summary', members).catch(() => undefined);
  };
  const timer = setInterval(sumUp, EVERY_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return sumUp();
    },
  };
}
