/** The decision: may this caller ask this, now, under which agreement, and what exactly is sent upstream? */
import type { Agreement } from './agreement.ts';
import type { Person } from './caller.ts';
import type { CanonicalRequest } from './canonical-request.ts';
import type { Dataset, Operation } from './dataset.ts';
import type { RefusalCode } from './reason.ts';

export type Decision = Permit | Refusal;

export interface Permit {
  readonly effect: 'permit';
  readonly agreement: Agreement;
  readonly dataset: Dataset;
  readonly operation: Operation;
  readonly role: string | undefined;
  readonly person: Person | undefined;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
  /** Lookup name → value in its normal spelling. */
  readonly lookups: ReadonlyMap<string, string>;
  /** INVARIANT: the one request that was judged is the one that is sent. */
  readonly request: CanonicalRequest;
}

export interface Refusal {
  readonly effect: 'refuse';
  readonly code: RefusalCode;
  /** One sentence for the caller: what was not agreed and what to do. No value of the request stands in it. */
  readonly detail: string;
  /** What was settled before the refusal; only known codes, so that it can go into the log. */
  readonly settled: {
    readonly agreement?: Agreement;
    readonly dataset?: Dataset;
    readonly operation?: Operation;
    readonly role?: string;
    readonly purpose?: string;
    readonly reason?: string;
  };
}
