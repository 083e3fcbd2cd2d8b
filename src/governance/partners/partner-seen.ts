/** What a check of a partner saw: facts without judgement, gathered by the adapters and judged by its neighbours in this folder. */
import type { Caller } from '../../domain/caller.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { Organisation, System } from '../../domain/organisation.ts';

/** One connection that was opened as the gateway opens its own, or the code of what came in the way. */
export type ConnectionSeen =
  | { readonly reached: false; readonly address: string; readonly code: string }
  | {
      readonly reached: true;
      readonly address: string;
      /** Undefined on plain HTTP, which never leaves this machine. */
      readonly tls: TlsSeen | undefined;
    };

export interface TlsSeen {
  /** Such as "TLSv1.3". */
  readonly version: string;
  /** Milliseconds since 1970 UTC at which the first certificate of the chain ends. */
  readonly endsAtMs: number;
}

/** One document that an issuer was asked for. */
export interface DocumentSeen {
  readonly address: string;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
  /** Where a redirect pointed; it was not followed. */
  readonly redirectsTo: string | undefined;
  /** How far the server's clock is before ours at least, in milliseconds; negative where it is behind; undefined without `Date`. */
  readonly clockAheadMs: number | undefined;
}

export interface IssuerSeen {
  readonly documents: readonly DocumentSeen[];
  /** The metadata as the gateway takes them, or the gateway's own words on why it does not. */
  readonly metadata: { readonly keysAddress: string } | { readonly refused: string };
  /** `issuer` of the metadata, where it is a text. */
  readonly statedIssuer: string | undefined;
  /** `id_token_signing_alg_values_supported`: the nearest that metadata say of how tokens are signed. */
  readonly statedAlgorithms: readonly string[];
  /** The gateway's own words on why it takes none of the keys; undefined where it takes some, or was not led to any. */
  readonly keysRefused: string | undefined;
  /** Every key of the set, those that the gateway leaves out too. */
  readonly keys: readonly KeySeen[];
}

export interface KeySeen {
  readonly kid: string | undefined;
  /** `RSA`, `EC`, `OKP`, `oct` or whatever else stands there. */
  readonly type: string;
  readonly curve: string | undefined;
  readonly use: string | undefined;
  /** Length of an RSA modulus in bits. */
  readonly bits: number | undefined;
  /** It shows parts that only its owner may know. */
  readonly showsSecret: boolean;
  /** The gateway keeps it. */
  readonly taken: boolean;
  /** Those of the issuer's algorithms, as the organisation's file lists them, whose signatures it can verify. */
  readonly verifies: readonly string[];
  /** The algorithm that it names, or the one that its curve leaves. */
  readonly algorithm: string | undefined;
}

/** What the check knows of the organisation's side. */
export interface IssuerRules {
  /** Exact issuer of the organisation's file. */
  readonly issuer: string;
  /** Algorithms of the organisation's file. */
  readonly algorithms: readonly string[];
  /** How far clocks may differ, in seconds. */
  readonly clockSkewSeconds: number;
}

/** The parts of a token that are judged each for itself. */
export type TokenPart =
  | 'header'
  | 'signature'
  | 'issuer'
  | 'client'
  | 'subject'
  | 'token id'
  | 'audience'
  | 'times'
  | 'life'
  | 'kind'
  | 'bound'
  | 'scope';

/** A sample token. Nothing of what it holds stands here but role words and counts of seconds. */
export interface TokenSeen {
  /** What the gateway's own sign-in says of the token as a whole; `unsure` where the issuer could not be asked. */
  readonly verdict: 'taken' | { readonly refused: string } | { readonly unsure: string };
  /** Why nothing in it could be read. */
  readonly unreadable?: string;
  /** The gateway's own words on what is wrong with each part, undefined where nothing is. */
  readonly parts: ReadonlyMap<TokenPart, string | undefined>;
  /** The system that its client is, where it is one of the organisation's. */
  readonly system: System | undefined;
  /** What its sender must show beside it. */
  readonly boundTo: 'nothing' | 'a key' | 'a certificate';
  /** Name of the claim that holds the client. */
  readonly clientClaim: string;
  /** Name of the claim that tells tokens apart. */
  readonly tokenIdClaim: string;
  readonly lifeSeconds: number | undefined;
  /** How far `iat` lies after our clock, in seconds. */
  readonly issuedAheadSeconds: number | undefined;
  /** Its subject is a person, by the issuer's profile. */
  readonly aboutPerson: boolean;
  /** The values of the role claim, as the issuer writes them. */
  readonly roles: readonly string[];
  /** Names of `evidence claims` that the token holds nothing for. */
  readonly evidenceMissing: readonly string[];
  /** Who the gateway would take it for, were the rest in order; undefined without a system. */
  readonly caller: Caller | undefined;
}

/** One dataset's server. */
export interface UpstreamSeen {
  readonly dataset: Dataset;
  /** Whether a file of secrets was given, so that the dataset's own could be looked at. */
  readonly secretsGiven: boolean;
  /** The gateway's own sentences on why it would not ask at all. */
  readonly faults: readonly string[];
  readonly connection: ConnectionSeen | undefined;
  /** The gateway's own credential; `token` only where the server wants one from an issuer. */
  readonly token: 'got' | { readonly failed: string } | undefined;
  readonly answer: UpstreamAnswerSeen;
}

export type UpstreamAnswerSeen =
  | { readonly kind: 'not asked'; readonly why: string }
  | { readonly kind: 'failed'; readonly sent: string; readonly code: string; readonly why: string }
  | {
      readonly kind: 'answered';
      readonly sent: string;
      readonly operation: string;
      readonly status: number;
      readonly mediaType: string;
      readonly charset: string | undefined;
      /** What the gateway makes of status and headers. */
      readonly verdict: 'records' | 'nothing found' | { readonly code: string; readonly why: string };
    };

/** Everything that was seen of one organisation. */
export interface PartnerSeen {
  readonly organisation: Organisation;
  readonly issuer: { readonly seen: IssuerSeen; readonly connections: readonly ConnectionSeen[] } | undefined;
  readonly token: TokenSeen | undefined;
  readonly upstreams: readonly UpstreamSeen[];
}
