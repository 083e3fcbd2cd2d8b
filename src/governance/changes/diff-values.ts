/** Comparing values of the domain: what two lists add, take away and put in another order; whether two values say the same. */
import { plain } from '../../domain/signed-statement.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';
import { listed, oneLine } from '../pages/phrases.ts';
import type { AspectChange, ChangeEffect } from './policy-change.ts';

/** What a value's change means; empty where it means nothing. */
export type Compare<Value> = (was: Value, now: Value) => readonly AspectChange[];

/** An answer for each member of a thing: the compiler refuses a table that forgets one. */
export type EveryMember<Thing> = { readonly [Member in keyof Thing]-?: Compare<Thing[Member]> };

/** The changes of every member, in the order of the table. */
export function everyMember<Thing extends object>(
  table: EveryMember<Thing>,
  was: Thing,
  now: Thing,
): readonly AspectChange[] {
  const changes: AspectChange[] = [];
  for (const member in table) changes.push(...table[member](was[member], now[member]));
  return changes;
}

/** True where two values of the domain say the same, functions apart. */
export function same(was: unknown, now: unknown): boolean {
  return was === now || text(was) === text(now);
}

/** A value as it stands in a sentence: a text in quotation marks, anything else as JSON. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return `“${oneLine(value)}”`;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? 'nothing' : listed(value.map(shown));
  return typeof value === 'number' ? String(value) : oneLine(text(value));
}

/** What changes where a value is just another one: "changes the time limit from 5000 to 9000". */
export function another(noun: string, was: unknown, now: unknown, effect: ChangeEffect): AspectChange[] {
  if (same(was, now)) return [];
  return [{ effect, words: `changes ${noun} from ${shown(was)} to ${shown(now)}` }];
}

/** A line for each entry that a list gains, which gives more, and for each that it loses, which gives less. */
export function members(noun: string, was: readonly string[], now: readonly string[]): AspectChange[] {
  const added = now.filter((one) => !was.includes(one));
  const gone = was.filter((one) => !now.includes(one));
  return [
    ...added.map((one): AspectChange => ({ effect: 'gives more', words: `adds ${noun} ${shown(one)}` })),
    ...gone.map((one): AspectChange => ({ effect: 'gives less', words: `takes away ${noun} ${shown(one)}` })),
  ];
}

/** As `members`, and a line where the same entries stand in another order and the order decides. */
export function orderedMembers(noun: string, was: readonly string[], now: readonly string[]): AspectChange[] {
  const changes = members(noun, was, now);
  if (changes.length > 0 || same(was, now)) return changes;
  return [{ effect: 'changes', words: `puts each ${noun} in another order: ${listed(now.map(shown))}` }];
}

/** Compares two maps name by name; `compare` gets undefined where a side lacks the name. */
export function byName<Thing>(
  was: ReadonlyMap<string, Thing>,
  now: ReadonlyMap<string, Thing>,
  compare: (name: string, was: Thing | undefined, now: Thing | undefined) => readonly AspectChange[],
): AspectChange[] {
  const names = new Set([...was.keys(), ...now.keys()]);
  return [...names].flatMap((name) => compare(name, was.get(name), now.get(name)));
}

function text(value: unknown): string {
  return canonicalJson(plain(value));
}
