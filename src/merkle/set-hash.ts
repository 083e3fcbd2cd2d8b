/**
 * The hash of a set that grows and shrinks, in one step for each change (LtHash with 1024 lanes of 16 bits: Lewi and others,
 * "Securing Update Propagation with Homomorphic Hashing", IACR ePrint 2019/227): the order of changes does not matter.
 */
import { sha256 } from '../encoding/sha256.ts';
import { shake256 } from '../encoding/shake256.ts';

const LANE_BYTES = 2;

/** Bytes of the sum that goes on from one change to the next. */
export const SET_SUM_BYTES = 2048;

export class SetHash {
  readonly #sum: Buffer;

  /** @param sum of the set so far; the sum of no members where it is left out. It is copied. */
  constructor(sum?: Uint8Array) {
    if (sum !== undefined && sum.length !== SET_SUM_BYTES)
      throw new RangeError(`the sum of a set has ${SET_SUM_BYTES} bytes`);
    this.#sum = sum === undefined ? Buffer.alloc(SET_SUM_BYTES) : Buffer.from(sum);
  }

  /** Puts a member in: bytes that are a hash already. One that is put in twice counts twice. */
  add(member: Uint8Array): void {
    this.#change(member, 1);
  }

  /** Takes a member out. */
  remove(member: Uint8Array): void {
    this.#change(member, -1);
  }

  /** The sum, to go on from. */
  sum(): Buffer {
    return Buffer.from(this.#sum);
  }

  /** 32 bytes that stand for the set. */
  digest(): Buffer {
    return sha256(this.#sum);
  }

  #change(member: Uint8Array, sign: 1 | -1): void {
    const lanes = shake256(member, SET_SUM_BYTES);
    for (let at = 0; at < SET_SUM_BYTES; at += LANE_BYTES) {
      const lane = this.#sum.readUInt16LE(at) + sign * lanes.readUInt16LE(at);
      this.#sum.writeUInt16LE(lane & 0xffff, at);
    }
  }
}
