/** Compares the facts that stand in the store with what the newest entry says of them, before anything goes by them. */
import { GatewayError } from '../../domain/gateway-error.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { rootOfRange } from '../../merkle/compact-range.ts';
import { leafHash } from '../../merkle/hash.ts';
import { verifyInclusion } from '../../merkle/inclusion-proof.ts';
import { SetHash } from '../../merkle/set-hash.ts';
import type { AuditStore, CommittedFact, StandingFact, StoredEntry, StoreState } from '../ports.ts';
import { inclusionProof } from '../proving/proofs.ts';
import type { HashReader } from '../writing/log-head.ts';
import { factCommitment, SUM_OF_FACTS } from './fact-commitments.ts';
import { sumValue } from './standing-facts.ts';

const PAGE = 500;
/** Other instances of the same log may change facts while they are read. */
const MOST_TRIES = 5;

/** What the newest entry that speaks of facts says of all that stand. */
interface Told {
  readonly index: number;
  readonly count: number;
  readonly sum: string;
}

/**
 * The facts that no entry names yet, as changes that the first entries of the run must make: those of a store of an older
 * layout, whose entries say nothing of facts; otherwise none.
 *
 * INVARIANT: a stop, a protected person or a hold that somebody took out of the store, or put into it, stops the start.
 *
 * @throws {GatewayError} `log-unavailable` where the facts are not those that the newest entry names.
 */
export async function checkStandingFacts(store: AuditStore & HashReader): Promise<readonly StandingFact[]> {
  for (let tries = 1; ; tries += 1) {
    const state = await store.state();
    const told = await newestTold(store, state);
    const facts = await store.committedFacts();
    if (told === undefined) return facts.map(({ kind, key, value }) => ({ kind, key, value }));
    const wrong = await disagreement(store, facts, told);
    if (wrong === undefined) return [];
    if (tries === MOST_TRIES || (await store.state()).size === state.size) throw refusal(wrong);
  }
}

/**
 * What is wrong with the facts of a store while its writer runs, or undefined: whether they add up to the sum that the writer
 * keeps beside them. The writer lets nobody else change that sum, so this sees what was changed behind its back.
 */
export async function factsFault(
  reader: Pick<AuditStore, 'committedFacts'> & {
    fact(kind: string, key: string): FactValue | Promise<FactValue>;
  },
): Promise<string | undefined> {
  const sumNow = async () => Buffer.from((await reader.fact(SUM_OF_FACTS.kind, SUM_OF_FACTS.key)) ?? []);
  for (;;) {
    const before = await sumNow();
    const facts = await reader.committedFacts();
    const set = new SetHash();
    for (const fact of facts) set.add(factCommitment(fact));
    const sum = facts.length === 0 && before.length === 0 ? before : sumValue({ count: facts.length, set });
    if (sum.equals(before)) return undefined;
    // Every change that an entry makes changes the sum too: what was read between two of them is read again.
    if (before.equals(await sumNow())) return refusal('they do not add up to their sum').message;
  }
}

type FactValue = Uint8Array | undefined;

async function disagreement(
  store: AuditStore,
  facts: readonly CommittedFact[],
  told: Told,
): Promise<string | undefined> {
  const set = new SetHash();
  for (const fact of facts) set.add(factCommitment(fact));
  if (facts.length !== told.count)
    return `${facts.length} facts stand in it where entry ${told.index} names ${told.count}`;
  if (set.digest().toString('base64url') !== told.sum)
    return `they are not those that entry ${told.index} names`;
  const [sum] = await store.facts(SUM_OF_FACTS.kind);
  const due = sumValue({ count: facts.length, set });
  if (facts.length === 0 && sum === undefined) return undefined;
  return due.equals(sum?.value ?? Buffer.alloc(0)) ? undefined : 'their sum is not that of the facts';
}

/** Looks back from the end of the log; every run begins with an entry that speaks of facts, and beats with one. */
async function newestTold(store: AuditStore & HashReader, state: StoreState): Promise<Told | undefined> {
  for (let end = state.size; end > 0; end -= PAGE) {
    const from = Math.max(0, end - PAGE);
    for (const entry of (await store.entries(from, end - from)).toReversed()) {
      if (entry.exchange !== undefined) continue;
      const told = toldBy(entry);
      if (told !== undefined) {
        await assertLogged(store, state, entry);
        return told;
      }
      if (entry.kind === 'started') return undefined;
    }
  }
  return undefined;
}

function toldBy({ leaf, index }: StoredEntry): Told | undefined {
  const { facts }: Readonly<Record<string, unknown>> = JSON.parse(Buffer.from(leaf).toString());
  if (!isObject(facts)) return undefined;
  return { index, count: Number(facts['count']), sum: String(facts['sum']) };
}

/** The entry is read for what it says, so its bytes must be those that the tree, and so the head file, stand for. */
async function assertLogged(
  store: HashReader,
  { size, range }: StoreState,
  { index, leaf }: StoredEntry,
): Promise<void> {
  const proof = await inclusionProof(store, index, size);
  const claim = { index, size, leafHash: leafHash(leaf), proof, root: rootOfRange(range) };
  if (!verifyInclusion(claim)) throw refusal(`entry ${index}, which names them, was changed`);
}

function refusal(why: string): GatewayError {
  return new GatewayError(
    'log-unavailable',
    `the facts of the store (stops, protected people, holds and the like) do not fit its entries: ${why}; somebody changed them: put the store back as it was`,
  );
}
