/** A text that an organisation signed, as every part of the house that reads one sees it. */

/** What a signature is of; one kind can never be taken for another. */
export type SignedKind = 'agreement' | 'stop';

/** A text whose signature was checked with the key that stands beside it. Whose key that is says nobody yet. */
export interface SignedText {
  /** RFC 7638 thumbprint of the key. */
  readonly fingerprint: string;
  readonly text: string;
}

/** Reads a signature (docs/formats/signatures.md); undefined where it does not hold or is of another kind. */
export type ReadSignature = (signature: string, kind: SignedKind) => Promise<SignedText | undefined>;
