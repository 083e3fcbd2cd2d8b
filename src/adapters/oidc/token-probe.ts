/** Looks at a sample token part by part with the gateway's own checks (RFC 9068, RFC 8725); keeps none of what it holds. */
import type { Caller } from '../../domain/caller.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import type { Organisation, SignIn } from '../../domain/organisation.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StrictJson, StrictJsonObject } from '../../encoding/strict-json.ts';
import type { TokenPart, TokenSeen } from '../../governance/partners/partner-seen.ts';
import { callerFromClaims } from './caller-from-claims.ts';
import { asList, claimAt } from './claims.ts';
import { type CompactToken, readCompactToken } from './compact-token.ts';
import type { FetchDocument } from './issuer-documents.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { type IssuerProfile, issuerProfile } from './issuer-profile.ts';
import { presentedToken } from './presented-token.ts';
import {
  clientIdOf,
  DEFAULT_ALGORITHMS,
  type Registration,
  registrationOf as registeredAs,
  registerIssuers,
} from './registered-issuers.ts';
import { bindingOf, confirmationOf } from './token-binding.ts';
import { checkClaims, checkHeader, hasScope } from './token-checks.ts';
import { TokenProver } from './token-prover.ts';
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
  const formed = presentedToken(`Bearer ${token}`);
  const read = 'refused' in formed ? formed.why : readCompactToken(formed.token);
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
    caller: isOwn ? callerOf(claims, registration) : undefined,
  };
}

function unreadable(why: string, profile: IssuerProfile): TokenSeen {
  return {
    verdict: { refused: why },
    unreadable: why,
    parts: new Map(),
    system: undefined,
    boundTo: 'nothing',
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
  const found = issuer === undefined ? undefined : registeredAs(issuer, clientId, claims);
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
  };
  // Of what kind the token is, is a part of its own too.
  const ofAnyKind = { ...profile, notAnAccessToken: () => undefined };
  const faultOf = (part: StrictJsonObject, by: Registration = registration): string | undefined =>
    checkClaims({ ...good, ...part }, { ...by, profile: ofAnyKind }, nowMs);
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
    ['bound', faultOfBinding(claims)],
    ['kind', profile.notAnAccessToken(claims)],
  ];
}

/** As the gateway would know the caller, once it shows what the token, or its system, is bound to. */
function callerOf(claims: StrictJsonObject, registration: Registration): Caller {
  const binding = bindingOf(claims, registration);
  const caller = callerFromClaims(claims, registration, registration.system.clientId);
  return { ...caller, senderProved: binding !== undefined && typeof binding !== 'string' };
}

function faultOfBinding(claims: StrictJsonObject): string | undefined {
  const confirmed = confirmationOf(claims);
  return typeof confirmed === 'string' ? confirmed : undefined;
}

function boundTo(claims: StrictJsonObject): TokenSeen['boundTo'] {
  const confirmed = confirmationOf(claims);
  if (confirmed === undefined || typeof confirmed === 'string') return 'nothing';
  return confirmed.key === undefined ? 'a certificate' : 'a key';
}

/** What is not there is judged like what is there and says nothing. */
const MISSING: StrictJson = null;

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

/** The gateway's own sign-in, whole but for the key that the token may be bound to: a file with a token shows none. */
async function verdictOn(token: string, probe: TokenProbe): Promise<TokenSeen['verdict']> {
  const { organisations, fetch, now } = probe;
  const clock = { now };
  const prover = new TokenProver({
    organisations: () => organisations,
    version: () => '',
    clock,
    fetch,
  });
  try {
    const proved = await prover.prove(token, sha256Base64url(token));
    if ('refused' in proved) return { refused: proved.why };
    const { organisation } = proved.caller;
    return organisation === probe.organisation.id ? 'taken' : { refused: `it is a token of ${organisation}` };
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
    boundTo: boundTo(claims),
    clientClaim: profile.clientIdClaims[0] ?? '',
    tokenIdClaim: profile.tokenIdClaim,
    lifeSeconds: lifeOf(claims),
    issuedAheadSeconds: typeof iat === 'number' ? iat - nowMs / 1000 : undefined,
    aboutPerson: profile.isAboutPerson(claims, clientIdOf(claims, profile) ?? system.clientId),
    roles,
    evidenceMissing: evidence.map(([name]) => name),
  };
}
