/** One difference between two policy sets, as data: what it does, to whom, from when, and the words that say it. */

/**
 * `gives more` and `gives less`: of data, of people who may look, of ways to ask. `changes`: a request may be decided, sent
 * or answered differently, neither more nor less. `says`: only what people read changes, nothing that flows.
 */
export type ChangeEffect = 'gives more' | 'gives less' | 'changes' | 'says';

/** What one aspect of a thing changes; the words begin with a verb and have no full stop: "adds the role “clerk”". */
export interface AspectChange {
  readonly effect: ChangeEffect;
  readonly words: string;
}

export interface PolicyChange extends AspectChange {
  readonly about:
    | {
        readonly kind: 'agreement';
        readonly id: string;
        readonly consumer: string;
        readonly purpose: string;
      }
    | { readonly kind: 'dataset' | 'organisation'; readonly id: string };
  /** The first instant at which it holds; undefined: at once. Milliseconds since 1970 UTC. */
  readonly fromMs: number | undefined;
  /** The first instant at which it holds no more; undefined: for good. */
  readonly untilMs: number | undefined;
}

/** True where some request may be decided, sent or answered differently. */
export function changesDecisions({ effect }: AspectChange): boolean {
  return effect !== 'says';
}
