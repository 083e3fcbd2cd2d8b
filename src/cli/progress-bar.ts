/** A progress bar on standard error, for work that takes longer than a moment. */
import type { CommandIo } from './command-io.ts';

const BAR_WIDTH = 30;

/** Redraws one line as work goes on, at most once a percent; nothing where standard error is no terminal. */
export function progressBar(io: CommandIo, noun: string): (done: number, of: number) => void {
  if (!io.errIsTerminal) return () => {};
  let drawn = -1;
  return (done, of) => {
    const percent = of === 0 ? 100 : Math.min(100, Math.floor((100 * done) / of));
    if (percent === drawn) return;
    drawn = percent;
    const filled = Math.round((BAR_WIDTH * percent) / 100);
    const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}`;
    io.err(`\r[${bar}] ${percent} % of ${of} ${noun}${percent === 100 ? '\n' : ''}`);
  };
}
