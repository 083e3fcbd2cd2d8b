/** Waits for something that another thread or a timer will bring about. */
import { setTimeout as wait } from 'node:timers/promises';

const WITHIN_MS = 10_000;

/** Resolves as soon as `holds` is true; rejects after ten seconds, naming what never came. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + WITHIN_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await wait(2);
  }
}
