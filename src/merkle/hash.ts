/** The three hashes of a Merkle tree (RFC 6962 section 2.1): of a leaf, of two subtrees, of nothing. */
import { sha256 } from '../encoding/sha256.ts';
import { ROOM_AT, Sha256Lanes } from '../encoding/sha256-lanes.ts';

/** Bytes of one hash. */
export const HASH_BYTES = 32;

const LEAF = 0x00;
const NODE = 0x01;

/** Scratch space, so that no prefix costs an allocation: nothing of it outlives a call, and no call suspends. */
const pair = Buffer.alloc(1 + 2 * HASH_BYTES, NODE);
let prefixed = Buffer.alloc(4096, LEAF);

/** SHA-256(0x00 ‖ leaf). */
export function leafHash(leaf: Uint8Array): Buffer {
  const length = 1 + leaf.length;
  if (length > prefixed.length) prefixed = Buffer.alloc(2 * length, LEAF);
  prefixed.set(leaf, 1);
  return sha256(prefixed.subarray(0, length));
}

/** SHA-256(0x01 ‖ left ‖ right), for two hashes of 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}

let lanes: Sha256Lanes | undefined;
/** The lanes work on whole fours: results for up to three pairs behind the last are written, which mean nothing. */
const SPARE_BYTES = 4 * 2 * HASH_BYTES;

/**
 * The node hashes of pairs of hashes that stand one behind the other, four at a time (src/encoding/sha256-lanes.ts): for
 * many, a third of the time of `nodeHash` for each.
 *
 * @param pairs 64 bytes for each pair.
 */
export function nodeHashes(pairs: Uint8Array): Buffer {
  const count = pairs.length / (2 * HASH_BYTES);
  if (count < 1) return Buffer.alloc(0);
  const needed = ROOM_AT + pairs.length + SPARE_BYTES;
  if (lanes === undefined || lanes.bytes.length < needed) lanes = new Sha256Lanes(2 * needed);
  const { bytes } = lanes;
  bytes.set(pairs, ROOM_AT);
  lanes.nodes(ROOM_AT, count, ROOM_AT);
  return Buffer.from(bytes.subarray(ROOM_AT, ROOM_AT + count * HASH_BYTES));
}

/** The root of a tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Buffer {
  return sha256('');
}
