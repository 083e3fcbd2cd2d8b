/** How issuers write access tokens: RFC 9068, and each way in which a product differs from it, by name. */
import type { SignIn } from '../../domain/organisation.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';

export interface IssuerProfile {
  readonly name: SignIn['profile'];
  /** What this profile takes that RFC 9068 does not, for the start-up report. */
  readonly relaxations: readonly string[];
  /** Values of the header's `typ`, lower case, without `application/`. */
  readonly types: readonly string[];
  /** Claims that may hold the client's identifier; the first that is there counts. */
  readonly clientIdClaims: readonly string[];
  readonly tokenIdClaim: string;
  /** Claims that may hold the scopes, as a text with spaces or a list. */
  readonly scopeClaims: readonly string[];
  /** Why these claims are not those of an access token, or undefined. */
  readonly notAnAccessToken: (claims: StrictJsonObject) => string | undefined;
  /** True where the subject is a person and not the client itself. */
  readonly isAboutPerson: (claims: StrictJsonObject, clientId: string) => boolean;
}

const RFC_9068: IssuerProfile = {
  name: 'rfc9068',
  relaxations: [],
  types: ['at+jwt'],
  clientIdClaims: ['client_id'],
  tokenIdClaim: 'jti',
  scopeClaims: ['scope'],
  notAnAccessToken: () => undefined,
  isAboutPerson: (claims, clientId) => claims['sub'] !== clientId,
};

const ENTRA_ID: IssuerProfile = {
  name: 'entra-id',
  relaxations: [
    'header type may be JWT',
    'client identifier is read from azp or appid',
    'token identifier is read from uti',
    'scope is read from scp or, for a token without a person, from roles',
    'a person is acting only where scp is present',
  ],
  types: ['at+jwt', 'jwt'],
  clientIdClaims: ['azp', 'appid'],
  tokenIdClaim: 'uti',
  scopeClaims: ['scp', 'roles'],
  // An ID token is made for the client itself and answers a sign-in; an access token is neither.
  notAnAccessToken: (claims) => {
    if (holds(claims, 'nonce', 'at_hash', 'c_hash')) return 'claims of an ID token';
    if (claims['ver'] !== '1.0' && claims['ver'] !== '2.0') return 'ver is not 1.0 or 2.0';
    const client = claims['azp'] ?? claims['appid'];
    return claims['aud'] === client ? 'audience is the client itself' : undefined;
  },
  isAboutPerson: (claims) => isText(claims['scp']),
};

const KEYCLOAK: IssuerProfile = {
  name: 'keycloak',
  relaxations: [
    'header type may be JWT where the claim typ says Bearer',
    'client identifier is read from azp',
    'a person is acting only within a sign-in session that is not of a service account',
  ],
  types: ['at+jwt', 'jwt'],
  clientIdClaims: ['azp'],
  tokenIdClaim: 'jti',
  scopeClaims: ['scope'],
  notAnAccessToken: (claims) => {
    if (claims['typ'] !== 'Bearer') return 'claim typ is not Bearer';
    return holds(claims, 'nonce', 'at_hash', 'c_hash') ? 'claims of an ID token' : undefined;
  },
  isAboutPerson: (claims, clientId) => {
    const name = claims['preferred_username'];
    if (typeof name === 'string' && name.startsWith('service-account-')) return false;
    return isText(claims['sid']) && claims['sub'] !== clientId;
  },
};

const PROFILES: Readonly<Record<SignIn['profile'], IssuerProfile>> = {
  rfc9068: RFC_9068,
  'entra-id': ENTRA_ID,
  keycloak: KEYCLOAK,
};

export function issuerProfile(name: SignIn['profile']): IssuerProfile {
  return PROFILES[name];
}

function holds(claims: StrictJsonObject, ...names: readonly string[]): boolean {
  return names.some((name) => claims[name] !== undefined);
}

function isText(value: StrictJson | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
