/** Proof that an entry is durable. Only the audit log can make one; nothing is released without one. */

/** INVARIANT: a DurableReceipt exists only after its entry is on disk, so code that needs one cannot run early. */
export class DurableReceipt {
  readonly #minted: true = true;
  /** Index of the entry in the log. */
  readonly index: number;
  /** Leaf hash (RFC 6962 section 2.1), standard base64. */
  readonly leafHash: string;
  /** What was stored, after the audit log settled its conditions. */
  readonly stored:
    | 'as drafted'
    | 'shown before'
    | { readonly limit: string; readonly retryAfterSeconds: number };
  /** Salt of the body's commitment, base64url, where the entry commits to a body. */
  readonly bodySalt: string | undefined;
  /** The commitments to who asked and why, for the later entries of the same exchange. */
  readonly commitments: NameCommitments;
  readonly #header: () => string;

  private constructor(facts: ReceiptFacts) {
    this.index = facts.index;
    this.leafHash = facts.leafHash;
    this.stored = facts.stored;
    this.bodySalt = facts.bodySalt;
    this.commitments = facts.commitments;
    this.#header = facts.header;
  }

  /** Called by `src/audit-log/` alone; the architecture test holds everybody else to that. */
  static mint(facts: ReceiptFacts): DurableReceipt {
    return new DurableReceipt(facts);
  }

  /** True for a receipt that `mint` made, whatever the type checker was told. */
  static isGenuine(thing: unknown): thing is DurableReceipt {
    return typeof thing === 'object' && thing !== null && #minted in thing;
  }

  /** The value of the `Audit-Receipt` header (docs/formats/receipt.md). */
  header(): string {
    return this.#header();
  }
}

export interface ReceiptFacts {
  readonly index: number;
  readonly leafHash: string;
  readonly stored: DurableReceipt['stored'];
  readonly bodySalt: string | undefined;
  readonly commitments: NameCommitments;
  readonly header: () => string;
}

/** Salted commitments (base64url) to the acting person, the case reference and the token; undefined where there was none. */
export interface NameCommitments {
  readonly person: string | undefined;
  readonly caseReference: string | undefined;
  readonly token: string | undefined;
}
