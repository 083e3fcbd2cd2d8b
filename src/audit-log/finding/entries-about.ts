/** Finds the entries in which a person stands, and the places at which: by tags, and in the words where keys open them. */
import type { SubjectIdentifier } from '../../domain/audit-entry.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import { type ErasedPlaces, isEmpty, placesOf } from '../keeping/erased-places.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { readSealedRow, SealedRowError } from '../sealing/sealed-row.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';
import { leafOf, type VisitCandidates } from './candidates.ts';
import { tagsOfRow } from './entry-terms.ts';

/** In which entries a person is looked for. */
export type Where =
  | { readonly exchange: string }
  /** Index of one entry. */
  | { readonly entry: number }
  | 'everywhere';

/** One person. Whoever has a `telling` identifier is that person; the `shared` ones count beside one of those alone. */
export interface Person {
  readonly telling: readonly SubjectIdentifier[];
  readonly shared: readonly SubjectIdentifier[];
}

export interface EntryAbout {
  readonly entry: StoredEntry;
  readonly places: ErasedPlaces;
  /** Id of the agreement under which the entry stands: that of its exchange, or of its own leaf. */
  readonly agreement: string | undefined;
  /** Every tag of its sealed row. */
  readonly tags: readonly Uint8Array[];
}

export interface EntriesAboutParts {
  readonly log: Pick<LogReader, 'entries' | 'entriesOfExchange'>;
  /** How the whole log is searched. */
  readonly visit: VisitCandidates;
  /** Every key that ever made tags. */
  readonly tagKeys: readonly NamedKey[];
}

export class EntriesAbout {
  readonly #parts: EntriesAboutParts;
  readonly #taggers: readonly SubjectTags[];

  constructor(parts: EntriesAboutParts) {
    this.#parts = parts;
    this.#taggers = parts.tagKeys.map(({ bytes }) => new SubjectTags(bytes));
  }

  /** In the order of the log. Entries whose sealed row cannot be read are left out: `verify` names them. */
  async of({ telling, shared }: Person, where: Where): Promise<readonly EntryAbout[]> {
    const tags = this.#tagsOf(telling);
    const sure = new Set(tags.map(textOf));
    const wanted = sure.union(new Set(this.#tagsOf(shared).map(textOf)));
    const about: EntryAbout[] = [];
    for (const entry of await this.#candidates(tags, where)) {
      const found = await this.#judged(entry, sure, wanted);
      if (found !== undefined) about.push(found);
    }
    return about;
  }

  async #candidates(tags: readonly Uint8Array[], where: Where): Promise<readonly StoredEntry[]> {
    const { log, visit } = this.#parts;
    if (where === 'everywhere') {
      const found: StoredEntry[] = [];
      await visit(tags, ({ entry }) => found.push(entry));
      return found;
    }
    if ('exchange' in where) return log.entriesOfExchange(where.exchange);
    const [entry] = await log.entries(where.entry, 1);
    return entry?.index === where.entry ? [entry] : [];
  }

  #tagsOf(subjects: readonly SubjectIdentifier[]): readonly Uint8Array[] {
    return subjects.flatMap(({ namespace, id }) => this.#taggers.map((tagger) => tagger.of(namespace, id)));
  }

  async #judged(
    entry: StoredEntry,
    sure: ReadonlySet<string>,
    wanted: ReadonlySet<string>,
  ): Promise<EntryAbout | undefined> {
    const { sealed } = entry;
    if (sealed === undefined) return undefined;
    try {
      if (isEmpty(placesOf(sealed, (tag) => sure.has(textOf(tag)), false))) return undefined;
      const places = placesOf(sealed, (tag) => wanted.has(textOf(tag)), false);
      const tags = tagsOfRow(readSealedRow(sealed));
      return { entry, places, agreement: await this.#agreementOf(entry), tags };
    } catch (error) {
      if (!(error instanceof SealedRowError)) throw error;
      return undefined;
    }
  }

  /** Later entries of an exchange may not repeat its agreement. */
  async #agreementOf({ leaf, exchange }: StoredEntry): Promise<string | undefined> {
    const own = agreementIn(leafOf(leaf));
    if (own !== undefined || exchange === undefined) return own;
    const [first] = await this.#parts.log.entriesOfExchange(exchange);
    return first === undefined ? undefined : agreementIn(leafOf(first.leaf));
  }
}

/** Of an exchange a group with an id, of the gateway's own entries the id alone. */
function agreementIn({ agreement }: Readonly<Record<string, unknown>>): string | undefined {
  const id = isObject(agreement) ? agreement['id'] : agreement;
  return typeof id === 'string' ? id : undefined;
}

function textOf(tag: Uint8Array): string {
  return Buffer.from(tag.buffer, tag.byteOffset, tag.length).toString('latin1');
}
