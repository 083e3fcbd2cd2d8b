/** What a report looks for in sealed rows: one person, one member of staff or one case, as tags under every key that is at hand. */
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import type { SealedRow, SealedSubject } from '../sealing/sealed-row.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';

/** How a row names what is looked for; `held back`: in a record that left no trace. */
export type NamedIn = 'asked with' | 'found in a record' | 'held back';

export interface Wanted {
  /** Every tag, of each key. */
  readonly tags: readonly Uint8Array[];
  /** In which ways the row names it; empty where it does not. */
  named(row: SealedRow): readonly NamedIn[];
}

/**
 * A person by identifiers. Those in `shared` are of kinds that many people have: a row is about the person by them only where
 * it was asked with two or more identifiers and all of them were given.
 */
export function wantedSubject(
  telling: readonly SubjectIdentifier[],
  shared: readonly SubjectIdentifier[],
  keys: readonly NamedKey[],
): Wanted {
  const [sure, all] = [new TagsOfKeys(keys, telling), new TagsOfKeys(keys, [...telling, ...shared])];
  return {
    tags: all.tags,
    named(row) {
      const has = (subject: SealedSubject | { readonly tag: Uint8Array }): boolean =>
        sure.has(row.tagKey, subject);
      const ways: NamedIn[] = [];
      if (row.asked.some(has) || askedWithNothingElse(row, all)) ways.push('asked with');
      if (row.found.some(has)) ways.push('found in a record');
      if (row.heldBack.some((tag) => has({ tag }))) ways.push('held back');
      return ways;
    },
  };
}

/** Whoever asked: an acting person is told by the issuer that named them. Notes about them name them as a subject. */
export function wantedStaff(issuers: readonly string[], id: string, keys: readonly NamedKey[]): Wanted {
  const tags = new TagsOfKeys(
    keys,
    issuers.map((issuer) => ({ namespace: `acting person ${issuer}`, id })),
  );
  return wantedAs(tags, ({ person }) => person);
}

/** A case of one consumer, in exactly the spelling in which its reference was given. */
export function wantedCase(consumer: string, id: string, keys: readonly NamedKey[]): Wanted {
  const tags = new TagsOfKeys(keys, [{ namespace: `case reference ${consumer}`, id }]);
  return wantedAs(tags, ({ caseReference }) => caseReference);
}

/** Notes about a member of staff name them among those whom they were asked about. */
function wantedAs(tags: TagsOfKeys, of: (row: SealedRow) => SealedSubject | undefined): Wanted {
  return {
    tags: tags.tags,
    named(row) {
      const own = of(row);
      const has = (subject: SealedSubject): boolean => tags.has(row.tagKey, subject);
      return (own !== undefined && has(own)) || row.asked.some(has) ? ['asked with'] : [];
    },
  };
}

const LEAST_SHARED = 2;

function askedWithNothingElse({ asked, tagKey }: SealedRow, given: TagsOfKeys): boolean {
  return asked.length >= LEAST_SHARED && asked.every((subject) => given.has(tagKey, subject));
}

/** The tags of some identifiers under each key, by the key's id: a row says with which key its own were made. */
class TagsOfKeys {
  readonly tags: readonly Uint8Array[];
  readonly #byKey: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(keys: readonly NamedKey[], identifiers: readonly SubjectIdentifier[]) {
    const made = keys.map(({ id, bytes }) => {
      const tagger = new SubjectTags(bytes);
      return { id, tags: identifiers.map((one) => tagger.of(one.namespace, one.id)) };
    });
    this.tags = made.flatMap(({ tags }) => tags);
    this.#byKey = new Map(made.map(({ id, tags }) => [id, new Set(tags.map(textOf))]));
  }

  has(key: string, subject: SealedSubject | { readonly tag: Uint8Array }): boolean {
    return 'tag' in subject && this.#byKey.get(key)?.has(textOf(subject.tag)) === true;
  }
}

function textOf(tag: Uint8Array): string {
  return Buffer.from(tag.buffer, tag.byteOffset, tag.length).toString('latin1');
}
