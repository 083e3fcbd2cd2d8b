/** Repeats erasures in a store that does not know them: a restored backup, or a run that ended between list and commit. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { SealedRowError } from '../sealing/sealed-row.ts';
import type { StartedLog } from '../writing/start-log-writer.ts';
import { stillHolds } from './erased-places.ts';
import type { ListedErasure } from './erasure-list.ts';

export interface ReplayParts {
  readonly log: Pick<LogReader, 'entries'>;
  readonly append: (...note: Parameters<StartedLog['notes']['append']>) => Promise<unknown>;
}

/**
 * What entries of a log say was erased, in their order: the erasures that came after a backup, where its later entries were
 * brought back. People who were held back are named by no leaf, so for them the list that is kept apart is needed.
 *
 * @param indexOf the index of the entry with this leaf hash (standard base64), or undefined.
 */
export function erasuresDue(
  entries: readonly Pick<StoredEntry, 'leaf' | 'kind'>[],
  indexOf: (leafHash: string) => number | undefined,
): readonly ListedErasure[] {
  return entries
    .filter(({ kind }) => kind === 'erased')
    .flatMap(({ leaf }) => {
      const { entry, places }: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(leaf).toString());
      const index = typeof entry === 'string' ? indexOf(entry) : undefined;
      if (typeof entry !== 'string' || index === undefined || !isObject(places)) return [];
      const list = (name: string): readonly number[] => {
        const named = places[name];
        return Array.isArray(named) ? named.map(Number) : [];
      };
      const erased = { asked: list('asked'), found: list('found'), heldBack: [], words: false };
      return [{ entry, index, places: erased }];
    });
}

/**
 * Carries out the erasures that the store has not done: each is an `erased` entry, with code `replayed`, in the transaction
 * of its row. Resolves to how many there were, once they are durable. Entries that the store does not hold are passed over.
 *
 * INVARIANT: called before a gateway serves, so that a restored backup brings nobody back.
 *
 * @throws what `append` throws: the next start goes on.
 */
export async function replayErasures(
  { log, append }: ReplayParts,
  erasures: readonly ListedErasure[],
): Promise<number> {
  let replayed = 0;
  for (const { entry, index, places } of erasures) {
    const [stored] = await log.entries(index, 1);
    if (stored === undefined || !isDue(stored, entry, index)) continue;
    if (!holds(stored, places)) continue;
    const { asked, found } = places;
    const members = { code: 'replayed', entry, places: placesMember(asked, found) };
    await append('erased', members, [], undefined, { erase: [{ index, places }] });
    replayed += 1;
  }
  return replayed;
}

/** The member `places` of a leaf; undefined where there is nothing that a leaf may tell of. */
export function placesMember(
  asked: readonly number[],
  found: readonly number[],
): { readonly asked?: number[]; readonly found?: number[] } | undefined {
  if (asked.length + found.length === 0) return undefined;
  return {
    ...(asked.length === 0 ? {} : { asked: [...asked] }),
    ...(found.length === 0 ? {} : { found: [...found] }),
  };
}

function isDue(stored: StoredEntry, entry: string, index: number): boolean {
  return stored.index === index && Buffer.from(stored.leafHash).toString('base64') === entry;
}

/** A row that somebody spoiled counts as one that holds it still: it goes whole. */
function holds({ sealed }: StoredEntry, places: ListedErasure['places']): boolean {
  if (sealed === undefined) return false;
  try {
    return stillHolds(sealed, places);
  } catch (error) {
    if (!(error instanceof SealedRowError)) throw error;
    return true;
  }
}
