/** Who is asking, as the access token proved it. */

export interface Caller {
  /** Organisation id of the consumer. */
  readonly organisation: string;
  /** System id in the organisation's file. */
  readonly system: string;
  /** The client identifier that its token states: a system's name, never a person's. */
  readonly client?: string | undefined;
  readonly actsForNamedPerson: 'always' | 'never' | 'sometimes';
  readonly person: Person | undefined;
  /** Roles in the agreements' words; what the organisation's file does not name is dropped. */
  readonly roles: readonly string[];
  readonly issuer: string;
  /** How the token was shown: alone, with a proof of the key it is bound to (RFC 9449), or under a certificate (RFC 8705). */
  readonly method: 'bearer' | 'dpop' | 'mtls';
  /** True where the sender showed a key that its token, or its system's registration, is bound to. */
  readonly senderProved: boolean;
  readonly secondFactor: boolean;
  /** Name in the organisation's `evidence claims` → what the token says; undefined where the file names none. */
  readonly evidence?: ReadonlyMap<string, string> | undefined;
  /** What its token is limited to (RFC 9396), undefined where to nothing. */
  readonly authorizationDetails?: readonly SharingDetail[] | 'not understood' | undefined;
  /** `jti` of the token: goes into the log as a commitment only. */
  readonly tokenId: string;
  readonly expiresAtMs: number;
  /** What this one request showed beside a token that is bound to a key (RFC 9449). */
  readonly proof?: ShownProof | undefined;
}

/** Signature algorithms of proofs of possession that are taken, as challenges and metadata name them. */
export const PROOF_ALGORITHMS = ['ES256', 'PS256', 'EdDSA'] as const;

/** A proof of possession, which counts once. */
export interface ShownProof {
  /** One text for one proof; no key, address or token can be read from it. */
  readonly hash: string;
  /** The same of a second one, where a request shows two. */
  readonly also?: string | undefined;
  /** The nonce that the sender should use from now on, where its own grows old. */
  readonly freshNonce: string | undefined;
}

export interface Person {
  /** The issuer's identifier of the person, unique within the issuer. */
  readonly id: string;
  readonly assurance: 'proved' | 'stated';
}

/** One `authorization_details` object of the type `data_sharing`. What is undefined limits nothing. */
export interface SharingDetail {
  /** Id of the agreement. */
  readonly agreement?: string | undefined;
  readonly dataset?: string | undefined;
  readonly purpose?: string | undefined;
  /** Names of operations as the dataset's file writes them. */
  readonly operations?: readonly string[] | undefined;
  /** Lookup name → the one value, in its normal spelling, that may be asked with. */
  readonly subject?: ReadonlyMap<string, string> | undefined;
}
