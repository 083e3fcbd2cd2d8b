/** The refusal that the writer stores in place of an entry whose limit is reached, or whose proof was shown before (docs/formats/leaf.md). */
import type { EntryKind } from '../../domain/audit-entry.ts';
import { canonicalJson, type Json } from '../../encoding/canonical-json.ts';
import { sha256, sha256Base64url } from '../../encoding/sha256.ts';
import { SALT_BYTES, type Salts } from '../sealing/salts.ts';
import { readSealedRow, withBodySalt } from '../sealing/sealed-row.ts';
import type { LimitVerdict, ShownBeforeVerdict } from './limit-counts.ts';

export interface StoredRefusal {
  readonly leaf: Buffer;
  readonly sealed: Uint8Array | undefined;
  /** Base64url, where the leaf commits to the answer. */
  readonly bodySalt: string | undefined;
}

const LIMIT_REACHED = { kind: 'refused', code: 'limit-reached', status: 429 };
const PROOF_USED = { kind: 'refused', code: 'proof-used', status: 401 };

/** The kind of the entry that stands in the place of one of this kind: a reading stays a reading, which was refused. */
export function refusedKind(kind: EntryKind): EntryKind {
  return kind === 'read' || kind === 'report' ? kind : 'refused';
}

/**
 * The leaf and the row of the refusal. Of `sent` every other member stays. Of `released` what would have left goes;
 * `subjects` stays, since the sealed row holds them, and `part` counts the parts that had gone before it.
 *
 * INVARIANT: the leaf commits to the exact bytes of the answer, so that whoever gets them can prove them.
 *
 * @param drafted the leaf as it was drafted.
 * @param sealed the row beside it.
 * @param salts where the row holds no salt for a body yet.
 */
export function limitRefusal(
  drafted: Uint8Array,
  sealed: Uint8Array | undefined,
  verdict: LimitVerdict | ShownBeforeVerdict,
  salts: Salts,
): StoredRefusal {
  const { answer } = verdict;
  const leaf: Members = JSON.parse(Buffer.from(drafted).toString());
  const members = 'shownBefore' in verdict ? usedMembers(leaf) : refusedMembers(leaf, verdict.limit);
  if (answer === undefined || sealed === undefined)
    return { leaf: Buffer.from(canonicalJson(members)), sealed, bodySalt: undefined };
  const known = readSealedRow(sealed).bodySalt;
  const salt = known ?? freshSalt(salts);
  const bytes = Buffer.from(answer);
  const body = sha256Base64url(Buffer.concat([salt, sha256(bytes)]));
  return {
    leaf: Buffer.from(canonicalJson({ ...members, body, bytes: bytes.length })),
    sealed: known === undefined ? withBodySalt(sealed, salt) : sealed,
    bodySalt: Buffer.from(salt).toString('base64url'),
  };
}

/** The members of a leaf that this gateway wrote itself. */
type Members = Readonly<Record<string, Json>>;

function refusedMembers(leaf: Members, limit: string): Members {
  if (leaf['kind'] === 'sent') return { ...leaf, ...LIMIT_REACHED, after: 'limit', limit };
  const { part, last: _last, records: _records, fields: _fields, withheld: _withheld, ...kept } = leaf;
  const { bytes: _bytes, body: _body, ...rest } = kept;
  return { ...rest, ...LIMIT_REACHED, after: 'fetch', limit, part: Number(part) - 1 };
}

function usedMembers(leaf: Members): Members {
  if (leaf['kind'] === 'sent') return { ...leaf, ...PROOF_USED, after: 'limit' };
  if (leaf['kind'] === 'refused') return { ...leaf, ...PROOF_USED };
  // Of a reading: who tried stays, and what would have been read goes, since nothing was.
  const { records: _records, first: _first, size: _size, withheld: _withheld, ...kept } = leaf;
  const { agreements: _agreements, ...rest } = kept;
  return { ...rest, code: 'refused' };
}

function freshSalt(salts: Salts): Uint8Array {
  const salt = Buffer.alloc(SALT_BYTES);
  salts.take(salt, 0);
  return salt;
}
