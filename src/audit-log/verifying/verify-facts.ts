/** Follows for `verify` what entries say of the facts, and compares the facts that stand in the store with it (docs/formats/leaf.md, `facts`). */
import { isObject } from '../../domain/leaf-shape.ts';
import { SetHash } from '../../merkle/set-hash.ts';
import { factCommitment, SUM_OF_FACTS } from '../facts/fact-commitments.ts';
import { sumValue } from '../facts/standing-facts.ts';
import type { LogReader } from '../ports.ts';
import type { Findings } from './verify-findings.ts';

const MEMBER = Buffer.from('"facts":{');
const POLICIES = Buffer.from('"kind":"policies"');

/** A log that is read as tiles has no facts beside its entries. */
export type FactsReader = Partial<Pick<LogReader, 'committedFacts' | 'fact'>>;

/** What is wrong with the set of policy files that the store keeps under a hash, or undefined. */
export type KeptSetFault = (sha256: string) => string | undefined | Promise<string | undefined>;

export class FactTrail {
  readonly #findings: Findings;
  /** Commitments that stand, and which entry put each. */
  readonly #standing = new Map<string, string>();
  readonly #set = new SetHash();
  /** Policy sets that were taken up, and which entry named each first. */
  readonly #sets = new Map<string, number>();
  #speaks = false;
  #disagreed = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** The next entry of the gateway's own, as its bytes are: a leaf that is in order. */
  add(index: number, bytes: Uint8Array): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const speaks = text.includes(MEMBER);
    if (!speaks && !text.includes(POLICIES)) return;
    const leaf: Readonly<Record<string, unknown>> = JSON.parse(text.toString());
    if (leaf['kind'] === 'policies') this.#addSet(index, leaf);
    if (isObject(leaf['facts'])) this.#addFacts(index, leaf, leaf['facts']);
  }

  /** Compares the store's facts with what the entries left standing. A log of older entries that say nothing is passed over. */
  async finish(source: FactsReader, fault: KeptSetFault | undefined): Promise<void> {
    if (fault !== undefined) await this.#checkSets(fault);
    if (!this.#speaks || source.committedFacts === undefined) return;
    const facts = await source.committedFacts();
    for (const fact of facts) {
      const put = this.#standing.delete(factCommitment(fact).toString('base64url'));
      if (!put) this.#findings.add(`a fact \`${fact.kind}\` stands in the store as no entry put it there`);
    }
    for (const name of this.#standing.values())
      this.#findings.add(`a fact that ${name} put into the store is gone or was changed`);
    await this.#checkSum(source, facts.length);
  }

  async #checkSum(source: FactsReader, count: number): Promise<void> {
    const sum = await source.fact?.(SUM_OF_FACTS.kind, SUM_OF_FACTS.key);
    if (sum === undefined && count === 0) return;
    if (!sumValue({ count, set: this.#set }).equals(sum ?? Buffer.alloc(0)))
      this.#findings.add(
        'the sum of the facts that the store keeps is not that of the facts that entries put there',
      );
  }

  async #checkSets(fault: KeptSetFault): Promise<void> {
    for (const [sha256, index] of this.#sets) {
      const wrong = await fault(sha256);
      if (wrong !== undefined) this.#findings.add(`the policy set that entry ${index} names: ${wrong}`);
    }
  }

  /** Entries about stops and signatures name the set that was in force, which another entry has taken up. */
  #addSet(index: number, { code, policies }: Readonly<Record<string, unknown>>): void {
    if (code !== undefined && code !== 'kept') return;
    const sha256 = String(policies);
    if (!this.#sets.has(sha256)) this.#sets.set(sha256, index);
  }

  #addFacts(
    index: number,
    leaf: Readonly<Record<string, unknown>>,
    facts: Readonly<Record<string, unknown>>,
  ): void {
    this.#speaks = true;
    for (const commitment of listOf(facts['dropped'])) this.#drop(index, commitment);
    for (const commitment of listOf(facts['put'])) this.#put(index, commitment, leaf);
    const sum = this.#set.digest().toString('base64url');
    if (this.#disagreed || (facts['count'] === this.#standing.size && facts['sum'] === sum)) return;
    this.#disagreed = true;
    this.#findings.add(`entry ${index} sums up other facts than those that the entries up to it name`);
  }

  #drop(index: number, commitment: string): void {
    if (!this.#standing.delete(commitment))
      return this.#findings.add(`entry ${index} drops a fact that does not stand`);
    this.#set.remove(Buffer.from(commitment, 'base64url'));
  }

  #put(index: number, commitment: string, leaf: Readonly<Record<string, unknown>>): void {
    if (this.#standing.has(commitment))
      return this.#findings.add(`entry ${index} puts a fact that stands already`);
    this.#standing.set(commitment, nameOf(index, leaf));
    this.#set.add(Buffer.from(commitment, 'base64url'));
  }
}

/** "entry 17 (policies, suspend, DSA-2026-014)": codes and names of files, never a tag. */
function nameOf(index: number, { kind, code, agreement }: Readonly<Record<string, unknown>>): string {
  return `entry ${index} (${[kind, code, agreement].filter((word) => typeof word === 'string').join(', ')})`;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
