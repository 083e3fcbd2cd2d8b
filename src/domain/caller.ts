/** Who is asking, as the access token proved it. */

export interface Caller {
  /** Organisation id of the consumer. */
  readonly organisation: string;
  /** System id in the organisation's file. */
  readonly system: string;
  readonly actsForNamedPerson: 'always' | 'never' | 'sometimes';
  readonly person: Person | undefined;
  /** Roles in the agreements' words; what the organisation's file does not name is dropped. */
  readonly roles: readonly string[];
  readonly issuer: string;
  readonly method: 'bearer';
  readonly secondFactor: boolean;
  /** Name in the organisation's `evidence claims` → what the token says; undefined where the file names none. */
  readonly evidence?: ReadonlyMap<string, string> | undefined;
  /** `jti` of the token: goes into the log as a commitment only. */
  readonly tokenId: string;
  readonly expiresAtMs: number;
}

export interface Person {
  /** The issuer's identifier of the person, unique within the issuer. */
  readonly id: string;
  readonly assurance: 'proved' | 'stated';
}
