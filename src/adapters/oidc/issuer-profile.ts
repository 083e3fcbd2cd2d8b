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
    'client identifier is read from azp, or appid in version 1',
    'token identifier is read from uti',
    'scope is read from scp or, for a token without a person, from roles',
    'a person is acting only where scp is present',
  ],
  types: ['at+jwt', 'jwt'],
  clientIdClaims: ['azp', 'appid'],
  tokenIdClaim: 'uti',
  scopeClaims: ['scp', 'roles'],
  notAnAccessToken: notOfEntraId,
  isAboutPerson: (claims) => isText(claims['scp']) && claims['idtyp'] !== 'app',
};

/** The part of the issuer's path that names the tenant, in both versions. */
const TENANT = /^https?:\/\/[^/]+\/([^/]+)\/(?:v2\.0)?$/;

/** Keys are shared between tenants, and one key signs every kind of token: only the claims tell them apart. */
function notOfEntraId(claims: StrictJsonObject): string | undefined {
  // An ID token is made for the client itself and answers a sign-in; an access token is neither.
  if (holds(claims, 'nonce', 'at_hash', 'c_hash')) return 'claims of an ID token';
  const [issuer, tenant] = [String(claims['iss']), claims['tid']];
  // Version 1 has an issuer of its own, so the file that names the issuer says which version is wanted.
  const version = /^https:\/\/sts\./.test(issuer) ? '1.0' : '2.0';
  if (claims['ver'] !== version) return `ver is not ${version}, as its issuer has it`;
  if (!isText(tenant) || tenant !== TENANT.exec(issuer)?.[1]) return 'tid is not the tenant of the issuer';
  if (claims['aud'] === (claims['azp'] ?? claims['appid'])) return 'audience is the client itself';
  // Anybody can say that they are a public client: then nothing proves which system asks.
  return (claims['azpacr'] ?? claims['appidacr']) === '0' ? 'client did not prove itself' : undefined;
}

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
    if (holds(claims, 'nonce', 'at_hash', 'c_hash')) return 'claims of an ID token';
    const client = claims['client_id'];
    return client === undefined || client === claims['azp'] ? undefined : 'two clients are named';
  },
  isAboutPerson: (claims, clientId) =>
    !isServiceAccount(claims) && isText(claims['sid']) && claims['sub'] !== clientId,
};

/** Since version 26 `jti` begins with the kind of session, of token and of grant: `cc` for client credentials. */
const BY_CLIENT_CREDENTIALS = /^[a-z]{4}cc:/;

function isServiceAccount(claims: StrictJsonObject): boolean {
  const name = claims['preferred_username'];
  if (typeof name === 'string' && name.startsWith('service-account-')) return true;
  return BY_CLIENT_CREDENTIALS.test(String(claims['jti']));
}

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
