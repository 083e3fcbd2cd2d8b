/** Does something again and again, each time after the last time has ended, so that a slow store is never asked twice at once. */

/**
 * Begins `everyMs` milliseconds from now; does not keep the process alive. Returns what ends it.
 *
 * @param work never rejects.
 */
export function keepFresh(work: () => Promise<unknown>, everyMs: number): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    if (stopped) return;
    timer = setTimeout(() => void work().then(wait, wait), everyMs);
    timer.unref();
  };
  wait();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
