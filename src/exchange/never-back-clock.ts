/** A clock that never goes back: an exchange is never decided at a time earlier than the newest entry's. */
import type { Clock } from './ports.ts';

/** A step back of more than this is told as an alarm; less is a correction by the time service. */
const ALARM_MS = 1000;

/**
 * Wraps a clock.
 *
 * @param newestAtMs time of the newest entry of the log, in milliseconds since 1970 UTC.
 * @param onSetBack told once for each time the clock was found set back, and by how many milliseconds.
 */
export function neverBackClock(
  now: () => number,
  newestAtMs: number,
  onSetBack: (byMs: number) => void,
): Clock {
  let latest = newestAtMs;
  let told = false;
  return {
    now() {
      const time = now();
      if (time >= latest) {
        latest = time;
        told = false;
        return time;
      }
      if (!told && latest - time > ALARM_MS) {
        told = true;
        onSetBack(latest - time);
      }
      return latest;
    },
  };
}
