/** What a connection to a partner's server tells: name, address, certificate and how long it lasts, TLS version. */

import { counted } from '../pages/phrases.ts';
import { cannotTell, type Finding, type Mender, ok, toMend, YOU } from './partner-finding.ts';
import type { ConnectionSeen } from './partner-seen.ts';

const DAY_MS = 86_400_000;
/** A certificate that ends sooner is to be renewed now: people who renew them are not asked at night. */
const SOON_DAYS = 30;

type Fault = readonly [found: string, who: Mender | 'their side', how: string];

const TRUST: Fault = [
  'its certificate comes from nobody whom the gateway trusts',
  'their side',
  'send the whole chain with a certificate of a public authority; where the authority is a private one on purpose, name its certificate in PRIVATE_CA_FILE of the gateway',
];

const FAULTS: ReadonlyMap<string, Fault> = new Map(
  Object.entries<Fault>({
    ENOTFOUND: ['no name server knows its name', 'their side', 'publish the name, or send the right address'],
    EAI_AGAIN: [
      'the name servers did not answer',
      YOU,
      'ask again, and look at name resolution on this machine',
    ],
    ADDRESS_REFUSED: [
      'it stands at an address that is not public and that this gateway does not allow',
      YOU,
      'where that is meant, put the host or its network into PRIVATE_ADDRESSES; else ask them for the public address',
    ],
    PROXY: ['the proxy opened no way to it', YOU, 'let the proxy of OUTBOUND_PROXY reach this host and port'],
    NOT_HTTPS: [
      'it is not an https address; plain HTTP is taken only on this machine, where PRIVATE_ADDRESSES allows it',
      YOU,
      'ask them for the https address',
    ],
    ECONNREFUSED: [
      'nothing answers at its address and port',
      'their side',
      'start the server, or send the right port',
    ],
    ECONNRESET: [
      'it closed the connection before it was ready',
      'their side',
      "let this gateway's address in, and speak TLS 1.2 or 1.3",
    ],
    CERT_HAS_EXPIRED: ['its certificate has expired', 'their side', 'renew the certificate'],
    CERT_NOT_YET_VALID: [
      'its certificate is not valid yet',
      'their side',
      'put the right certificate there, and look at the clocks of both machines',
    ],
    ERR_TLS_CERT_ALTNAME_INVALID: [
      'its certificate is for another name',
      'their side',
      'get a certificate for the very name in the address',
    ],
    DEPTH_ZERO_SELF_SIGNED_CERT: TRUST,
    SELF_SIGNED_CERT_IN_CHAIN: TRUST,
    UNABLE_TO_GET_ISSUER_CERT: TRUST,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TRUST,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: TRUST,
    CERT_UNTRUSTED: TRUST,
  }),
);

const NOT_IN_TIME: Fault = [
  'it did not accept a connection in time',
  'their side',
  "let this gateway's address through the firewall",
];
const NO_TLS: Fault = [
  'it does not speak TLS as the gateway does',
  'their side',
  'offer TLS 1.2 or 1.3 at this port',
];
const OTHER: Fault = [
  'it could not be reached',
  'their side',
  "look whether the server runs and lets this gateway's address in",
];

/**
 * One finding on the connection, and one on the certificate where there is one.
 *
 * @param theirSide who of the partner's people runs the server.
 * @param nowMs milliseconds since 1970 UTC.
 */
export function connectionFindings(seen: ConnectionSeen, theirSide: Mender, nowMs: number): Finding[] {
  const about = `connection to ${seen.address}`;
  if (!seen.reached) {
    const [found, who, how] = faultOf(seen.code);
    return [toMend(about, found, who === 'their side' ? theirSide : who, how)];
  }
  if (seen.tls === undefined) {
    return [ok(about, 'reached without TLS, which is taken only because it stays on this machine')];
  }
  const { version, endsAtMs } = seen.tls;
  return [
    ok(
      about,
      `reached with ${version.replace('TLSv', 'TLS ')}; its certificate is trusted and for this name`,
    ),
    certificateFinding(seen.address, endsAtMs, theirSide, nowMs),
  ];
}

function certificateFinding(address: string, endsAtMs: number, theirSide: Mender, nowMs: number): Finding {
  const about = `certificate of ${address}`;
  if (!Number.isFinite(endsAtMs)) return cannotTell(about, 'it does not say when it ends');
  const days = Math.floor((endsAtMs - nowMs) / DAY_MS);
  const found = `the chain lasts ${counted(days, 'more day')}`;
  return days < SOON_DAYS ? toMend(about, found, theirSide, 'renew the certificate now') : ok(about, found);
}

function faultOf(code: string): Fault {
  const known = FAULTS.get(code);
  if (known !== undefined) return known;
  if (/TIMEDOUT|TIMEOUT/.test(code)) return NOT_IN_TIME;
  return /SSL|TLS|EPROTO/.test(code) ? NO_TLS : OTHER;
}
