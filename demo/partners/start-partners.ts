/** Starts the stand-in partner of each dataset, with credentials made for this run, and says what the gateway must know. */
import type { Dataset } from '../../src/domain/dataset.ts';
import type { Town } from '../people.ts';
import { startBlueBadges } from './blue-badges.ts';
import { startCouncilTax } from './council-tax.ts';
import { type ClientSecret, throwawaySecret } from './credentials.ts';
import type { Partner } from './partner.ts';
import { startPatients } from './patients.ts';
import { startSchoolMeals } from './school-meals.ts';

/** One dataset's stand-in. */
export interface StartedPartner {
  readonly dataset: string;
  readonly partner: Partner;
  /** Name and value of the secret that the gateway signs in with; bound to the partner's host. */
  readonly secret: { readonly name: string; readonly value: Readonly<Record<string, string>> } | undefined;
}

interface Starting {
  readonly town: Town;
  readonly port: number;
  readonly client: ClientSecret;
  readonly apiKey: string;
  readonly apiKeyHeader: string | undefined;
}

const STARTERS = new Map<string, (starting: Starting) => Promise<Partner>>([
  ['school-meals-checks', startSchoolMeals],
  ['blue-badges', startBlueBadges],
  ['patient-demographics', startWithKey(startPatients)],
  ['council-tax-accounts', startWithKey(startCouncilTax)],
]);

/**
 * Starts a partner for each dataset that has one.
 *
 * @param firstPort wanted by the first; the others want the next ones.
 */
export async function startPartners(
  datasets: Iterable<Dataset>,
  town: Town,
  firstPort: number,
): Promise<StartedPartner[]> {
  const started: StartedPartner[] = [];
  try {
    for (const dataset of datasets) {
      const start = STARTERS.get(dataset.id);
      if (start === undefined) continue;
      const starting = credentials(dataset, town, firstPort === 0 ? 0 : firstPort + started.length);
      const partner = await start(starting);
      started.push({ dataset: dataset.id, partner, secret: secretFor(dataset, starting, partner) });
    }
    return started;
  } catch (error) {
    for (const { partner } of started) await partner.close();
    throw error;
  }
}

function credentials(dataset: Dataset, town: Town, port: number): Starting {
  const { signIn } = dataset.upstream;
  const scope = signIn.kind === 'oauth client credentials' ? (signIn.scope ?? 'read') : 'read';
  return {
    town,
    port,
    client: { clientId: 'sharing-gateway', clientSecret: throwawaySecret(), scope },
    apiKey: throwawaySecret(),
    apiKeyHeader: signIn.kind === 'api key' ? signIn.header : undefined,
  };
}

function secretFor(dataset: Dataset, starting: Starting, partner: Partner): StartedPartner['secret'] {
  const { signIn } = dataset.upstream;
  if (signIn.kind === 'none') return undefined;
  const bound = { kind: signIn.kind, host: new URL(partner.origin).host };
  if (signIn.kind === 'api key') {
    return { name: signIn.secret, value: { ...bound, value: starting.apiKey } };
  }
  const { clientId, clientSecret } = starting.client;
  return { name: signIn.secret, value: { ...bound, clientId, clientSecret, tokenIssuer: partner.origin } };
}

/** A partner that wants a key takes its own default header where the dataset names none. */
function startWithKey(
  start: (settings: { town: Town; port: number; apiKey: string; apiKeyHeader?: string }) => Promise<Partner>,
): (starting: Starting) => Promise<Partner> {
  return ({ town, port, apiKey, apiKeyHeader }) =>
    start(apiKeyHeader === undefined ? { town, port, apiKey } : { town, port, apiKey, apiKeyHeader });
}
