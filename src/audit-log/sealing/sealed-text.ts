/**
 * The sealed text of one entry: AES-256-GCM (NIST SP 800-38D) under a random key of its own, which the sealing key wraps
 * (AES Key Wrap, RFC 3394). Laid out in docs/formats/sealed-row.md.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { Screened } from '../../domain/audit-entry.ts';
import { EntryKeys, KEY_BYTES, WRAPPED_BYTES } from './entry-keys.ts';
import type { Salts } from './salts.ts';
import type { NamedKey } from './sealing-keys.ts';

/** What the text says; absent where it was not known. */
export interface SealedWords {
  readonly caller_reference?: string | undefined;
  readonly case?: string | undefined;
  readonly consent?: string | undefined;
  readonly person?: string | undefined;
  /** What the answer's leaf does not tell: records that were screened out of it. */
  readonly screened?: ScreenedWords | undefined;
  readonly token?: string | undefined;
  /** What a note says beside: who asked for it and why. */
  readonly words?: Readonly<Record<string, string>> | undefined;
}

export interface ScreenedWords {
  /** Records that did not meet the conditions of the agreement. */
  readonly conditions: number;
  /** Identifiers in records that were held back, the first of them where there are many. */
  readonly people: readonly { readonly namespace: string; readonly id: string }[];
  /** How many identifiers that were. */
  readonly count: number;
  /** Records that were held back for who was asked with, and that name nobody. */
  readonly nameless?: number | undefined;
}

/** So that the words of a part in which many were held back fit into an item of a sealed row. */
const MOST_SCREENED = 120;
const LONGEST_SCREENED = 100;

/** Bytes beside the cipher text: wrapped key and authentication tag. */
export const SEALED_TEXT_OVERHEAD = WRAPPED_BYTES + 16;

/** RFC 3394 section 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);
/** Each text has a key of its own, so one nonce serves them all. */
const NONCE = Buffer.alloc(12);

/** Seals texts under one sealing key. */
export class TextSealer {
  readonly #keys: EntryKeys;
  readonly #key = Buffer.alloc(KEY_BYTES);
  #bound = Buffer.alloc(128);

  constructor(sealing: NamedKey, salts: Salts) {
    this.#keys = new EntryKeys(sealing.bytes, salts);
  }

  /** Writes wrapped key, tag and cipher text into `target` from `at`; returns how many bytes that were. */
  seal(words: string, bound: string, target: Buffer, at: number): number {
    this.#keys.take(this.#key, target, at);
    const cipher = createCipheriv('aes-256-gcm', this.#key, NONCE);
    cipher.setAAD(this.#boundBytes(bound));
    const text = cipher.update(words, 'utf8');
    cipher.final();
    this.#key.fill(0);
    target.set(cipher.getAuthTag(), at + WRAPPED_BYTES);
    target.set(text, at + SEALED_TEXT_OVERHEAD);
    return SEALED_TEXT_OVERHEAD + text.length;
  }

  #boundBytes(bound: string): Buffer {
    if (3 * bound.length > this.#bound.length) this.#bound = Buffer.alloc(6 * bound.length);
    return this.#bound.subarray(0, this.#bound.write(bound));
  }
}

/**
 * Opens a sealed text.
 *
 * @param bound what it is bound to: see `boundTo`.
 * @throws {Error} where key, bytes or bond are not those that it was sealed with.
 */
export function openSealedText(sealing: NamedKey, sealed: Uint8Array, bound: string): SealedWords {
  const unwrap = createDecipheriv('id-aes256-wrap', sealing.bytes, WRAP_IV);
  const key = Buffer.concat([unwrap.update(sealed.subarray(0, WRAPPED_BYTES)), unwrap.final()]);
  const cipher = createDecipheriv('aes-256-gcm', key, NONCE, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(bound));
  cipher.setAuthTag(sealed.subarray(WRAPPED_BYTES, SEALED_TEXT_OVERHEAD));
  const text = Buffer.concat([cipher.update(sealed.subarray(SEALED_TEXT_OVERHEAD)), cipher.final()]);
  return JSON.parse(text.toString('utf8'));
}

/** What a text is bound to, so that it cannot be moved to another entry: exchange, kind as drafted, and part. */
export function boundTo(exchange: string, kind: string, part: number | undefined): string {
  return `${exchange} ${kind} ${part ?? 0}`;
}

/** The words of what was screened, undefined where nothing was. */
export function screenedWords(screened: Screened | undefined): ScreenedWords | undefined {
  if (screened === undefined) return undefined;
  const { conditions, nameless } = screened;
  if (conditions === 0 && screened.people.length === 0 && nameless === undefined) return undefined;
  const people = screened.people
    .slice(0, MOST_SCREENED)
    .map(({ namespace, id }) => ({ namespace, id: id.slice(0, LONGEST_SCREENED) }));
  return { conditions, people, count: screened.people.length, nameless };
}
