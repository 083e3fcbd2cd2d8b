/** Tells the operator of the issuers: their keys and failures as metrics, and what their profiles take beyond RFC 9068 at each start. */
import type { RememberingAuthenticator } from '../../adapters/oidc/authenticator.ts';
import { INTROSPECTION_RELAXATIONS } from '../../adapters/oidc/introspection-answer.ts';
import { issuerProfile } from '../../adapters/oidc/issuer-profile.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import type { Organisation, SignIn } from '../../domain/organisation.ts';

/** Labels are the ids of organisations: a closed list, whatever a token says. */
export function measureIssuers(
  authenticator: Pick<RememberingAuthenticator, 'issuers'>,
  metrics: Pick<Metrics, 'watchEach'>,
): void {
  metrics.watchEach({
    name: 'gateway_issuer_keys_age_seconds',
    help: "Time since the keys of the organisation's issuer were fetched",
    label: 'organisation',
    together: 'max',
    read: () =>
      authenticator
        .issuers()
        .flatMap(({ organisation, keysAgeMs }): [string, number][] =>
          keysAgeMs === undefined ? [] : [[organisation, keysAgeMs / 1000]],
        ),
  });
  metrics.watchEach({
    name: 'gateway_issuer_failures',
    help: "How often the organisation's issuer could not be asked for its keys or about a token, since it is registered",
    label: 'organisation',
    together: 'sum',
    read: () => authenticator.issuers().map(({ organisation, failures }) => [organisation, failures]),
  });
}

/** One line for each organisation whose tokens may differ from RFC 9068. */
export function tellRelaxations(organisations: Iterable<Organisation>, logger: Pick<Logger, 'info'>): void {
  for (const { id, active, signIn } of organisations) {
    const takes = signIn === undefined || !active ? [] : relaxationsOf(signIn);
    if (takes.length > 0)
      logger.info({ message: 'takes tokens that differ from RFC 9068', organisation: id, takes });
  }
}

/** Everything that the organisation's file lets its tokens differ in, by name. */
function relaxationsOf({ profile, algorithms, opaqueTokens }: SignIn): readonly string[] {
  const weaker = algorithms.filter((algorithm) => algorithm.startsWith('RS'));
  return [
    ...issuerProfile(profile).relaxations,
    ...weaker.map((algorithm) => `signatures may be ${algorithm}`),
    ...(opaqueTokens === undefined ? [] : ['opaque tokens are asked about', ...INTROSPECTION_RELAXATIONS]),
  ];
}
