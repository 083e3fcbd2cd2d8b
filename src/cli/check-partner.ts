/** `check partner`: what a partner's servers and a sample token would come to in the gateway, and who has to mend what. */
import type { Dataset } from '../domain/dataset.ts';
import type { Organisation, SignIn } from '../domain/organisation.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import { pageAsHtml } from '../governance/pages/page-as-html.ts';
import { pageAsMarkdown } from '../governance/pages/page-as-markdown.ts';
import { findingsAsPage, findingsAsText } from '../governance/partners/partner-as-page.ts';
import { type FindingGroup, tally } from '../governance/partners/partner-finding.ts';
import { partnerFindings } from '../governance/partners/partner-findings.ts';
import type { PartnerSeen, TokenSeen, UpstreamSeen } from '../governance/partners/partner-seen.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export interface CheckPartnerCommand {
  /** Id of the organisation. */
  readonly organisation: string;
  /** Folder of the policies. */
  readonly policies: string;
  readonly as: 'text' | 'markdown' | 'html' | 'json';
}

/** What looks at the partner; each resolves whatever the other side does. */
export interface PartnerProbes {
  readonly issuer: (signIn: SignIn) => Promise<NonNullable<PartnerSeen['issuer']>>;
  /** Undefined where no token was given. */
  readonly token:
    | ((organisation: Organisation & { readonly signIn: SignIn }, policies: PolicySet) => Promise<TokenSeen>)
    | undefined;
  readonly upstream: (dataset: Dataset, policies: PolicySet) => Promise<UpstreamSeen>;
  readonly clockSkewSeconds: number;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** Prints the findings; resolves to the exit code: 0, 1 where something is to mend, 2 where nothing could be looked at. */
export async function checkPartnerCommand(
  { organisation: id, policies: folder, as }: CheckPartnerCommand,
  io: CommandIo,
  load: LoadPolicies,
  probes: PartnerProbes,
): Promise<number> {
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  const organisation = policies.organisations.get(id);
  if (organisation === undefined) {
    io.err(
      `there is no organisation \`${id}\` in ${folder}; there are: ${[...policies.organisations.keys()].join(', ')}\n`,
    );
    return CANNOT;
  }
  const { clockSkewSeconds, now } = probes;
  const seen = await seeing(organisation, policies, probes);
  const groups = partnerFindings(seen, { policies, clockSkewSeconds, nowMs: now() });
  io.out(inFace(as, organisation.name, groups));
  return tally(groups).toMend > 0 ? 1 : 0;
}

async function seeing(
  organisation: Organisation,
  policies: PolicySet,
  { issuer, token, upstream }: PartnerProbes,
): Promise<PartnerSeen> {
  const { signIn } = organisation;
  const own = [...policies.datasets.values()].filter(({ provider }) => provider === organisation.id);
  const upstreams: UpstreamSeen[] = [];
  for (const dataset of own) upstreams.push(await upstream(dataset, policies));
  return {
    organisation,
    issuer: signIn === undefined ? undefined : await issuer(signIn),
    token: signIn === undefined ? undefined : await token?.({ ...organisation, signIn }, policies),
    upstreams,
  };
}

function inFace(as: CheckPartnerCommand['as'], name: string, groups: readonly FindingGroup[]): string {
  switch (as) {
    case 'text':
      return findingsAsText(name, groups);
    case 'markdown':
      return pageAsMarkdown(findingsAsPage(name, groups));
    case 'html':
      return pageAsHtml(findingsAsPage(name, groups));
    case 'json':
      return `${JSON.stringify({ organisation: name, ...tally(groups), groups }, null, 2)}\n`;
  }
}
