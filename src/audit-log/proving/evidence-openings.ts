/** Opens commitments of leaves for evidence: the salt that the sealed row keeps, and what was committed to. */
import { isObject } from '../../domain/leaf-shape.ts';
import { toBase64url } from '../../encoding/base64.ts';
import type { StoredEntry } from '../ports.ts';
import type { SealedRow } from '../sealing/sealed-row.ts';
import type { SealedWords } from '../sealing/sealed-text.ts';
import type { Openable, Opening } from './evidence-manifest.ts';
import type { Sees } from './party-entries.ts';

/** The sealed row of an entry and its words; undefined where it has none, or its key or words are gone. */
export type OpenRow = (
  entry: StoredEntry,
) => { readonly row: SealedRow; readonly words: SealedWords | undefined } | undefined;

type Leaf = Readonly<Record<string, unknown>>;

/**
 * What the reader may open, of the members asked for. Who asked, its case and its token are the consumer's to open; a
 * provider opens the body alone. What was erased, or was never there, is left out.
 */
export function openingsOf(
  entries: readonly StoredEntry[],
  open: readonly Openable[],
  { sees, openRow }: { readonly sees: Sees; readonly openRow: OpenRow },
): readonly Opening[] {
  if (open.length === 0) return [];
  const named = new Map<string, ReturnType<OpenRow>>();
  return entries.flatMap((entry) => {
    const leaf: unknown = JSON.parse(Buffer.from(entry.leaf).toString());
    const opened = openRow(entry);
    const exchange = entry.exchange ?? '';
    // Only the first entry of an exchange keeps what its later ones repeat the commitments of.
    if (opened?.row.tokenSalt ?? opened?.row.person ?? opened?.row.caseReference) named.set(exchange, opened);
    if (!isObject(leaf)) return [];
    return open
      .filter((member) => mayOpen(member, leaf, sees))
      .flatMap((member) =>
        opening(member, entry.index, leaf, member === 'body' ? opened : named.get(exchange)),
      );
  });
}

function mayOpen(member: Openable, leaf: Leaf, sees: Sees): boolean {
  return sees === 'all' || leaf['consumer'] === sees.organisation || member === 'body';
}

function opening(
  member: Openable,
  entry: number,
  leaf: Leaf,
  opened: ReturnType<OpenRow>,
): readonly Opening[] {
  if (opened === undefined || leaf[member === 'token' ? 'auth' : member] === undefined) return [];
  const { salt, value } = pieces(member, opened);
  if (salt === undefined || (member !== 'body' && value === undefined)) return [];
  return [{ entry, member, salt: toBase64url(salt), ...(value === undefined ? {} : { value }) }];
}

function pieces(
  member: Openable,
  { row, words }: NonNullable<ReturnType<OpenRow>>,
): { salt: Uint8Array | undefined; value: string | undefined } {
  switch (member) {
    case 'body':
      return { salt: row.bodySalt, value: undefined };
    case 'case':
      return { salt: row.caseReference?.salt, value: words?.case };
    case 'person':
      return { salt: row.person?.salt, value: words?.person };
    case 'token':
      return { salt: row.tokenSalt, value: words?.token };
  }
}
