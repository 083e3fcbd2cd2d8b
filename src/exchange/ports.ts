/** What one exchange needs from the world, declared by the exchange that needs it. */
import type { FilterSession, Screen } from '../disclosure/rules.ts';
import type { Agreement } from '../domain/agreement.ts';
import type { Asked } from '../domain/asked.ts';
import type { EntryDraft } from '../domain/audit-entry.ts';
import type { Caller } from '../domain/caller.ts';
import type { CanonicalRequest } from '../domain/canonical-request.ts';
import type { Dataset } from '../domain/dataset.ts';
import type { Permit } from '../domain/decision.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import type { ReasonCode, RefusalCode } from '../domain/reason.ts';
import type { DurableReceipt } from '../domain/receipt.ts';

/** Proves who is asking. */
export interface Authenticator {
  /**
   * Resolves to the caller, or to why not. Never resolves to a caller on doubt.
   *
   * @throws {GatewayError} `issuer-unavailable` where the issuer's keys cannot be had: a failure, not a refusal.
   */
  authenticate(credentials: Credentials): Caller | NotProved | Promise<Caller | NotProved>;
}

/** What a request shows of its sender: attacker-controlled, but for the certificate. */
export interface Credentials {
  /** Value of the one `Authorization` header, or undefined where there was none. */
  readonly authorization: string | undefined;
  /** Value of the one `DPoP` header (RFC 9449), or undefined. */
  readonly dpop?: string | undefined;
  readonly method: string;
  /** Path of the request as it came, without query. The origin is the gateway's configured one, never from `Host`. */
  readonly path: string;
  /** The certificate whose key the sender proved (TLS handshake, or a header of a configured peer). */
  readonly certificate?: ClientCertificate | undefined;
  /** Value of the one `Exchange-Organisation`: whose token it is, where the token itself does not say. */
  readonly organisation?: string | undefined;
  /** Value of the one `Exchange-Person-Assertion`: the issuer's word on who acts. */
  readonly personAssertion?: string | undefined;
}

export interface ClientCertificate {
  /** Base64url SHA-256 of its DER (RFC 8705 section 3.1). */
  readonly sha256: string;
  /** Milliseconds since 1970 UTC, both included. */
  readonly goodFromMs: number;
  readonly goodUntilMs: number;
}

export interface NotProved {
  readonly refused: Extract<
    RefusalCode,
    | 'credentials-missing'
    | 'credentials-malformed'
    | 'token-invalid'
    | 'scope-insufficient'
    | 'system-not-registered'
    | 'sender-not-proved'
    | 'proof-invalid'
    | 'proof-nonce-needed'
    | 'proof-used'
    | 'person-not-proved'
  >;
  /** For the operator's log: which check failed. Holds no claim and no token. */
  readonly why: string;
  /** Scope that the token lacks (RFC 6750 section 3.1), where that is why. */
  readonly scope?: string;
  /** How the token was shown, where not as Bearer: the challenge of that scheme says what is wrong. */
  readonly scheme?: 'DPoP';
  /** A nonce for the sender's next proof (RFC 9449 section 8). */
  readonly nonce?: string;
}

/** The policy set in force. */
export interface PolicySource {
  /** The newest good set, or undefined where there was never one. */
  current(): PolicySet | undefined;
}

/** The provider's server. */
export interface Upstream {
  /**
   * Takes a place among the requests that are with this provider. Called before anything is written, so that what cannot be
   * asked just now needs no `sent` entry.
   *
   * @param arrivedMs when the request arrived, by `performance.now()`: the dataset's time counts from then.
   * @throws {GatewayError} `upstream-busy`, `upstream-paused`; `overloaded` where no time is left; `upstream-sign-in-failed`,
   * `upstream-unreachable` where the configuration does not let the dataset be asked.
   */
  admit(dataset: Dataset, arrivedMs: number): UpstreamPlace;
}

