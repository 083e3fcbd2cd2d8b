/** The list of erasures that is kept apart from the store (docs/formats/erasures.md), so that a restored backup can repeat them. */
import { isObject } from '../../domain/leaf-shape.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';
import type { ErasedPlaces } from './erased-places.ts';

/** What was taken from one entry. It says nothing of whom it was about. */
export interface ListedErasure {
  /** Leaf hash of the entry, standard base64. */
  readonly entry: string;
  readonly index: number;
  readonly places: ErasedPlaces;
}

/** Keeps the list. */
export interface ErasureList {
  /** All erasures, in the order in which they were added. */
  all(): readonly ListedErasure[];
  /** Adds erasures; those that stand there already are left out. Durable when it returns. */
  add(erasures: readonly ListedErasure[]): void;
}

/** One line of the list, without its line break: canonical JSON, so that equal erasures are equal lines. */
export function lineOf({ entry, index, places: { asked, found, heldBack, words } }: ListedErasure): string {
  return canonicalJson({
    entry,
    index,
    asked: [...asked],
    found: [...found],
    held_back: [...heldBack],
    words,
  });
}

/** What a line says, or undefined where it is none of this format. */
export function erasureOf(line: string): ListedErasure | undefined {
  const { entry, index, asked, found, held_back: heldBack, words } = parsed(line);
  if (typeof entry !== 'string' || !/^[A-Za-z0-9+/]{43}=$/.test(entry)) return undefined;
  if (typeof words !== 'boolean' || typeof index !== 'number' || !isPlace(index)) return undefined;
  if (!isPlaces(asked) || !isPlaces(found) || !isPlaces(heldBack)) return undefined;
  return { entry, index, places: { asked, found, heldBack, words } };
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isPlaces(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isPlace);
}

function isPlace(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
