/** Signing in at an issuer as a program would: client credentials for a system, code flow with PKCE for a person. */
import { importJWK, type JWK } from 'jose';
import * as openid from 'openid-client';

/** Where a sign-in ends: nothing listens there, the address itself is what is read. */
export const REDIRECT_URI = 'http://127.0.0.1/signed-in';

/** One system as its own organisation knows it. */
export interface SystemSignIn {
  readonly issuer: string;
  readonly audience: string;
  readonly scope: string | undefined;
  readonly clientId: string;
  readonly privateKey: JWK;
}

/**
 * A fresh access token that says which system calls, and of no person (RFC 6749 section 4.4).
 *
 * @param keys bind the token to them (RFC 9449), where they are given.
 */
export async function systemToken(system: SystemSignIn, keys?: openid.CryptoKeyPair): Promise<string> {
  const configuration = await configure(system);
  const answer = await openid.clientCredentialsGrant(
    configuration,
    wanted(system),
    boundTo(keys, configuration),
  );
  return answer.access_token;
}

/**
 * A fresh access token for a person who uses the system (RFC 6749 section 4.1 with RFC 7636).
 * The sign-in page is filled in by this function.
 *
 * @param staffNumber who signs in.
 * @param keys bind the token to them (RFC 9449), where they are given.
 */
export async function personToken(
  system: SystemSignIn,
  staffNumber: string,
  keys?: openid.CryptoKeyPair,
): Promise<string> {
  const configuration = await configure(system);
  const verifier = openid.randomPKCECodeVerifier();
  const state = openid.randomState();
  const start = openid.buildAuthorizationUrl(configuration, {
    ...wanted(system),
    scope: ['openid', system.scope].filter((scope) => scope !== undefined).join(' '),
    redirect_uri: REDIRECT_URI,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
  });
  const back = await walkThroughPages(start, staffNumber);
  const answer = await openid.authorizationCodeGrant(
    configuration,
    back,
    { pkceCodeVerifier: verifier, expectedState: state },
    { resource: system.audience },
    boundTo(keys, configuration),
  );
  return answer.access_token;
}

function boundTo(
  keys: openid.CryptoKeyPair | undefined,
  configuration: openid.Configuration,
): openid.DPoPOptions {
  return keys === undefined ? {} : { DPoP: openid.getDPoPHandle(configuration, keys) };
}

async function configure(system: SystemSignIn): Promise<openid.Configuration> {
  const key = await importJWK(system.privateKey, 'ES256');
  if (key instanceof Uint8Array) throw new TypeError('the key of a system is not a private key');
  return openid.discovery(
    new URL(system.issuer),
    system.clientId,
    undefined,
    openid.PrivateKeyJwt({ key, kid: system.clientId }),
    // The issuers of the demo speak plain HTTP on the loopback address, and nowhere else.
    { execute: [openid.allowInsecureRequests] },
  );
}

function wanted(system: SystemSignIn): Record<string, string> {
  const { audience, scope } = system;
  return scope === undefined ? { resource: audience } : { resource: audience, scope };
}

const MOST_PAGES = 10;

/** Follows the issuer's pages like a browser with cookies until it sends the person back to the system. */
async function walkThroughPages(start: URL, staffNumber: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let [url, body]: [URL, URLSearchParams | undefined] = [start, undefined];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer: Response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      body: body ?? null,
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    remember(cookies, answer.headers.getSetCookie());
    await answer.arrayBuffer();
    const location = answer.headers.get('location');
    if (location === null && (answer.status !== 200 || body !== undefined)) {
      throw new Error(`the sign-in page answered ${answer.status}`);
    }
    // A page without a redirect is the form: it is sent back with the person's number.
    body = location === null ? new URLSearchParams({ person: staffNumber }) : undefined;
    if (location !== null) url = new URL(location, url);
    if (url.href.startsWith(REDIRECT_URI)) return url;
  }
  throw new Error('the sign-in pages do not end');
}

function remember(cookies: Map<string, string>, setCookies: readonly string[]): void {
  for (const setCookie of setCookies) {
    const [pair = ''] = setCookie.split(';');
    const at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
