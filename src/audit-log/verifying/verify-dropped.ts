/**
 * Checks for `verify` what retention dropped (docs/formats/store.md): each hash without an entry must be one of those that an
 * `erased` entry after it counts, over whose leaf hashes it names the root.
 */
import { canonicalJson } from '../../encoding/canonical-json.ts';
import { CompactRange } from '../../merkle/compact-range.ts';
import type { Findings } from './verify-findings.ts';

interface Dropped {
  readonly first: number;
  last: number;
  /** The tree over the leaf hashes, in order (RFC 6962 section 2.1). */
  readonly range: CompactRange;
}

/** Remembers one small tree for each `erased` entry that is still to come. */
export class DroppedLedger {
  readonly #findings: Findings;
  readonly #due = new Map<number, Dropped>();
  #count = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** How many entries were dropped. */
  get count(): number {
    return this.#count;
  }

  /** An entry of which only the hash is there, and the entry that is said to tell of it. */
  take(index: number, hash: Uint8Array, by: number, leaf: Uint8Array): void {
    this.#count += 1;
    if (leaf.length > 0) this.#findings.add(`entry ${index} is marked as dropped and its bytes are there`);
    if (by <= index) return this.#findings.add(`entry ${index} is dropped and no entry after it says so`);
    const due = this.#due.get(by) ?? { first: index, last: index, range: new CompactRange() };
    due.last = index;
    due.range.append(Buffer.from(hash));
    this.#due.set(by, due);
  }

  /** An `erased` entry: what was dropped in its name must be just what it says. */
  hear(index: number, leaf: Uint8Array): void {
    const due = this.#due.get(index);
    if (due === undefined) return;
    this.#due.delete(index);
    if (canonicalJson(saidBy(leaf)) !== canonicalJson(foundIn(due)))
      this.#findings.add(
        `entry ${index} tells of other entries than those from ${due.first} to ${due.last} that are dropped in its name`,
      );
  }

  finish(): void {
    for (const { first, last, range } of this.#due.values())
      this.#findings.add(`${range.size} entries from ${first} to ${last} are dropped and no entry says so`);
  }
}

type Told = Readonly<Record<'code' | 'first' | 'records' | 'root' | 'size', string | number | null>>;

function foundIn({ first, last, range }: Dropped): Told {
  const root = Buffer.from(range.root()).toString('base64');
  return { code: 'retention', first, records: range.size, root, size: last - first + 1 };
}

function saidBy(leaf: Uint8Array): Told {
  const { code = null, first = null, records = null, root = null, size = null } = parsed(leaf);
  return { code, first, records, root, size };
}

/** What is wrong with a leaf as such is found elsewhere. */
function parsed(leaf: Uint8Array): Partial<Told> {
  try {
    return JSON.parse(Buffer.from(leaf).toString()) ?? {};
  } catch {
    return {};
  }
}
