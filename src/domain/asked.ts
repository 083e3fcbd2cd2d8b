/** What a consumer asks for, free of HTTP: attacker-controlled until it is decided. */

export interface Asked {
  /** First segment of the path. */
  readonly dataset: string;
  readonly target: AskedPath | AskedOperation;
  /** From `Exchange-Purpose`, `Exchange-Reason`, `Exchange-Case-Reference`, `Exchange-Emergency`, `Exchange-Person`. */
  readonly purpose: string | undefined;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
  /** From `Exchange-Consent-Reference`. */
  readonly consentReference?: string | undefined;
  readonly emergency: string | undefined;
  readonly statedPerson: string | undefined;
  /** The caller's own reference (`Exchange-Id` or `traceparent`), recorded and never trusted. */
  readonly callerReference: string | undefined;
  /** The address from which the request came, as the gateway's own socket sees it. */
  readonly address?: string | undefined;
}

/** The provider's own method and path. */
export interface AskedPath {
  readonly kind: 'path';
  readonly method: string;
  /** Segments after the dataset, percent-decoded once. */
  readonly segments: readonly string[];
  /** Each name once, percent-decoded. */
  readonly query: ReadonlyMap<string, string>;
  /** Scalar members of a JSON body by their path with dots, as text; empty without a body. */
  readonly body: ReadonlyMap<string, string>;
}

/** `POST /{dataset}/ask/{operation}` with the lookups by their own names. */
export interface AskedOperation {
  readonly kind: 'ask';
  /** As it stands in the URL: "look-up-one-badge". */
  readonly operation: string;
  readonly lookups: ReadonlyMap<string, string>;
}
