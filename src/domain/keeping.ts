/** How long entries of the log are kept: as their agreements say, and by a setting of the gateway where they say nothing. */
import type { Agreement } from './agreement.ts';
import { type Period, readPeriod } from './period.ts';

export interface Keeping {
  /** Of entries under an agreement; of all others where none is named. */
  readonly of: (agreement: string | undefined) => Period;
  /** The shortest of all. */
  readonly least: Period;
}

/**
 * INVARIANT: where versions of an agreement differ the longest time counts for all of its entries, so that a new version
 * never shortens what an older one promised.
 *
 * @param otherwise for agreements that say nothing, and for entries that stand under none.
 */
export function keepingOf(agreements: Iterable<Pick<Agreement, 'id' | 'words'>>, otherwise: Period): Keeping {
  const longest = new Map<string, Period>();
  for (const { id, words } of agreements) {
    const said = words['looking after it']['keep entries for'];
    const period = (said === undefined ? undefined : readPeriod(said)) ?? otherwise;
    if (period.months > (longest.get(id)?.months ?? 0)) longest.set(id, period);
  }
  const least = Math.min(otherwise.months, ...[...longest.values()].map(({ months }) => months));
  return {
    of: (agreement) => (agreement === undefined ? undefined : longest.get(agreement)) ?? otherwise,
    least: { months: least },
  };
}
