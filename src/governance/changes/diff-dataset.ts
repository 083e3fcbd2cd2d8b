/** What changes of a dataset for everybody who asks it: where it is asked, how, with what, and how its answers are read. */
import type { Dataset, Field, Lookup, Operation, UpstreamAddress } from '../../domain/dataset.ts';
import { another, byName, type EveryMember, everyMember, same, shown } from './diff-values.ts';
import type { AspectChange } from './policy-change.ts';

/** Every change; an operation, lookup or field that no agreement lists is nobody's yet, and so only said. */
export function diffDataset(was: Dataset, now: Dataset): readonly AspectChange[] {
  return was === now ? [] : everyMember(BY_MEMBER, was, now);
}

function changed(noun: string) {
  return (was: unknown, now: unknown) => another(noun, was, now, 'changes');
}

function said(noun: string) {
  return (was: unknown, now: unknown) => another(noun, was, now, 'says');
}

/** INVARIANT: as for agreements, the compiler asks for an answer for every member. */
const BY_MEMBER: EveryMember<Dataset> = {
  id: changed('the name of the dataset'),
  title: said('the title'),
  provider: changed('whose dataset it is'),
  upstream: (was, now) => diffUpstream('the upstream', was, now),
  testUpstream: (was, now) => diffUpstream('the test upstream', was, now),
  operations: (was, now) => byName(was, now, diffOperation),
  lookups: (was, now) => byName(was, now, diffLookup),
  fields: (was, now) => byName(was, now, diffField),
  subjects: (was, now) =>
    same(was, now)
      ? []
      : [{ effect: 'changes', words: 'changes by which identifiers people are found in its records' }],
  beingListedReveals: said('what being listed reveals'),
  callersProveKey: said('whether callers must prove their key'),
  words: (was, now) => (same(was, now) ? [] : [{ effect: 'says', words: 'changes how it is described' }]),
};

const OF_UPSTREAM: EveryMember<UpstreamAddress> = {
  address: changed('the address'),
  signIn: changed('how the gateway signs in'),
  timeoutMs: changed('the longest wait in milliseconds'),
  largestAnswerBytes: changed('the largest answer in bytes'),
  mostAtOnce: changed('how many requests may be with it at one time'),
  alwaysSend: changed('the headers that are always sent'),
};

function diffUpstream(
  noun: string,
  was: UpstreamAddress | undefined,
  now: UpstreamAddress | undefined,
): readonly AspectChange[] {
  if (was === undefined || now === undefined) return another(noun, was?.address, now?.address, 'changes');
  const changes = everyMember(OF_UPSTREAM, was, now);
  return changes.map(({ effect, words }) => ({ effect, words: `of ${noun}, ${words}` }));
}

function diffOperation(
  name: string,
  was: Operation | undefined,
  now: Operation | undefined,
): readonly AspectChange[] {
  const noun = `the operation ${shown(name)}`;
  if (was === undefined) return [{ effect: 'changes', words: `declares ${noun}` }];
  if (now === undefined) return [{ effect: 'changes', words: `no longer declares ${noun}` }];
  return same(was, now)
    ? []
    : [
        {
          effect: 'changes',
          words: `changes how ${noun} is asked or its answer read: ${differing(was, now)}`,
        },
      ];
}

/** The members that differ, as words. */
function differing(was: object, now: object): string {
  const before = new Map<string, unknown>(Object.entries(was));
  const after = new Map<string, unknown>(Object.entries(now));
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => !same(before.get(name), after.get(name)))
    .map((name) => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(', ');
}

function diffLookup(name: string, was: Lookup | undefined, now: Lookup | undefined): readonly AspectChange[] {
  const noun = `the lookup ${shown(name)}`;
  if (was === undefined) return [{ effect: 'changes', words: `declares ${noun}` }];
  if (now === undefined) return [{ effect: 'changes', words: `no longer declares ${noun}` }];
  return same(was, now) ? [] : [{ effect: 'changes', words: `changes ${noun}: ${differing(was, now)}` }];
}

/** What leaves of a field is an agreement's matter; what the dataset says of it bears on how its value is read. */
function diffField(name: string, was: Field | undefined, now: Field | undefined): readonly AspectChange[] {
  const noun = `the field \`${name}\``;
  // A value of a declared field that is an object fails its record; of an undeclared one it is only withheld.
  if (was === undefined)
    return [{ effect: 'changes', words: `declares ${noun}; nobody sees it until an agreement lists it` }];
  if (now === undefined) return [{ effect: 'changes', words: `no longer declares ${noun}` }];
  if (!same(was.kind, now.kind))
    return [{ effect: 'changes', words: `changes the kind of ${noun} to ${now.kind.name}` }];
  return same(was, now)
    ? []
    : [{ effect: 'says', words: `changes what it says of ${noun}: ${differing(was, now)}` }];
}
