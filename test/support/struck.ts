/** A real store or head file whose n-th call of one method fails: before it took effect, after it, late, or for ever. */

export const STRIKES = ['fails', 'fails after taking effect', 'answers late', 'never answers'] as const;

export interface Strike {
  readonly method: string;
  /** The first call is 1. */
  readonly nth: number;
  readonly how: (typeof STRIKES)[number];
}

const LATE_MS = 30;

/**
 * The thing itself but for one call. Where the thing answers at once, only `fails` and `fails after taking effect` can be
 * told by a caller that does not wait; a method of a store may answer later.
 */
export function struck<Thing extends object>(thing: Thing, { method, nth, how }: Strike): Thing {
  let calls = 0;
  return new Proxy(thing, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const call = () => Reflect.apply(member, target, given);
        if (name !== method) return call();
        calls += 1;
        return calls === nth ? strike(how, call) : call();
      };
    },
  });
}

function strike(how: Strike['how'], call: () => unknown): unknown {
  if (how === 'fails') throw new Error('disk I/O error');
  if (how === 'never answers') return new Promise(() => undefined);
  if (how === 'answers late') return new Promise((resolve) => setTimeout(resolve, LATE_MS)).then(call);
  call();
  throw new Error('disk I/O error');
}
