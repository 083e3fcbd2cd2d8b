/** The equalities of field paths (`address[use=home]`): which of them hold where the walk through a record stands. */
import {
  ENTRY,
  ENTRY_KIND,
  ENTRY_NEXT,
  ENTRY_NODE,
  ENTRY_VALUE_END,
  ENTRY_VALUE_START,
  VALUE_ESCAPED,
} from './layout.ts';
import { nodeAddress } from './plan-image.ts';
import type { Equality, PlanNode } from './plan-node.ts';
import type { Workspace } from './workspace.ts';

export class Equalities {
  readonly #space: Workspace;
  readonly #holds: Uint8Array;

  constructor(count: number, space: Workspace) {
    this.#holds = new Uint8Array(count);
    this.#space = space;
  }

  /** Notes which equalities of the node hold in the object whose tape entry begins with this word. */
  test(node: PlanNode, at: number): void {
    for (const equality of node.equalities) {
      this.#holds[equality.id] = this.#holdsIn(equality, at) ? 1 : 0;
    }
  }

  allHold(needs: readonly number[]): boolean {
    for (let index = 0; index < needs.length; index += 1) {
      if (this.#holds[needs[index] as number] === 0) return false;
    }
    return true;
  }

  #holdsIn({ member, equals, quoted }: Equality, at: number): boolean {
    const { words } = this.#space.memory;
    const end = (words[at + (ENTRY_NEXT >> 2)] as number) >> 2;
    const wanted = nodeAddress(member);
    let entry = at + (ENTRY >> 2);
    while (entry < end && words[entry + (ENTRY_NODE >> 2)] !== wanted) {
      entry = (words[entry + (ENTRY_NEXT >> 2)] as number) >> 2;
    }
    if (entry >= end) return false;
    const kind = words[entry + (ENTRY_KIND >> 2)] as number;
    const start = words[entry + (ENTRY_VALUE_START >> 2)] as number;
    const close = words[entry + (ENTRY_VALUE_END >> 2)] as number;
    if ((kind & VALUE_ESCAPED) !== 0) return this.#space.decode(start, close) === equals;
    // Only a string begins with a quote.
    return this.#space.stands(quoted, start, close);
  }
}