/** One place, for one request. */
export interface UpstreamPlace {
  /**
   * Sends the one canonical request and resolves when the status and headers have come.
   * Redirects are not followed, TLS is verified, and the connection goes only where the gateway's own configuration lets it.
   * Only what reads may be sent a second time, once, where a connection that had been used before died before a byte of an
   * answer came. The place is given back when the answer has ended.
   *
   * @throws {GatewayError} `upstream-unreachable`, `upstream-timeout`, `upstream-error`, `upstream-sign-in-failed`,
   * `overloaded`, `caller-gone`.
   */
  fetch(request: CanonicalRequest, context: UpstreamContext): Promise<UpstreamAnswer>;
  /** Gives the place back where nothing was fetched; after `fetch` it does nothing. */
  leave(): void;
}

export interface UpstreamContext {
  readonly exchange: string;
  readonly consumerCode: string | undefined;
  readonly role: string | undefined;
  /** What the operation's answers may come as. */
  readonly mediaTypes: readonly string[];
  /** True where the request changes nothing at the provider. */
  readonly onlyReads?: boolean;
  /** Told when the request is sent a second time. */
  readonly onSentAgain?: () => void;
  /** Aborted when the caller goes away. */
  readonly signal: GoneSignal;
}

/** What is used of an `AbortSignal`; making a whole one for each request costs as much as reading the request. */
export interface GoneSignal {
  readonly aborted: boolean;
  addEventListener(event: 'abort', listener: GoneListener): void;
  removeEventListener(event: 'abort', listener: GoneListener): void;
}

export interface GoneListener {
  handleEvent(): void;
}

export interface UpstreamAnswer {
  readonly status: number;
  /** `Content-Type`, lower case, without parameters; empty where there was none. */
  readonly mediaType: string;
  /** The charset parameter, lower case, or undefined. */
  readonly charset: string | undefined;
  /** `Content-Encoding` other than identity, or undefined. */
  readonly contentEncoding: string | undefined;
  /** The body has neither length nor chunks: it ends where the connection does, so whether it is whole cannot be told. */
  readonly endsWithConnection: boolean;
  readonly retryAfterSeconds: number | undefined;
  /** Milliseconds from the call to the headers. */
  readonly ms: number;
  /**
   * The next bytes, or undefined after the last. Reading slowly slows the provider (backpressure).
   * A body that is cut, stalls or exceeds the dataset's largest answer rejects with a GatewayError.
   */
  read(): Buffer | undefined | Promise<Buffer | undefined>;
  /** Drops the rest and the connection with it. */
  cancel(): void;
}

/** The log of every exchange. */
export interface AuditLog {
  /**
   * Resolves once the entry is durable, in the order of the calls.
   *
   * @throws {GatewayError} `log-unavailable` (nothing was stored, or nobody knows: nothing may be released),
   * `overloaded` where too many entries wait already.
   */
  append(draft: EntryDraft): Promise<DurableReceipt>;

  /**
   * Resolves once all of these entries are durable, in their order. Where one cannot be written, none of them is stored.
   *
   * @throws {GatewayError} as `append` does.
   */
  appendTogether(drafts: readonly EntryDraft[]): Promise<readonly DurableReceipt[]>;
}

/** A request at the door: attacker-controlled. */
export interface Knock {
  /** Why the request line or the headers can be read in more than one way, or undefined. */
  readonly ambiguous: RefusalCode | undefined;
  readonly credentials: Credentials;
  /** Reads what is asked, body included. Called only after the caller is proved. */
  ask(): Asked | AskedBadly | Promise<Asked | AskedBadly>;
  /** Aborted when the caller goes away. */
  readonly signal: GoneSignal;
  /** False where this address has caused so many unproved refusals that they are only counted, not entered one by one. */
  admitsUnprovedRefusal(): boolean;
}

export interface AskedBadly {
  readonly refused: RefusalCode;
}

