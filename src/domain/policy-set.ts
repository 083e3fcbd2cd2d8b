/** The policy set: every organisation, dataset and agreement as one immutable value. */
import type { Agreement } from './agreement.ts';
import type { Dataset } from './dataset.ts';
import type { Organisation } from './organisation.ts';
import type { PolicyMistake } from './policy-mistakes.ts';
import type { Stop } from './stop.ts';

export interface PolicySet {
  /** SHA-256 over the names and bytes of all files, lower-case hexadecimal. */
  readonly sha256: string;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly agreements: readonly Agreement[];
  /** What the authors of the files should look at again; it stops nothing. */
  readonly advice: readonly PolicyMistake[];
  /** Id of an agreement → the stops that stand against it. They come on their own path and are no part of `sha256`. */
  readonly stops: ReadonlyMap<string, readonly Stop[]>;
  /** Agreements by consumer and dataset, so that a decision costs the same however many there are. */
  agreementsBetween(consumer: string, dataset: string): readonly Agreement[];
}

const NONE: readonly Agreement[] = Object.freeze([]);

/** One policy set. Later changes of the arrays that were given do not reach it. */
export function policySet(
  organisations: readonly Organisation[],
  datasets: readonly Dataset[],
  agreements: readonly Agreement[],
  sha256: string,
  advice: readonly PolicyMistake[] = [],
): PolicySet {
  const between = byConsumerAndDataset(agreements);
  return Object.freeze({
    sha256,
    organisations: new Map(organisations.map((organisation) => [organisation.id, organisation])),
    datasets: new Map(datasets.map((dataset) => [dataset.id, dataset])),
    agreements: Object.freeze([...agreements]),
    advice: Object.freeze([...advice]),
    stops: new Map(),
    agreementsBetween: (consumer: string, dataset: string) => between.get(consumer)?.get(dataset) ?? NONE,
  });
}

/** The same set under these stops. */
export function withStops(policies: PolicySet, stops: readonly Stop[]): PolicySet {
  return Object.freeze({ ...policies, stops: Map.groupBy(stops, ({ agreement }) => agreement) });
}

function byConsumerAndDataset(
  agreements: readonly Agreement[],
): ReadonlyMap<string, ReadonlyMap<string, readonly Agreement[]>> {
  const found = new Map<string, Map<string, Agreement[]>>();
  for (const agreement of agreements) {
    const ofConsumer = found.get(agreement.consumer) ?? new Map<string, Agreement[]>();
    found.set(agreement.consumer, ofConsumer);
    const ofDataset = ofConsumer.get(agreement.dataset);
    if (ofDataset === undefined) ofConsumer.set(agreement.dataset, [agreement]);
    else ofDataset.push(agreement);
  }
  return found;
}
