/**
 * Checks sealed rows for `verify` (docs/formats/sealed-row.md): the commitments of a row rebuild the roots in its leaf, which
 * takes no key, and whatever was taken from a row was said by an `erased` entry.
 */
import { sha256 } from '../../encoding/sha256.ts';
import { rootOfTree, treeHashes } from '../../merkle/batch-tree.ts';
import { leafHash } from '../../merkle/hash.ts';
import { readSealedRow, type SealedRow, SealedRowError, type SealedSubject } from '../sealing/sealed-row.ts';
import type { Findings } from './verify-findings.ts';

/** In canonical JSON a quote inside a text is escaped, so these characters stand only where the members do. */
const LISTS = [
  { list: 'asked', pattern: /"asked":\{"count":(\d+),"root":"([^"]+)"\}/ },
  { list: 'found', pattern: /"subjects":\{"count":(\d+),"root":"([^"]+)"\}/ },
] as const;

type List = (typeof LISTS)[number]['list'];

interface Erased {
  readonly index: number;
  readonly asked: Set<number>;
  readonly found: Set<number>;
}

/** Remembers what was erased until the entry that says so comes. */
export class SealedRowCheck {
  readonly #findings: Findings;
  readonly #erased = new Map<string, Erased>();
  #missing: { readonly first: number; last: number; rows: number } | undefined;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** One entry with its sealed row, if it has one. */
  take(index: number, leaf: Uint8Array, hash: Buffer, row: Uint8Array | undefined): void {
    const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString();
    const said = LISTS.map(({ pattern }) => pattern.exec(text));
    if (row === undefined) return said.some((one) => one !== null) ? this.#miss(index) : undefined;
    const read = this.#read(index, row);
    if (read === undefined) return;
    for (const [nth, { list }] of LISTS.entries()) {
      const [, count, root] = said[nth] ?? [];
      const commitments = read[list].map(commitmentOf);
      if (commitments.length !== Number(count ?? 0) || rootOver(commitments) !== root)
        this.#findings.add(
          `the sealed row of entry ${index} does not rebuild \`${MEMBER[list]}\` of its leaf`,
        );
      this.#remember(index, hash, list, read[list]);
    }
  }

  /** An `erased` entry: the places that it names may be empty. */
  hear(leaf: Uint8Array): void {
    const { entry, places } = parsed(leaf);
    const erased = entry === undefined ? undefined : this.#erased.get(entry);
    if (entry === undefined || erased === undefined) return;
    for (const list of ['asked', 'found'] as const)
      for (const place of places?.[list] ?? []) erased[list].delete(place);
    if (erased.asked.size + erased.found.size === 0) this.#erased.delete(entry);
  }

  finish(): void {
    this.#sayMissing();
    for (const { index, asked, found } of this.#erased.values())
      this.#findings.add(
        `${asked.size + found.size} people were erased from the sealed row of entry ${index} and no entry says so`,
      );
  }

  /** Rows that are missing one after the other are one finding. */
  #miss(index: number): void {
    if (this.#missing !== undefined && index > this.#missing.last + CLOSE) this.#sayMissing();
    this.#missing ??= { first: index, last: index, rows: 0 };
    this.#missing.last = index;
    this.#missing.rows += 1;
  }

  #sayMissing(): void {
    if (this.#missing === undefined) return;
    const { first, last, rows } = this.#missing;
    this.#missing = undefined;
    this.#findings.add(
      `${rows} sealed rows of entries from ${first} to ${last} are missing: somebody took them away, or the entries were brought back without them`,
    );
  }

  #read(index: number, row: Uint8Array): SealedRow | undefined {
    try {
      return readSealedRow(row);
    } catch (error) {
      if (!(error instanceof SealedRowError)) throw error;
      this.#findings.add(`the sealed row of entry ${index} cannot be read`);
      return undefined;
    }
  }

  #remember(index: number, hash: Buffer, list: List, subjects: readonly SealedSubject[]): void {
    if (!subjects.some((subject) => 'commitment' in subject)) return;
    const key = hash.toString('base64');
    const erased = this.#erased.get(key) ?? { index, asked: new Set(), found: new Set() };
    for (const [place, subject] of subjects.entries()) if ('commitment' in subject) erased[list].add(place);
    this.#erased.set(key, erased);
  }
}

const MEMBER = { asked: 'asked', found: 'subjects' };
/** Missing rows this near to one another are told together: the entries between them have none to miss. */
const CLOSE = 16;

function commitmentOf(subject: SealedSubject): Uint8Array {
  return 'commitment' in subject ? subject.commitment : sha256(Buffer.concat([subject.salt, subject.tag]));
}

/** Undefined over nothing, as a leaf without the member says. */
function rootOver(commitments: readonly Uint8Array[]): string | undefined {
  if (commitments.length === 0) return undefined;
  return rootOfTree(treeHashes(Buffer.concat(commitments.map((one) => leafHash(one))))).toString('base64');
}

interface SaysErased {
  readonly entry?: string;
  readonly places?: { readonly asked?: readonly number[]; readonly found?: readonly number[] };
}

/** What is wrong with a leaf as such is found elsewhere. */
function parsed(leaf: Uint8Array): SaysErased {
  try {
    return JSON.parse(Buffer.from(leaf).toString()) ?? {};
  } catch {
    return {};
  }
}
