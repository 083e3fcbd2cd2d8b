/** An organisation: the legal body, how its people and systems prove themselves, and whom to ring. */
import type { SigningKey } from './signing-key.ts';

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly publicAuthority: boolean;
  readonly active: boolean;
  readonly dataProtectionOfficer: Contact;
  /** Short code of the organisation, for `always send` headers: its ODS, local authority or ONS code. */
  readonly code: string | undefined;
  readonly signIn: SignIn | undefined;
  readonly systems: readonly System[];
  /** Roles, in the agreements' words, whose people may read the log of the organisation's own exchanges. */
  readonly logRoles?: readonly string[] | undefined;
  /** With which it signs agreements and stops; a key counts only where the gateway's own configuration pins it. */
  readonly signingKeys: readonly SigningKey[];
  readonly words: OrganisationWords;
}

/** What an organisation file says for people and for exports. */
export interface OrganisationWords {
  readonly kind: string;
  readonly address: string;
  readonly nation: string;
  /** Kind of identifier, as "ico registration" → the identifier. */
  readonly identifiers: ReadonlyMap<string, string>;
  readonly seniorInformationRiskOwner: Contact | undefined;
  readonly caldicottGuardian: Contact | undefined;
  readonly outOfHoursBreachContact: Contact | undefined;
}

export interface Contact {
  readonly name: string;
  readonly email?: string;
  readonly telephone?: string;
}

/** How the organisation's issuer writes its access tokens (RFC 9068, relaxed only by a named profile). */
export interface SignIn {
  /** Exact `iss`. */
  readonly issuer: string;
  /** Exact `aud` that a token for this gateway carries. */
  readonly audience: string;
  /** Exact `aud` of a token for a gateway that rehearses; without it nobody signs in there. */
  readonly rehearsalAudience: string | undefined;
  readonly profile: 'rfc9068' | 'entra-id' | 'keycloak';
  /** Signature algorithms that are accepted from this issuer, never `none` and never symmetric. */
  readonly algorithms: readonly string[];
  /** The claim that holds the person: `sub` unless the file says otherwise. */
  readonly personClaim: string;
  /** The claim that holds the roles, a string or a list of strings; dots go down. */
  readonly roleClaim: string;
  /** Issuer's role name → role name of the agreements. */
  readonly roleNames: ReadonlyMap<string, string>;
  readonly secondFactor: { readonly claim: string; readonly includes: string } | undefined;
  /** Name that agreements use for a piece of evidence → the claim that holds it; dots go down. */
  readonly evidenceClaims: ReadonlyMap<string, string>;
  /** A scope that every token must carry, where the file names one. */
  readonly scope: string | undefined;
  /** Longest time from `iat` to `exp` that is accepted. */
  readonly longestTokenLifeSeconds: number;
  /** How the issuer is asked about tokens that say nothing themselves (RFC 7662); undefined where they are not taken. */
  readonly opaqueTokens?: OpaqueTokens | undefined;
  /** A claim and its value that tell this organisation from others with the same client of the same issuer. */
  readonly toldApartBy?: { readonly claim: string; readonly is: string } | undefined;
  /** True where the issuer signs assertions of who acts, for `Exchange-Person-Assertion`. */
  readonly personAssertions?: boolean | undefined;
}

/** How the gateway proves itself at an introspection endpoint (RFC 7662), and how long an answer counts. */
export interface OpaqueTokens {
  readonly askedWith: 'private key jwt' | 'mutual tls' | 'client secret basic' | 'client secret post';
  /** Name of the gateway's credential in its own configuration. */
  readonly secret: string;
  /** Longest time that an answer is remembered: a token that was taken back works no longer than this. */
  readonly rememberedMs: number;
}

/** One calling client of the organisation. */
export interface System {
  readonly id: string;
  /** The `client_id` (or the profile's claim) in its tokens; the system's own name where the file gives none. */
  readonly clientId: string;
  readonly actsForNamedPerson: 'always' | 'never' | 'sometimes';
  /** Base64url SHA-256 of the certificates of which it shows one on every request (RFC 8705 section 3.1); none: it need not. */
  readonly clientCertificates?: readonly string[] | undefined;
  /** True for a system that may read the log of the organisation's own exchanges, for whomever it acts. */
  readonly mayReadLog?: boolean | undefined;
}
