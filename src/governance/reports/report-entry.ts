/** One entry as reports take it: its parsed leaf, and what its sealed row says about the person whom a report is for. */
import { isObject } from '../../domain/leaf-shape.ts';

/** A parsed leaf (docs/formats/leaf.md). Whoever can write the store can write one, so nothing of it is taken on trust. */
export type Leaf = Readonly<Record<string, unknown>>;

/** `held back`: in a record that left no trace, since the person is protected or did not meet the agreement's conditions. */
export type CameIn = 'asked with' | 'found in a record' | 'held back';

export interface ReportedEntry {
  readonly index: number;
  /** Standard base64. */
  readonly leafHash: string;
  /** Milliseconds since 1970 UTC. */
  readonly atMs: number;
  readonly leaf: Leaf;
  /** How the person stands in this entry; empty where it does not name them. */
  readonly came: readonly CameIn[];
  /** Records were held back from this answer; the leaf says nothing of it. */
  readonly screened: boolean;
  /** The acting person as the sealed words have it, where they were opened. */
  readonly staff?: string | undefined;
}

/** Every entry of one exchange, in the order of the log; of a note, the note alone. */
export type ReportedExchange = readonly ReportedEntry[];

export function textIn(leaf: Leaf | undefined, name: string): string | undefined {
  const value = leaf?.[name];
  return typeof value === 'string' ? value : undefined;
}

export function textsIn(leaf: Leaf, name: string): readonly string[] {
  const value = leaf[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function countIn(leaf: Leaf | undefined, name: string): number | undefined {
  const value = leaf?.[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

export function groupIn(leaf: Leaf, name: string): Leaf | undefined {
  const value = leaf[name];
  return isObject(value) ? value : undefined;
}
