/** What happened to standing facts in entries that are brought back: which of them can be made up for, and which cannot. */
import { isObject } from '../../domain/leaf-shape.ts';
import { factCommitment, factName, SUM_OF_FACTS } from '../facts/fact-commitments.ts';
import { StandingFacts } from '../facts/standing-facts.ts';
import type { AuditStore, CommittedFact, StandingFact } from '../ports.ts';

/** Entries of these kinds may change facts; in a log of an older layout, whose leaves say nothing of facts, all of them count. */
const MAY_CHANGE_FACTS = ['policies', 'key', 'hold'];

/** Follows what leaves say under `facts` (docs/formats/leaf.md), in the order of their entries. */
export class ChangesOfFacts {
  /** Commitments that were put and not dropped since, and the entry that put each. */
  readonly #put = new Map<string, number>();
  readonly #dropped = new Set<string>();
  readonly #unsaid: number[] = [];
  #speaks = false;

  hear(index: number, { kind, facts }: Readonly<Record<string, unknown>>): void {
    if (!isObject(facts)) {
      if (MAY_CHANGE_FACTS.includes(String(kind))) this.#unsaid.push(index);
      return;
    }
    this.#speaks = true;
    for (const commitment of listIn(facts, 'dropped'))
      if (!this.#put.delete(commitment)) this.#dropped.add(commitment);
    for (const commitment of listIn(facts, 'put')) this.#put.set(commitment, index);
  }

  /**
   * Entries that put facts which stand at the end: what they are, no leaf says. Where any leaf speaks of facts, one that does
   * not changed none.
   */
  lost(): readonly number[] {
    return this.#speaks ? [...new Set(this.#put.values())] : this.#unsaid;
  }

  /** Commitments to facts that stood before and stand no more. */
  get dropped(): ReadonlySet<string> {
    return this.#dropped;
  }
}

/** The changes that take facts out of the store by their commitments; those that do not stand there any more are passed over. */
export async function factsToDrop(
  store: Pick<AuditStore, 'committedFacts' | 'facts'>,
  commitments: ReadonlySet<string>,
): Promise<readonly StandingFact[]> {
  if (commitments.size === 0) return [];
  const due = (await store.committedFacts()).filter((fact) =>
    commitments.has(factCommitment(fact).toString('base64url')),
  );
  if (due.length === 0) return [];
  const [sum] = await store.facts(SUM_OF_FACTS.kind);
  const found: CommittedFact[] =
    sum?.value === undefined ? due : [...due, { ...SUM_OF_FACTS, value: sum.value, salt: Buffer.alloc(0) }];
  const standing = new StandingFacts(new Map(found.map((fact) => [factName(fact), fact])));
  standing.change(due.map(({ kind, key }) => ({ kind, key, value: undefined })));
  return standing.changes();
}

function listIn(facts: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const list = facts[name];
  return Array.isArray(list) ? list.map(String) : [];
}
