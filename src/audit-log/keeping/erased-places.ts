/** Which places of a sealed row are erased (docs/formats/sealed-row.md), and the row without them. */
import { sha256 } from '../../encoding/sha256.ts';
import { SALT_BYTES } from '../sealing/salts.ts';
import { ITEM, itemsOfRow, type SealedItem, SealedRowError } from '../sealing/sealed-row.ts';

/** Places count from 0 in the order of the row, whatever was erased before. */
export interface ErasedPlaces {
  /** Places in the list of identifiers that were asked with. */
  readonly asked: readonly number[];
  /** Places in the list of identifiers that were found. */
  readonly found: readonly number[];
  /** Places among the tags of people who were held back. No leaf may tell of them: it would tell that there were such people. */
  readonly heldBack: readonly number[];
  /** True where the words go too, because they name somebody who is erased. */
  readonly words: boolean;
}

const LISTS = ['asked', 'found', 'heldBack'] as const;
type List = (typeof LISTS)[number];

/**
 * The places at which `picks` finds a tag; those that were erased already hold none.
 *
 * @param words whether the words name somebody who is picked.
 * @throws {SealedRowError} for bytes that are no sealed row.
 */
export function placesOf(row: Uint8Array, picks: (tag: Uint8Array) => boolean, words: boolean): ErasedPlaces {
  const { items } = itemsOfRow(row);
  const among = (list: List): readonly number[] =>
    items
      .filter(({ type }) => listOf(type) === list)
      .flatMap((item, place) => (tagIn(item) !== undefined && picks(tagIn(item) ?? NOTHING) ? [place] : []));
  const heldBack = among('heldBack');
  const text = items.some(({ type }) => type === ITEM.text);
  return {
    asked: among('asked'),
    found: among('found'),
    heldBack,
    words: text && (words || heldBack.length > 0),
  };
}

/** True where the row still holds something of what the places name. @throws {SealedRowError} as `placesOf` does. */
export function stillHolds(row: Uint8Array, places: ErasedPlaces): boolean {
  const { items } = itemsOfRow(row);
  if (places.words && items.some(({ type }) => type === ITEM.text)) return true;
  return LISTS.some((list) => {
    const own = items.filter(({ type }) => listOf(type) === list);
    return places[list].some((place) => {
      const item = own[place];
      return item !== undefined && tagIn(item) !== undefined;
    });
  });
}

export function isEmpty(places: ErasedPlaces): boolean {
  return !places.words && LISTS.every((list) => places[list].length === 0);
}

/**
 * The row without salt and tag at these places: their commitments stay, so that the leaf's roots can still be rebuilt and
 * nothing leads from them to a person. Places that were erased already stay as they are.
 *
 * @throws {SealedRowError} for bytes that are no sealed row, or that lack such a place.
 */
export function withoutPlaces(row: Uint8Array, places: ErasedPlaces): Uint8Array {
  const { head, items } = itemsOfRow(row);
  const at = { asked: 0, found: 0, heldBack: 0 };
  const pieces: Uint8Array[] = [head];
  for (const item of items) {
    const list = listOf(item.type);
    if (list === undefined) {
      if (item.type !== ITEM.text || !places.words) pieces.push(...spelled(item));
      continue;
    }
    const due = places[list].includes(at[list]);
    at[list] += 1;
    pieces.push(...spelled(due ? erased(item) : item));
  }
  if (LISTS.some((list) => places[list].some((place) => place >= at[list])))
    throw new SealedRowError('the sealed row has no such place');
  return Buffer.concat(pieces);
}

const NOTHING = new Uint8Array(0);

/** What is left of one item. */
function erased(item: SealedItem): SealedItem {
  if (item.type === ITEM.asked) return { type: ITEM.askedErased, bytes: sha256(item.bytes) };
  if (item.type === ITEM.found) return { type: ITEM.foundErased, bytes: sha256(item.bytes) };
  return item.type === ITEM.heldBack ? { type: item.type, bytes: NOTHING } : item;
}

function tagIn({ type, bytes }: SealedItem): Uint8Array | undefined {
  if (type === ITEM.asked || type === ITEM.found) return bytes.subarray(SALT_BYTES);
  return type === ITEM.heldBack && bytes.length > 0 ? bytes : undefined;
}

function listOf(type: number): List | undefined {
  if (type === ITEM.asked || type === ITEM.askedErased) return 'asked';
  if (type === ITEM.found || type === ITEM.foundErased) return 'found';
  return type === ITEM.heldBack ? 'heldBack' : undefined;
}

function spelled({ type, bytes }: SealedItem): readonly Uint8Array[] {
  return [Uint8Array.of(type, bytes.length >> 8, bytes.length & 0xff), bytes];
}
