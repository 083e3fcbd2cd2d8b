/** Puts into the leaves of a commit what they say of the facts, before any of it is settled (docs/formats/leaf.md, `facts`). */
import type { EntryKind } from '../../domain/audit-entry.ts';
import { LARGEST_LEAF } from '../../domain/leaf.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';
import type { CommittedFact, FactName, StandingFact } from '../ports.ts';
import type { QueuedEntries } from '../writing/queued-entries.ts';
import { factName, SUM_OF_FACTS } from './fact-commitments.ts';
import { type FactsMember, StandingFacts } from './standing-facts.ts';

/** Entries that sum up the facts even where none changes: the newest of them is what a start compares the facts with. */
export const SUMMING_KINDS: ReadonlySet<EntryKind> = new Set(['started', 'heartbeat', 'stopped']);

export interface SettledFacts {
  /** What an entry says, by its place in the commit. */
  readonly members: ReadonlyMap<number, FactsMember>;
  readonly changes: readonly StandingFact[];
  /** The sum of the facts as it stands after them; undefined where nobody looked at it. */
  readonly sum: Uint8Array | undefined;
}

const NOTHING: SettledFacts = { members: new Map(), changes: [], sum: undefined };
const NO_SUM = new Uint8Array(0);

/** The facts that a commit of these messages must read; none where no entry tells of facts. */
export function factsToRead(messages: readonly QueuedEntries[]): FactName[] {
  const names: FactName[] = [];
  let sums = false;
  for (const { facts, entries } of messages) {
    for (const changes of facts.values()) for (const { kind, key } of changes) names.push({ kind, key });
    sums ||= facts.size > 0 || entries.some(({ kind }) => SUMMING_KINDS.has(kind));
  }
  return sums ? [SUM_OF_FACTS, ...names] : [];
}

/**
 * Makes the changes of the messages in order.
 *
 * @param names what `factsToRead` gave for them.
 * @param standing which of those facts stand.
 * @param left the sum as the writer left it, where nobody else can have changed it since by an entry.
 * @throws {FactChanged} naming the first message whose change was made from something that does not stand any more.
 */
export function settleFacts(
  messages: readonly QueuedEntries[],
  names: readonly FactName[],
  standing: ReadonlyMap<string, CommittedFact> | undefined,
  left?: Uint8Array,
): SettledFacts {
  if (names.length === 0) return NOTHING;
  // INVARIANT: no entry speaks of facts that nobody looked at.
  if (standing === undefined) throw new Error('the store did not read the facts that a commit changes');
  const found = standing.get(factName(SUM_OF_FACTS))?.value ?? NO_SUM;
  // INVARIANT: what somebody wrote into the store behind the log's back is never summed up by a genuine entry.
  if (left !== undefined && Buffer.compare(found, left) !== 0)
    throw new Error('the facts of the store are not as the writer left them: somebody else changed them');
  const facts = new StandingFacts(standing);
  const members = new Map<number, FactsMember>();
  let first = 0;
  for (const [nth, message] of messages.entries()) {
    facts.expect([...message.facts.values()].flat(), nth);
    for (const [place, { kind }] of message.entries.entries()) {
      const changes = message.facts.get(place);
      if (changes === undefined && !SUMMING_KINDS.has(kind)) continue;
      members.set(first + place, facts.change(changes ?? []));
    }
    first += message.entries.length;
  }
  const changes = facts.changes();
  return { members, changes, sum: changes.at(-1)?.value ?? found };
}

/** The leaf behind the prefix of its hash, with what it says of the facts. */
export function withFacts(settled: Buffer, facts: FactsMember | undefined): Buffer {
  if (facts === undefined) return settled;
  const leaf = JSON.parse(settled.toString('utf8', 1));
  const whole = Buffer.from(`\0${canonicalJson({ ...leaf, facts: { ...facts } })}`);
  if (whole.length > LARGEST_LEAF) throw new Error('an entry names more facts than its leaf has room for');
  return whole;
}