/** Where the answer goes. INVARIANT: nothing but these calls reaches the caller; what tells of data needs a receipt. */
export interface Door {
  /** Names the exchange before anything else happens. */
  begin(exchange: string): void;
  /** A nonce for the caller's next proof (RFC 9449 section 8), beside whatever the answer will be. */
  offerNonce(nonce: string): void;
  /**
   * Resolves when the caller has room for more (backpressure). `receipt` is of the part's `released` entry.
   *
   * @throws {GatewayError} `caller-gone`.
   */
  release(part: ReleasedPart, receipt: DurableReceipt): Promise<void> | void;
  /** Answers with a problem document (RFC 9457); `agreement` where the answer discloses that nothing was found. */
  refuse(problem: ProblemFacts, receipt: DurableReceipt, agreement?: Agreement): void;
  /** Answers without an entry: says nothing about the exchange but that it may be tried again. */
  unavailable(problem: ProblemFacts): void;
  /** Resets the connection: an answer that was begun never ends cleanly when it is not whole. */
  cut(): void;
  /** The exact bytes that `refuse` sends for a problem, and its status. */
  problemBytes(problem: ProblemFacts): Buffer;
  status(problem: ProblemFacts): number;
}

export interface ReleasedPart {
  readonly bytes: Buffer;
  /** SHA-256 of `bytes`. */
  readonly bodySha256: Buffer;
  readonly status: number;
  readonly mediaType: string;
  readonly first: boolean;
  readonly last: boolean;
  readonly agreement: Agreement;
}

export interface ProblemFacts {
  readonly code: ReasonCode | 'no-record';
  readonly exchange: string;
  readonly detail: string;
  readonly contact: string | undefined;
  readonly agreement?: { readonly id: string; readonly version: number } | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly scope?: string | undefined;
  /** How the token was shown, where not as Bearer. */
  readonly scheme?: 'DPoP' | undefined;
  /** Authentication context classes that would do (RFC 9470). */
  readonly acrValues?: string | undefined;
}

/** Compiled field filters, one for each agreement and operation. */
export interface Disclosures {
  /**
   * @param mediaType of the answer, one of the operation's.
   * @param screen true for the subjects of a record that must leave no trace; undefined where nobody is held back.
   */
  start(permit: Permit, system: string, mediaType: string, screen?: Screen): FilterSession;
}

/** References that only the agreement and system they were given to may use again. */
export interface References {
  /** Opens a reference; undefined for anything that was not made here. */
  readonly open: (text: string) => { agreement: string; system: string; value: string } | undefined;
}

/** How much of the log the refused requests of an organisation may fill. */
export interface RefusalQuota {
  /** True where the next refusal of the organisation gets an entry of its own; otherwise it is only counted. */
  admits(organisation: string, nowMs: number): boolean;
  /** Takes note of an entry that says that a limit is reached, and until when. */
  limitReached(organisation: string, limit: string, untilMs: number, nowMs: number): void;
  /** True where one of the limits is known to be reached and another entry that says so has no room. */
  holdsBack(organisation: string, limits: readonly string[], nowMs: number): boolean;
  retryAfterSeconds(organisation: string, nowMs: number): number;
}

/** How often a system may ask at all. */
export interface RequestRate {
  /** True where the caller's system may make one more request; it is counted as held back otherwise. */
  admits(caller: Caller, nowMs: number): boolean;
  retryAfterSeconds(caller: Caller, nowMs: number): number;
}

/** Everything that one exchange needs. */
export interface Gateway {
  readonly authenticator: Authenticator;
  readonly policies: PolicySource;
  readonly references: References;
  readonly log: AuditLog;
  readonly upstream: Upstream;
  readonly disclosures: Disclosures;
  /** Who is held back from the answer to a request; undefined where nobody is. Asked once for each answer that comes. */
  readonly screen: (permit: Permit) => Screen | undefined;
  readonly clock: Clock;
  readonly quota: RefusalQuota;
  readonly rate: RequestRate;
  /** Told how many members arrived that the dataset does not declare, by declared parent. */
  readonly drift: (dataset: string, undeclared: ReadonlyMap<string, number>) => void;
}

/** Tells the time. INVARIANT: never earlier than the newest entry of the log. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  now(): number;
}
