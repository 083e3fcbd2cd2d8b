/** The policy set: every organisation, dataset and agreement as one immutable value. */
import type { Agreement } from './agreement.ts';
import type { Dataset } from './dataset.ts';
import type { Organisation } from './organisation.ts';

export interface PolicySet {
  /** SHA-256 over the names and bytes of all files, lower-case hexadecimal. */
  readonly sha256: string;
  readonly organisations: ReadonlyMap<string, Organisation>;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly agreements: readonly Agreement[];
  /** Agreements by consumer and dataset, so that a decision costs the same however many there are. */
  agreementsBetween(consumer: string, dataset: string): readonly Agreement[];
}
