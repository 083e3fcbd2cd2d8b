/** How an exchange ended, for the application log and the metrics: codes and counts, no identifiers. */
import type { ReasonCode } from './reason.ts';

export interface Outcome {
  readonly kind: 'released' | 'refused' | 'failed';
  readonly exchange: string;
  readonly code: ReasonCode | 'no-record' | undefined;
  readonly consumer: string | undefined;
  readonly system: string | undefined;
  readonly dataset: string | undefined;
  readonly operation: string | undefined;
  readonly agreement: string | undefined;
  readonly records: number;
  readonly withheld: number;
  readonly bytes: number;
  readonly parts: number;
  readonly upstreamMs: number | undefined;
  /** For the operator: what failed, where something did. Holds no personal data. */
  readonly cause: unknown;
}
