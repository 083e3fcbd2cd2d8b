/** How `check partner` looks at a partner: its issuer, a sample token, its servers, over connections like the gateway's own. */
import { probeIssuer } from '../../adapters/oidc/issuer-probe.ts';
import { CLOCK_SKEW_SECONDS } from '../../adapters/oidc/token-checks.ts';
import { probeToken } from '../../adapters/oidc/token-probe.ts';
import { probeConnection } from '../../adapters/upstream/connection-probe.ts';
import type { OutboundFetch } from '../../adapters/upstream/outbound-fetch.ts';
import type { OutboundSettings } from '../../adapters/upstream/outbound-settings.ts';
import { probeUpstream } from '../../adapters/upstream/upstream-probe.ts';
import type { UpstreamSecrets } from '../../adapters/upstream/upstream-secrets.ts';
import type { PartnerProbes } from '../../cli/check-partner.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { exchangeId } from '../../exchange/exchange-id.ts';
import { absentRequest } from '../../governance/partners/partner-absent-request.ts';
import type { ConnectionSeen } from '../../governance/partners/partner-seen.ts';

/** What the probes go by. */
export interface ProbeMeans {
  readonly settings: OutboundSettings;
  readonly fetch: OutboundFetch;
  readonly secrets: UpstreamSecrets | undefined;
  readonly token: string | undefined;
  readonly now: () => number;
}

/** Everything that looks at a partner; each resolves whatever the other side does. */
export function probesOf({ settings, fetch, secrets, token, now }: ProbeMeans): PartnerProbes {
  return {
    clockSkewSeconds: CLOCK_SKEW_SECONDS,
    now,
    issuer: async ({ issuer, algorithms }) => {
      const seen = await probeIssuer(issuer, algorithms, fetch, now);
      const addresses = [issuer, ...('keysAddress' in seen.metadata ? [seen.metadata.keysAddress] : [])];
      return { seen, connections: await connectionsOf(addresses, settings) };
    },
    token:
      token === undefined
        ? undefined
        : (organisation, { organisations }) =>
            probeToken(token, { organisations: [...organisations.values()], organisation, fetch, now }),
    upstream: (dataset, policies) =>
      probeUpstream(dataset, {
        outbound: settings,
        secrets,
        ask: absentRequest(dataset),
        ...speaksFor(dataset, policies),
        exchange: exchangeId(now()),
      }),
  };
}

/** One for each server. */
function connectionsOf(addresses: readonly string[], settings: OutboundSettings): Promise<ConnectionSeen[]> {
  const origins = addresses.flatMap((address) => URL.parse(address)?.origin ?? []);
  return Promise.all([...new Set(origins)].map((origin) => probeConnection(origin, settings)));
}

/** Headers that are always sent hold what they would in an exchange of the first agreement about the dataset. */
function speaksFor(dataset: Dataset, { agreements, organisations }: PolicySet) {
  const agreement = agreements.find((one) => one.dataset === dataset.id);
  return {
    consumerCode: organisations.get(agreement?.consumer ?? '')?.code ?? 'SAMPLE',
    role: agreement?.roles[0] ?? 'sample role',
  };
}
