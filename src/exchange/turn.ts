/** One exchange's turn: who knocks, where the answer goes, what it needs, and what is known so far. */
import type { PolicySet } from '../domain/policy-set.ts';
import type { Account } from './account.ts';
import type { Door, Gateway, Knock } from './ports.ts';

export interface Turn {
  readonly knock: Knock;
  readonly door: Door;
  readonly gateway: Gateway;
  /** The policy set in force when the exchange began; it judges the whole exchange. */
  readonly policies: PolicySet | undefined;
  readonly account: Account;
  /** When the request's headers had come, by `performance.now()`: deadlines count from then. */
  readonly arrivedMs: number;
}
