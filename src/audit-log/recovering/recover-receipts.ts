/** Receipts that partners hold (docs/formats/receipt.md) of entries that a log has lost: read, verified, made into what the new log keeps. */
import { isObject } from '../../domain/leaf-shape.ts';
import { fromBase64url, toBase64 } from '../../encoding/base64.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import type { StandingFact } from '../ports.ts';
import { verifyReceipt } from '../proving/receipt.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';
import { LOST_ENTRY, type LostRange } from './recover-range.ts';

/** The facts that say which entries of the old log are known to have been, by leaf hash. */
export const LOST_ENTRIES = 'lost entry';

const SALT_BYTES = 16;

/** An entry of the old log that is lost and was proved. */
export interface LostEntry {
  /** Leaf hash in standard base64. */
  readonly leafHash: string;
  readonly members: NoteMembers;
  readonly fact: StandingFact;
}

/**
 * What one line proves, or in one sentence why it proves nothing.
 *
 * @param line a receipt as `Audit-Receipt` gave it; or JSON of `receipt` and, where they are known, `leaf` (its exact text)
 * and `salt` (of the header `Audit-Salt`).
 * @param key verifier key of the old log's receipts.
 */
export function lostEntryOf(line: string, { log, held }: LostRange, key: VerifierKey): LostEntry | string {
  const given = readLine(line);
  if (typeof given === 'string') return given;
  const { receipt, leaf, salt } = given;
  const proved = verifyReceipt(receipt, leaf === undefined ? undefined : Buffer.from(leaf), key);
  if (typeof proved === 'string') return proved;
  const { index, at } = proved;
  if (index < held.size)
    return `it is the receipt of entry ${index}, which is not lost: \`verify\` the old store to see that it is there`;
  const leafHash = toBase64(proved.leafHash);
  const value = Buffer.from(JSON.stringify({ log, index, at, leaf, salt, receipt }));
  return {
    leafHash,
    members: { code: LOST_ENTRY, entry: leafHash, first: index },
    fact: { kind: LOST_ENTRIES, key: leafHash, value },
  };
}

interface GivenReceipt {
  readonly receipt: string;
  readonly leaf?: string | undefined;
  readonly salt?: string | undefined;
}

function readLine(line: string): GivenReceipt | string {
  if (!line.startsWith('{')) return { receipt: line };
  const said = parse(line);
  if (!isObject(said)) return 'it is neither a receipt nor JSON';
  const { receipt, leaf, salt } = said;
  if (typeof receipt !== 'string') return 'it holds no `receipt`';
  if (leaf !== undefined && typeof leaf !== 'string') return 'its `leaf` is not a text';
  if (salt === undefined) return { receipt, leaf };
  const isSalt = typeof salt === 'string' && fromBase64url(salt)?.length === SALT_BYTES;
  return isSalt ? { receipt, leaf, salt } : 'its `salt` is not one of the header Audit-Salt';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
