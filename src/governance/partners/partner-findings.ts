/** All findings of a check of a partner, in groups: its issuer, a sample token, its agreements, each of its servers. */
import type { PolicySet } from '../../domain/policy-set.ts';
import { agreementFindings } from './partner-agreements.ts';
import { connectionFindings } from './partner-connection.ts';
import { cannotTell, type Finding, type FindingGroup, IDENTITY_ADMIN, YOU } from './partner-finding.ts';
import { issuerFindings } from './partner-issuer.ts';
import type { PartnerSeen } from './partner-seen.ts';
import { tokenFindings } from './partner-token.ts';
import { upstreamFindings } from './partner-upstream.ts';

export interface Judging {
  readonly policies: PolicySet;
  /** How far clocks may differ, in seconds. */
  readonly clockSkewSeconds: number;
  /** Milliseconds since 1970 UTC. */
  readonly nowMs: number;
}

/** The findings; a group that has none is left out. */
export function partnerFindings(seen: PartnerSeen, judging: Judging): readonly FindingGroup[] {
  const { policies, nowMs } = judging;
  const groups: FindingGroup[] = [
    { heading: 'The file', findings: fileFindings(seen) },
    { heading: 'Identity provider', findings: identityFindings(seen, judging) },
    { heading: 'Sample token', findings: sampleFindings(seen) },
    {
      heading: 'Agreements under which it gets data',
      findings: agreementFindings(seen.organisation.id, policies, seen.token, nowMs),
    },
    ...seen.upstreams.map((upstream) => ({
      heading: `Dataset ${upstream.dataset.id}`,
      findings: upstreamFindings(upstream, nowMs),
    })),
  ];
  return groups.filter(({ findings }) => findings.length > 0);
}

function fileFindings({ organisation, upstreams }: PartnerSeen): Finding[] {
  const findings: Finding[] = [];
  if (!organisation.active) {
    const found = 'its `status` is not active, so nothing flows from or to it whatever stands below';
    findings.push(cannotTell('status', found, YOU, 'write `status: active` once all is in order'));
  }
  if (organisation.signIn === undefined && upstreams.length === 0) {
    const found = 'it has no `sign in` and provides no dataset, so there is nothing to look at';
    findings.push(cannotTell('file', found, YOU, 'write one or the other'));
  }
  return findings;
}

function identityFindings({ organisation, issuer }: PartnerSeen, judging: Judging): Finding[] {
  const { signIn } = organisation;
  if (issuer === undefined || signIn === undefined) return [];
  const { seen, connections } = issuer;
  const { algorithms } = signIn;
  const [first] = connections;
  const unreached = first?.reached === false;
  const rules = { issuer: signIn.issuer, algorithms, clockSkewSeconds: judging.clockSkewSeconds };
  return [
    ...connections.flatMap((one) => connectionFindings(one, IDENTITY_ADMIN, judging.nowMs)),
    ...(unreached ? [NOT_ASKED] : issuerFindings(seen, rules)),
  ];
}

const NOT_ASKED = cannotTell('discovery document, keys and clock', 'the issuer cannot be reached');

function sampleFindings({ organisation, token }: PartnerSeen): Finding[] {
  const { signIn } = organisation;
  if (signIn === undefined) return [];
  if (token !== undefined) return tokenFindings(token, signIn);
  const how =
    'send a fresh access token of a test person, and give it with --token-file; it is neither printed nor kept';
  return [cannotTell('token', 'none was given, so its claims were not looked at', IDENTITY_ADMIN, how)];
}
