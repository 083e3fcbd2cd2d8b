/** Reads one stored leaf for `verify`: canonical JSON (RFC 8785) of version 1 with known members (docs/formats/leaf.md). */
import { isUtf8 } from 'node:buffer';
import { LARGEST_LEAF, leafFault } from '../domain/leaf.ts';

/** The members that hold a log together; the rest of a leaf is checked by shape alone. */
export interface ReadLeaf {
  readonly kind: string;
  readonly log: string;
  readonly instance: string;
  readonly epoch: string;
  readonly seq: number;
  readonly at: string;
  readonly exchange?: string;
  readonly sent?: string;
  readonly part?: number;
  readonly last?: boolean;
}

/** The leaf, or what is wrong with it as the rest of a sentence that begins with the entry. Quotes nothing of it. */
export function readLeaf(bytes: Uint8Array): ReadLeaf | string {
  if (bytes.length > LARGEST_LEAF) return `is larger than ${LARGEST_LEAF} bytes`;
  if (!isUtf8(bytes)) return 'is not UTF-8';
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  const leaf = parse(text);
  if (leaf === undefined) return 'is not JSON';
  const fault = leafFault(leaf);
  if (fault !== undefined) return fault;
  return isCanonical(leaf, text) ? (leaf as ReadLeaf) : 'is not canonical JSON';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * JSON.stringify writes strings and numbers just as RFC 8785 does, so a text that it writes again the same has no spaces,
 * no repeated names and no other spelling. What it does not settle is the order of names, which `leafFault` has checked,
 * and lone surrogates, which it writes as escapes that canonical JSON never has.
 */
function isCanonical(leaf: unknown, text: string): boolean {
  return JSON.stringify(leaf) === text && !text.includes('\\ud');
}
