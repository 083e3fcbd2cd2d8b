/** What an issuer publishes, judged as the gateway will take it: discovery document, keys (RFC 7517, RFC 8414) and clock. */

import { counted } from '../pages/phrases.ts';
import { cannotTell, type Finding, IDENTITY_ADMIN, ok, toMend } from './partner-finding.ts';
import { keyFindings } from './partner-keys.ts';
import type { DocumentSeen, IssuerRules, IssuerSeen } from './partner-seen.ts';

/** Findings on the discovery document, the keys and the clock, in that order. */
export function issuerFindings(seen: IssuerSeen, rules: IssuerRules): Finding[] {
  return [...discoveryFindings(seen, rules), ...keyFindings(seen, rules), clockFinding(seen, rules)];
}

const DISCOVERY = 'discovery document';

function discoveryFindings(seen: IssuerSeen, { issuer }: IssuerRules): Finding[] {
  const redirect = seen.documents.find(({ redirectsTo }) => redirectsTo !== undefined);
  if (redirect !== undefined) return [redirectFinding(redirect)];
  if ('keysAddress' in seen.metadata)
    return [ok(DISCOVERY, `found, and it names exactly the issuer ${issuer}`)];
  if (seen.statedIssuer !== undefined && seen.statedIssuer !== issuer) {
    const how = `make the issuer publish ${issuer}, or tell the officer the exact issuer, letter by letter with every slash, for \`sign in\` of the organisation's file`;
    return [toMend(DISCOVERY, `it names another issuer: ${seen.statedIssuer}`, IDENTITY_ADMIN, how)];
  }
  return [toMend(DISCOVERY, `${seen.metadata.refused}${statuses(seen)}`, IDENTITY_ADMIN, publish(issuer))];
}

function redirectFinding({ address, redirectsTo }: DocumentSeen): Finding {
  const found = `${address} answers with a redirect to ${redirectsTo}, and the gateway follows none`;
  const how = 'answer at this very address, or tell the officer the issuer under which the document stands';
  return toMend(DISCOVERY, found, IDENTITY_ADMIN, how);
}

function publish(issuer: string): string {
  return `publish JSON with \`issuer\` and \`jwks_uri\` at ${issuer.replace(/\/$/, '')}/.well-known/openid-configuration, open to this gateway`;
}

function statuses({ documents }: IssuerSeen): string {
  const said = documents.map(({ address, status }) => `${address}: ${status ?? 'no answer'}`);
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

function clockFinding({ documents }: IssuerSeen, { clockSkewSeconds }: IssuerRules): Finding {
  const about = 'clock of the issuer';
  const said = documents.flatMap(({ clockAheadMs }) => (clockAheadMs === undefined ? [] : [clockAheadMs]));
  const [first] = said;
  if (first === undefined) return cannotTell(about, 'its answers carry no `Date`');
  const furthest = said.reduce((one, other) => (Math.abs(other) > Math.abs(one) ? other : one), first);
  const seconds = Math.round(Math.abs(furthest) / 1000);
  const found = `${counted(seconds, 'second')} ${furthest < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (seconds <= clockSkewSeconds) return ok(about, seconds === 0 ? "agrees with this machine's" : found);
  const how = `set both clocks by a time server; the gateway takes at most ${clockSkewSeconds} seconds. If this machine's is right, it is theirs that is wrong`;
  return toMend(about, found, IDENTITY_ADMIN, how);
}
