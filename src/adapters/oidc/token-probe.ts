/** Looks at a sample token part by part with the gateway's own checks (RFC 9068, RFC 8725); keeps none of what it holds. */
import { GatewayError } from '../../domain/gateway-error.ts';
import type { Organisation, SignIn } from '../../domain/organisation.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import type { TokenPart, TokenSeen } from '../../governance/partners/partner-seen.ts';
import { createAuthenticator } from './authenticator.ts';
import { bearerToken } from './bearer-token.ts';
import { asList, callerFromClaims, claimAt } from './caller-from-claims.ts';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import type { FetchDocument } from './issuer-documents.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { type IssuerProfile, issuerProfile } from './issuer-profile.ts';
import { clientIdOf, DEFAULT_ALGORITHMS, type Registration, registerIssuers } from './registered-issuers.ts';
import { checkClaims, checkHeader, hasScope } from './token-checks.ts';
import { verifySignature } from './token-signature.ts';

export interface TokenProbe {
  /** All organisations of the policy set: the token may turn out to be another's. */
  readonly organisations: readonly Organisation[];
  readonly organisation: Organisation & { readonly signIn: SignIn };
  readonly fetch: FetchDocument;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/**
 * What the token shows. Never rejects for what stands in it.
 *
 * INVARIANT: of the token's own text nothing is in the result but the words of its roles.
 */
export async function probeToken(token: string, probe: TokenProbe): Promise<TokenSeen> {
  const formed = bearerToken(`Bearer ${token}`);
  const read = typeof formed === 'string' ? readCompactToken(formed) : formed.why;
  const profile = issuerProfile(probe.organisation.signIn.profile);
  if (typeof read === 'string') return unreadable(read, profile);
  const now = probe.now();
  const { claims } = read;
  const { clientFault, registration } = registrationOf(claims, probe, profile);
  const parts = new Map<TokenPart, string | undefined>([
    ['header', checkHeader(read.header, { types: profile.types, algorithms: registration.algorithms })],
    ['signature', await signatureFault(token, registration, probe)],
    ['client', clientFault],
    ...claimFaults(claims, registration, now),
    ['scope', hasScope(claims, registration) ? undefined : 'it lacks the scope that the file asks for'],
  ]);
  const isOwn = clientFault === undefined;
  return {
    verdict: await verdictOn(token, probe),
    parts,
    system: isOwn ? registration.system : undefined,
    ...factsOf(read, registration, now),
    caller: isOwn ? callerFromClaims(claims, registration, registration.system.clientId) : undefined,
  };
}

function unreadable(why: string, profile: IssuerProfile): TokenSeen {
  return {
    verdict: { refused: why },
    unreadable: why,
    parts: new Map(),
    system: undefined,
    clientClaim: profile.clientIdClaims[0] ?? '',
    tokenIdClaim: profile.tokenIdClaim,
    lifeSeconds: undefined,
    issuedAheadSeconds: undefined,
    aboutPerson: false,
    roles: [],
    evidenceMissing: [],
    caller: undefined,
  };
}

/** The registration of the token's client, or, where it is not one of the organisation's, what its file says of any. */
function registrationOf(
  claims: StrictJsonObject,
  { organisations, organisation }: TokenProbe,
  profile: IssuerProfile,
): { readonly registration: Registration; readonly clientFault: string | undefined } {
  const { signIn } = organisation;
  const nobody = { id: '', clientId: '', actsForNamedPerson: 'sometimes' } as const;
  const system = organisation.systems[0] ?? nobody;
  const algorithms = signIn.algorithms.length === 0 ? DEFAULT_ALGORITHMS : signIn.algorithms;
  const ofNobody: Registration = { organisation, system, signIn, profile, algorithms };
  const clientId = clientIdOf(claims, profile);
  if (clientId === undefined) return { registration: ofNobody, clientFault: 'no client is named' };
  const issuer = registerIssuers(organisations).byIssuer.get(signIn.issuer);
  const found = issuer?.systems.get(clientId);
  if (found === undefined)
    return { registration: ofNobody, clientFault: 'its client is no system of the file' };
  if (found.organisation.id === organisation.id) return { registration: found, clientFault: undefined };
  return { registration: ofNobody, clientFault: `its client is a system of ${found.organisation.id}` };
}

/** Each part beside claims that are known to be good, so that what is said is the fault of that part alone. */
function claimFaults(
  claims: StrictJsonObject,
  registration: Registration,
  nowMs: number,
): [TokenPart, string | undefined][] {
  const { profile, signIn } = registration;
  const now = Math.floor(nowMs / 1000);
  const life = lifeOf(claims);
  const times = { iat: now, exp: now + 1 };
  // Long life is a part of its own.
  const lasting = {
    ...registration,
    signIn: { ...signIn, longestTokenLifeSeconds: Number.POSITIVE_INFINITY },
  };
  const good = {
    iss: signIn.issuer,
    sub: 'good',
    [profile.tokenIdClaim]: 'good',
    aud: signIn.audience,
    ...times,
    ...GOOD_KIND,
  };
  const faultOf = (part: StrictJsonObject, by: Registration = registration): string | undefined =>
    checkClaims({ ...good, ...part }, by, nowMs);
  const only = (...names: readonly string[]): StrictJsonObject =>
    Object.fromEntries(names.map((name) => [name, claims[name] ?? MISSING]));
  return [
    ['issuer', faultOf(only('iss'))],
    ['subject', faultOf(only('sub'))],
    ['token id', faultOf(only(profile.tokenIdClaim))],
    ['audience', faultOf(only('aud'))],
    [
      'times',
      faultOf({ ...only('exp', 'iat'), ...(claims['nbf'] === undefined ? {} : only('nbf')) }, lasting),
    ],
    ['life', life === undefined || life <= 0 ? undefined : faultOf({ iat: now, exp: now + life })],
    ['bound', claims['cnf'] === undefined ? undefined : faultOf(only('cnf'))],
    ['kind', profile.notAnAccessToken(claims)],
  ];
}

/** What is not there is judged like what is there and says nothing. */
const MISSING: StrictJson = null;
/** What the profiles ask of every access token; each is judged by the profile itself. */
const GOOD_KIND: StrictJsonObject = { ver: '2.0', typ: 'Bearer' };

function lifeOf({ exp, iat }: StrictJsonObject): number | undefined {
  return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined;
}

async function signatureFault(
  token: string,
  by: Registration,
  probe: TokenProbe,
): Promise<string | undefined> {
  const keys = new IssuerKeys(by.signIn.issuer, probe.fetch, () => undefined);
  try {
    const verdict = await verifySignature(token, await keys.current(probe.now()), by.algorithms);
    if (verdict === 'valid') return undefined;
    return verdict === 'invalid' ? 'it does not verify' : "its key is not one of the issuer's";
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
}

/** The gateway's own sign-in, whole. */
async function verdictOn(token: string, probe: TokenProbe): Promise<TokenSeen['verdict']> {
  const { organisations, fetch, now } = probe;
  const clock = { now };
  const authenticator = createAuthenticator({
    organisations: () => organisations,
    version: () => '',
    clock,
    fetch,
  });
  try {
    const verdict = await authenticator.authenticate(`Bearer ${token}`);
    if ('refused' in verdict) return { refused: verdict.why };
    if (verdict.organisation === probe.organisation.id) return 'taken';
    return { refused: `it is a token of ${verdict.organisation}` };
  } catch (error) {
    if (error instanceof GatewayError) return { unsure: error.message };
    throw error;
  }
}

function factsOf({ claims }: CompactToken, { signIn, profile, system }: Registration, nowMs: number) {
  const { iat } = claims;
  const roles = asList(claimAt(claims, signIn.roleClaim)).filter((role) => typeof role === 'string');
  const evidence = [...signIn.evidenceClaims].filter(
    ([, claim]) => typeof claimAt(claims, claim) !== 'string',
  );
  return {
    clientClaim: profile.clientIdClaims[0] ?? '',
    tokenIdClaim: profile.tokenIdClaim,
    lifeSeconds: lifeOf(claims),
    issuedAheadSeconds: typeof iat === 'number' ? iat - nowMs / 1000 : undefined,
    aboutPerson: profile.isAboutPerson(claims, clientIdOf(claims, profile) ?? system.clientId),
    roles,
    evidenceMissing: evidence.map(([name]) => name),
  };
}
