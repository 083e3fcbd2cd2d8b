/** The sealed row of version 1 (docs/formats/sealed-row.md): salts, tags and cipher text beside a leaf, read and reduced. */
import { SALT_BYTES } from './salts.ts';
import { boundTo, openSealedText, type SealedWords } from './sealed-text.ts';
import type { NamedKey } from './sealing-keys.ts';
import { TAG_BYTES } from './subject-tags.ts';

export const SEALED_ROW_VERSION = 1;

/** What an item of the row holds. Numbers are part of the format. */
export const ITEM = {
  token: 1,
  person: 2,
  caseReference: 3,
  body: 4,
  asked: 5,
  found: 6,
  text: 7,
  askedErased: 8,
  foundErased: 9,
  heldBack: 10,
} as const;

/** Type and length of an item. */
export const ITEM_HEAD_BYTES = 3;

export interface SaltedTag {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** One subject: its salt and tag, or only its commitment once it was erased. */
export type SealedSubject = SaltedTag | { readonly commitment: Uint8Array };

export interface SealedRow {
  /** Id of the key that made the tags. */
  readonly tagKey: string;
  readonly tokenSalt: Uint8Array | undefined;
  readonly person: SaltedTag | undefined;
  readonly caseReference: SaltedTag | undefined;
  readonly bodySalt: Uint8Array | undefined;
  /** In the order of the leaf's root. */
  readonly asked: readonly SealedSubject[];
  readonly found: readonly SealedSubject[];
  /** Tags of identifiers in records that left no trace: no commitment of the leaf tells of them. */
  readonly heldBack: readonly Uint8Array[];
  readonly text: { readonly sealingKey: string; readonly sealed: Uint8Array } | undefined;
}

/** The bytes are not a sealed row of version 1. */
export class SealedRowError extends Error {
  override readonly name = 'SealedRowError';
}

/** The members of a leaf that say which entry its row belongs to; a note has an `id` where others have an exchange. */
export interface LeafOfRow {
  readonly exchange?: string;
  readonly id?: string;
  readonly kind: string;
  readonly part?: number;
  readonly after?: string;
  readonly limit?: string;
}

/** One item of a row as it stands. */
export interface SealedItem {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/**
 * Reads a sealed row.
 *
 * @throws {SealedRowError} for another version, an unknown item or bytes that end too early.
 */
export function readSealedRow(row: Uint8Array): SealedRow {
  const { tagKey, items } = itemsOfRow(row);
  const all = (...types: number[]) => items.filter(({ type }) => types.includes(type));
  const one = (type: number) => all(type)[0]?.bytes;
  return {
    tagKey,
    tokenSalt: one(ITEM.token),
    person: saltedTag(one(ITEM.person)),
    caseReference: saltedTag(one(ITEM.caseReference)),
    bodySalt: one(ITEM.body),
    asked: all(ITEM.asked, ITEM.askedErased).map(subject),
    found: all(ITEM.found, ITEM.foundErased).map(subject),
    heldBack: all(ITEM.heldBack)
      .map(({ bytes }) => bytes)
      .filter(({ length }) => length > 0),
    text: textItem(one(ITEM.text)),
  };
}

/**
 * The words of a sealed row, or undefined where it has none (any more).
 *
 * @param leaf the parsed leaf that the row stands beside.
 * @param keys the sealing key by its id.
 * @throws {SealedRowError} where the key is not known.
 * @throws {Error} where the row belongs to another leaf or was changed.
 */
export function openSealedRow(
  row: SealedRow,
  leaf: LeafOfRow,
  keys: (id: string) => NamedKey | undefined,
): SealedWords | undefined {
  if (row.text === undefined) return undefined;
  const key = keys(row.text.sealingKey);
  if (key === undefined) throw new SealedRowError('the sealing key that the row names is not known');
  return openSealedText(key, row.text.sealed, boundAsDrafted(leaf));
}

/** A limit stores a refusal in the place of what was drafted: of `sent`, or of the part after those that had gone. */
function boundAsDrafted({ exchange, id, kind, part, after, limit }: LeafOfRow): string {
  const whose = exchange ?? id ?? '';
  if (after === 'limit') return boundTo(whose, 'sent', undefined);
  if (limit !== undefined) return boundTo(whose, 'released', (part ?? 0) + 1);
  return boundTo(whose, kind, part);
}

/** The row with the salt of the body's commitment, where it has none yet. */
export function withBodySalt(row: Uint8Array, salt: Uint8Array): Uint8Array {
  return Buffer.concat([row, Uint8Array.of(ITEM.body, 0, salt.length), salt]);
}

/** The items as they stand, behind the head that names the key of the tags. */
export function itemsOfRow(row: Uint8Array): { tagKey: string; head: Uint8Array; items: SealedItem[] } {
  if (row[0] !== SEALED_ROW_VERSION) throw new SealedRowError('the sealed row is not of version 1');
  const headEnd = 2 + (row[1] ?? 0);
  const items: SealedItem[] = [];
  let at = headEnd;
  while (at < row.length) {
    const from = at + ITEM_HEAD_BYTES;
    const type = row[at] ?? 0;
    at = from + (row[at + 1] ?? 0) * 256 + (row[at + 2] ?? 0);
    if (at > row.length) throw new SealedRowError('the sealed row ends inside an item');
    if (type < ITEM.token || type > ITEM.heldBack)
      throw new SealedRowError('the sealed row holds an unknown item');
    items.push({ type, bytes: row.subarray(from, at) });
  }
  return { tagKey: latin1(row.subarray(2, headEnd)), head: row.subarray(0, headEnd), items };
}

function saltedTag(bytes: Uint8Array | undefined): SaltedTag | undefined {
  if (bytes === undefined) return undefined;
  if (bytes.length !== SALT_BYTES + TAG_BYTES)
    throw new SealedRowError('a salted tag of the sealed row has the wrong length');
  return { salt: bytes.subarray(0, SALT_BYTES), tag: bytes.subarray(SALT_BYTES) };
}

function subject({ type, bytes }: SealedItem): SealedSubject {
  if (type === ITEM.askedErased || type === ITEM.foundErased) return { commitment: bytes };
  return saltedTag(bytes) ?? { commitment: bytes };
}

function textItem(bytes: Uint8Array | undefined): SealedRow['text'] {
  if (bytes === undefined) return undefined;
  const end = 1 + (bytes[0] ?? 0);
  return { sealingKey: latin1(bytes.subarray(1, end)), sealed: bytes.subarray(end) };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
