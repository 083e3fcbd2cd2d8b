/** The keys of an issuer, judged as the gateway will take them (RFC 7517, RFC 8725): kind, strength, use, names. */

import { counted, listed } from '../pages/phrases.ts';
import { type Finding, IDENTITY_ADMIN, ok, toMend, YOU } from './partner-finding.ts';
import type { IssuerRules, IssuerSeen, KeySeen } from './partner-seen.ts';

const KEYS = 'keys';
const SYMMETRIC = /^(?:HS\d+|none)$/;

/** Findings on the set as a whole, then on each key that is not in order. */
export function keyFindings(seen: IssuerSeen, rules: IssuerRules): Finding[] {
  if ('refused' in seen.metadata) return [];
  // A set may hold good keys and still be refused whole, as one with too many is.
  const refusedWhole = seen.keysRefused !== undefined && seen.keys.some((key) => key.taken);
  if (seen.keys.length === 0 || refusedWhole) return [noKeys(seen)];
  const all = seen.keys.map((key, place) => [key, nameOf(key, place)] as const);
  const faulty = all.flatMap(([key, name]) => faultOf(key, name) ?? []);
  return [setFinding(seen, rules), ...faulty, ...namesFindings(seen.keys)];
}

function noKeys({ keysRefused, statedAlgorithms }: IssuerSeen): Finding {
  if (statedAlgorithms.length > 0 && statedAlgorithms.every((one) => SYMMETRIC.test(one))) {
    const found = `there are none, since the issuer signs only with ${listed(statedAlgorithms)}, whose key its clients know too`;
    return toMend(KEYS, found, IDENTITY_ADMIN, 'sign access tokens with PS256, ES256 or EdDSA');
  }
  const how = 'publish the public key of each signing key at `jwks_uri`, as `{"keys": [...]}`';
  return toMend(KEYS, keysRefused ?? 'the key set is empty', IDENTITY_ADMIN, how);
}

function setFinding({ keys }: IssuerSeen, { algorithms }: IssuerRules): Finding {
  const taken = keys.filter((key) => key.taken);
  if (taken.length === 0) {
    const how =
      'publish a key for PS256 (RSA of 2,048 bits or more), ES256 (EC, P-256) or EdDSA (Ed25519), with `use: sig`';
    const others = keys.filter(({ use }) => !isForSignatures(use)).length;
    const said = others === 0 ? '' : `; ${counted(others, 'key')} not for signatures, by its \`use\``;
    return toMend(KEYS, `the gateway can take none of them${said}`, IDENTITY_ADMIN, how);
  }
  const verifies = algorithms.filter((one) => taken.some((key) => key.verifies.includes(one)));
  if (verifies.length > 0) {
    // PKCS #1 v1.5 signatures are taken by name only; RFC 8725 and the FAPI profiles advise against them.
    const weaker = verifies.every((one) => one.startsWith('RS')) ? '; PS256 or ES256 would be stronger' : '';
    return ok(KEYS, `${counted(taken.length, 'key')} that can verify ${listed(verifies)}${weaker}`);
  }
  const named = [...new Set(taken.flatMap((key) => key.algorithm ?? []))];
  const found = `the organisation's file takes ${listed(algorithms, 'or')}, and no key is for one of these${named.length === 0 ? '' : ` but for ${listed(named)}`}`;
  const how = `have the issuer sign with ${listed(algorithms, 'or')}; or, where it cannot, write what it does use into \`signed using\``;
  return toMend(KEYS, found, YOU, how);
}

function faultOf(key: KeySeen, name: string): Finding | undefined {
  if (key.showsSecret && key.type !== 'oct') {
    const how = 'throw this key away at once, sign with a new one, and publish public halves only';
    return toMend(name, 'it shows its private half to everybody', IDENTITY_ADMIN, how);
  }
  if (key.type === 'oct') {
    const how = 'take it out, change it, and sign with PS256, ES256 or EdDSA';
    return toMend(name, 'it is symmetric, and whoever reads it can write tokens', IDENTITY_ADMIN, how);
  }
  if (key.type === 'RSA' && isForSignatures(key.use) && (key.bits ?? 0) < 2048) {
    return toMend(
      name,
      `RSA of ${key.bits ?? 0} bits is too weak`,
      IDENTITY_ADMIN,
      'use RSA of 2,048 bits or more, or P-256 or Ed25519',
    );
  }
  if (!key.taken || key.verifies.length > 0) return undefined;
  const words = [key.type, key.curve, key.algorithm].filter((one) => one !== undefined).join(' ');
  return ok(
    name,
    `${words}: no token will be verified by it, since the organisation's file does not list its algorithm`,
  );
}

function isForSignatures(use: string | undefined): boolean {
  return use === undefined || use === 'sig';
}

/** Keys for encryption are nobody's business here, so their names are not looked at. */
function namesFindings(keys: readonly KeySeen[]): Finding[] {
  const taken = keys.filter((key) => key.taken);
  const findings: Finding[] = [];
  if (taken.some(({ kid }) => kid === undefined)) {
    const found =
      'a key has no `kid`: a token that names its key finds none, and after a change of keys good tokens are refused for up to ten minutes';
    findings.push(
      toMend(
        'names of keys',
        found,
        IDENTITY_ADMIN,
        'give every key a `kid` of its own, in the set and in the header of tokens',
      ),
    );
  }
  const kids = taken.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size !== kids.length) {
    findings.push(
      toMend(
        'names of keys',
        'two keys have the same `kid`',
        IDENTITY_ADMIN,
        'give every key a `kid` of its own',
      ),
    );
  }
  return findings;
}

function nameOf({ kid }: KeySeen, place: number): string {
  return kid === undefined ? `key ${place + 1}` : `key ${kid.slice(0, 60)}`;
}
