/** Whether a sample token opens the organisation's agreements, judged by the very rules that decide in the gateway. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Asked } from '../../domain/asked.ts';
import type { Caller } from '../../domain/caller.ts';
import { judgePlace, judgeTraining } from '../../domain/judge-circumstances.ts';
import { judgePerson, judgeRole, judgeSecondFactor } from '../../domain/judge-person.ts';
import { judgeSender } from '../../domain/judge-sender.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { Refused } from '../../domain/refusal.ts';
import { newestVersions } from '../explaining/newest-versions.ts';
import { listed } from '../pages/phrases.ts';
import { cannotTell, type Finding, IDENTITY_ADMIN, ok, toMend, YOU } from './partner-finding.ts';
import type { TokenSeen } from './partner-seen.ts';

/**
 * One finding for each agreement under which the organisation gets data; drafts are looked at too.
 *
 * @param atMs milliseconds since 1970 UTC.
 */
export function agreementFindings(
  organisation: string,
  policies: PolicySet,
  token: TokenSeen | undefined,
  atMs: number,
): Finding[] {
  return newestVersions(policies, atMs)
    .filter(({ consumer }) => consumer === organisation)
    .map((agreement) => agreementFinding(agreement, policies, token, atMs));
}

function agreementFinding(
  agreement: Agreement,
  policies: PolicySet,
  token: TokenSeen | undefined,
  atMs: number,
): Finding {
  const about = `agreement ${agreement.id}`;
  const caller = token?.caller;
  if (caller === undefined) {
    const how = `get a fresh access token of ${listed(agreement.systems, 'or')}${whose(agreement)} and give it with --token-file`;
    return cannotTell(about, 'no token shows whether it can be used', IDENTITY_ADMIN, how);
  }
  if (!agreement.systems.includes(caller.system)) {
    return cannotTell(
      about,
      `it is for ${listed(agreement.systems, 'or')}, not for ${caller.system}`,
      YOU,
      'try a token of that system',
    );
  }
  if (lacksOnlyAgreedRole(caller, agreement)) {
    const how = `try a token of somebody who is ${listed(agreement.roles, 'or')}`;
    return cannotTell(about, 'this person holds none of its roles', YOU, how);
  }
  const dataset = policies.datasets.get(agreement.dataset);
  const unproved = dataset === undefined ? undefined : judgeSender(caller, dataset);
  const refused = unproved ?? judged(caller, agreement, atMs);
  if (refused === undefined)
    return ok(about, 'such a token is let in; what it may ask is decided at each request');
  const who =
    refused.code === 'place-not-agreed' || refused.code === 'training-out-of-date' ? YOU : IDENTITY_ADMIN;
  return toMend(about, `such a token is refused with ${refused.code}`, who, refused.detail);
}

function whose({ roles, person }: Agreement): string {
  return person === 'proved by the sign-in' && roles.length > 0
    ? ` for somebody who is ${listed(roles, 'or')}`
    : '';
}

/** A person with another role is no fault of the token's: that is what roles are for. */
function lacksOnlyAgreedRole(caller: Caller, agreement: Agreement): boolean {
  const role = judgeRole(caller, agreement);
  return typeof role === 'object' && caller.person !== undefined && caller.roles.length > 0;
}

function judged(caller: Caller, agreement: Agreement, atMs: number): Refused | undefined {
  const person = judgePerson(caller, asking(caller, agreement), agreement);
  if (person !== undefined && 'code' in person) return person;
  const role = judgeRole(caller, agreement);
  if (typeof role === 'object') return role;
  return (
    judgeSecondFactor(caller, agreement) ??
    placeOf(caller, agreement) ??
    judgeTraining(caller, agreement, atMs)
  );
}

/** The network of a request is not the token's to show. */
function placeOf(caller: Caller, agreement: Agreement): Refused | undefined {
  if (agreement.place?.shownBy.kind === 'networks') return undefined;
  return judgePlace(caller, asking(caller, agreement), agreement);
}

/** A request of which nothing matters but who would be stated as acting, where the agreement wants the system to say so. */
function asking(caller: Caller, agreement: Agreement): Asked {
  const mayState = agreement.person === 'stated by the system' && caller.person === undefined;
  return {
    dataset: agreement.dataset,
    target: { kind: 'ask', operation: '', lookups: new Map() },
    purpose: agreement.purpose,
    reason: undefined,
    caseReference: undefined,
    emergency: undefined,
    statedPerson: mayState ? 'sample-person' : undefined,
    callerReference: undefined,
  };
}
