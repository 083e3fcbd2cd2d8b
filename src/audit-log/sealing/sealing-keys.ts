/** The secret keys that sealing an entry takes, each with the id that stands beside what it made. */

/** A secret key of 32 bytes. */
export interface NamedKey {
  /** Short ASCII name, such as the half-year that the key is for; at most 64 characters. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface SealingKeys {
  /** HMAC-SHA-256 key of the tags of people and references. */
  readonly subjectTags: NamedKey;
  /** AES-256 key that wraps the key of each entry's text. */
  readonly sealing: NamedKey;
}
