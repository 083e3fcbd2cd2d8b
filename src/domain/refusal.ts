/** A refusal: the stable code, one sentence for the caller, and what had been settled by then. */
import type { Agreement } from './agreement.ts';
import type { Dataset, Operation } from './dataset.ts';
import type { RefusalCode } from './reason.ts';

/** Why one step of a decision refuses. */
export interface Refused {
  readonly code: RefusalCode;
  /** One sentence for the caller: what was not agreed and what to do. No value of the request stands in it. */
  readonly detail: string;
}

export interface Refusal extends Refused {
  readonly effect: 'refuse';
  readonly settled: Settled;
}

/** What was settled before a refusal; only known codes, so that it can go into the log. */
export interface Settled {
  readonly agreement?: Agreement;
  readonly dataset?: Dataset;
  readonly operation?: Operation;
  readonly role?: string;
  readonly purpose?: string;
  readonly reason?: string;
  /** Names of the lookups that were asked with, once they were all agreed. */
  readonly lookups?: readonly string[];
}
