/** People who are held back from answers: lists of tags that stand in the log's store (docs/formats/protected-people.md). */
import { randomBytes } from 'node:crypto';
import type { EntryKind, SubjectIdentifier } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { StandingFact } from '../ports.ts';
import { Salts } from '../sealing/salts.ts';
import { TextSealer } from '../sealing/sealed-text.ts';
import type { NamedKey } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';

/** Protected from every answer; opted out of those whose agreement says that the national data opt-out applies. */
export const PEOPLE_LISTS = ['protected', 'opted out'] as const;
export type PeopleList = (typeof PEOPLE_LISTS)[number];

/** What became of an order. `asked`: a second person must ask for the same before it happens. */
export type PeopleChange = 'added' | 'there already' | 'asked' | 'removed' | 'not there' | 'same person';

export interface ProtectedPeopleParts {
  /** Keys of subject tags, the one in use first. */
  readonly tagKeys: readonly NamedKey[];
  readonly sealing: NamedKey;
  /** The facts of one kind as they stand in the store now. */
  readonly facts: (kind: string) => readonly StandingFact[] | Promise<readonly StandingFact[]>;
  readonly append: (
    kind: EntryKind,
    members: NoteMembers,
    facts?: readonly StandingFact[],
  ) => Promise<unknown>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** One line of a list: no identifier, the kind alone. */
export interface ListedPerson {
  readonly kind: string;
  readonly since: string;
  readonly removalAsked: boolean;
}

interface FactWords {
  readonly kind: string;
  readonly since: string;
  /** Tag of the person who asked for the removal. */
  readonly removal?: string;
}

type Hold = (subjects: readonly SubjectIdentifier[]) => boolean;

/** INVARIANT: identifiers leave this class only as tags; entries about a change say neither who it is about nor who made it. */
export class ProtectedPeople {
  readonly #parts: ProtectedPeopleParts;
  readonly #taggers: ReadonlyMap<string, SubjectTags>;
  readonly #newest: string;
  readonly #sealer: TextSealer;
  readonly #lists = new Map<PeopleList, Set<string>>(PEOPLE_LISTS.map((list) => [list, new Set()]));
  /** The tag keys that the lists were made with. */
  #used: readonly string[] = [];
  #fault: GatewayError | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ProtectedPeopleParts) {
    this.#parts = parts;
    this.#taggers = new Map(parts.tagKeys.map(({ id, bytes }) => [id, new SubjectTags(bytes)]));
    this.#newest = parts.tagKeys[0]?.id ?? '';
    this.#sealer = new TextSealer(parts.sealing, new Salts());
  }

  /**
   * Reads the lists from the store again, after the changes that are under way, so that none of them is undone here.
   *
   * @throws {GatewayError} `internal-error` where the key of a tag is missing: who is protected cannot be told then, so
   * that nothing is released until it is back.
   */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#refresh());
  }

  async #refresh(): Promise<void> {
    const used = new Set<string>();
    for (const list of PEOPLE_LISTS) {
      const keys = (await this.#parts.facts(list)).map(({ key }) => key);
      for (const key of keys) used.add(keyIdOf(key));
      this.#lists.set(list, new Set(keys));
    }
    this.#used = [...used];
    const lost = this.#used.find((id) => !this.#taggers.has(id));
    this.#fault = lost === undefined ? undefined : keyIsMissing(lost);
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** True while nobody is on any list: then there is nothing to ask. */
  get empty(): boolean {
    return this.#used.length === 0;
  }

  /**
   * Tells which records of an answer leave no trace; undefined where nobody is held back.
   *
   * @param asked identifiers that the request was asked with: if one is held back, so is every record.
   * @throws {GatewayError} as `refresh` does.
   */
  screen(asked: readonly SubjectIdentifier[], optOutApplies: boolean): Hold | undefined {
    if (this.#used.length === 0) return undefined;
    if (this.#fault !== undefined) throw this.#fault;
    const lists = (optOutApplies ? PEOPLE_LISTS : ONLY_PROTECTED).filter((list) => this.#size(list) > 0);
    if (lists.length === 0) return undefined;
    const isHeld = (subject: SubjectIdentifier): boolean => lists.some((list) => this.holds(list, subject));
    return asked.some(isHeld) ? () => true : (subjects) => subjects.some(isHeld);
  }

  /** True where the list names the identifier, which is in its kind's one spelling. */
  holds(list: PeopleList, subject: SubjectIdentifier): boolean {
    return this.#keyOf(list, subject) !== undefined;
  }

  /** The list in the order in which people came onto it. */
  async list(list: PeopleList): Promise<readonly ListedPerson[]> {
    const listed = (await this.#parts.facts(list)).map(({ value }) => wordsOf(value));
    return listed
      .map(({ kind, since, removal }) => ({ kind, since, removalAsked: removal !== undefined }))
      .sort((one, other) => (one.since < other.since ? -1 : 1));
  }

  /** Puts an identifier on a list; a removal that was asked for is called off. Resolves when it is durable and in force. */
  add(list: PeopleList, subject: SubjectIdentifier, by: string): Promise<PeopleChange> {
    return this.#inTurn(async () => {
      const key = this.#keyOf(list, subject);
      const value = key === undefined ? undefined : await this.#value(list, key);
      const words = value === undefined ? undefined : wordsOf(value);
      if (words !== undefined && words.removal === undefined) return 'there already';
      const fact = { kind: subject.namespace, since: words?.since ?? this.#instant() };
      await this.#change(list, 'added', key ?? this.#newKey(subject), value, fact, subject.namespace, by);
      return 'added';
    });
  }

  /** Takes an identifier off a list, once two different people have asked for it. */
  remove(list: PeopleList, subject: SubjectIdentifier, by: string): Promise<PeopleChange> {
    return this.#inTurn(async () => {
      const key = this.#keyOf(list, subject);
      const value = key === undefined ? undefined : await this.#value(list, key);
      if (key === undefined || value === undefined) return 'not there';
      const words = wordsOf(value);
      const asker = this.#tagger(this.#newest)
        .of('who changes a list', inOneSpelling(by))
        .toString('base64url');
      if (words.removal === asker) return 'same person';
      const asked = words.removal === undefined;
      const fact = asked ? { ...words, removal: asker } : undefined;
      await this.#change(list, asked ? 'removal-asked' : 'removed', key, value, fact, subject.namespace, by);
      return asked ? 'asked' : 'removed';
    });
  }

  /** INVARIANT: entry and fact are one transaction, and the list holds what the store holds. */
  async #change(
    list: PeopleList,
    did: string,
    key: string,
    before: Uint8Array | undefined,
    words: FactWords | undefined,
    kind: string,
    by: string,
  ): Promise<void> {
    const salt = randomBytes(16);
    const value = words === undefined ? undefined : Buffer.from(JSON.stringify(words));
    const change = this.#sealedChange({ list, did, kind, by, salt: salt.toString('base64url') });
    await this.#parts.append(
      'hold',
      {
        code: `${list.replace(' ', '-')}-${did}`,
        by: sha256Base64url(Buffer.concat([salt, Buffer.from(by)])),
      },
      [{ kind: list, key, value, replaces: before ?? 'nothing' }, change],
    );
    this.#take(list, key, value !== undefined);
  }

  #take(list: PeopleList, key: string, stands: boolean): void {
    const listed = this.#lists.get(list);
    if (stands) listed?.add(key);
    else listed?.delete(key);
    if (stands && !this.#used.includes(keyIdOf(key))) this.#used = [...this.#used, keyIdOf(key)];
  }

  /** Who made the change, for whoever holds the sealing key. */
  #sealedChange(words: Readonly<Record<string, string>>): StandingFact {
    const key = `${this.#instant()} ${randomBytes(8).toString('hex')}`;
    const text = JSON.stringify(words);
    const room = Buffer.alloc(1 + this.#parts.sealing.id.length + 256 + 3 * text.length);
    room[0] = this.#parts.sealing.id.length;
    const at = 1 + room.write(this.#parts.sealing.id, 1, 'latin1');
    const bytes = this.#sealer.seal(text, `${CHANGES} ${key}`, room, at);
    return { kind: CHANGES, key, value: room.subarray(0, at + bytes) };
  }

  /** One change after the other: each looks at what the one before it left. */
  #inTurn<Done>(work: () => Promise<Done>): Promise<Done> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  #keyOf(list: PeopleList, { namespace, id }: SubjectIdentifier): string | undefined {
    const listed = this.#lists.get(list);
    for (const keyId of this.#used) {
      const key = `${keyId} ${this.#tagger(keyId).of(namespace, id).toString('base64url')}`;
      if (listed?.has(key) === true) return key;
    }
    return undefined;
  }

  #newKey({ namespace, id }: SubjectIdentifier): string {
    return `${this.#newest} ${this.#tagger(this.#newest).of(namespace, id).toString('base64url')}`;
  }

  async #value(list: PeopleList, key: string): Promise<Uint8Array | undefined> {
    return (await this.#parts.facts(list)).find((one) => one.key === key)?.value;
  }

  #tagger(id: string): SubjectTags {
    const tagger = this.#taggers.get(id);
    if (tagger === undefined) throw keyIsMissing(id);
    return tagger;
  }

  #size(list: PeopleList): number {
    return this.#lists.get(list)?.size ?? 0;
  }

  #instant(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

/** The kind of fact that says who changed a list. */
export const CHANGES = 'change of a list of people';
const ONLY_PROTECTED: readonly PeopleList[] = ['protected'];

function keyIdOf(key: string): string {
  return key.slice(0, key.indexOf(' '));
}

function wordsOf(value: Uint8Array | undefined): FactWords {
  return JSON.parse(Buffer.from(value ?? []).toString());
}

/** Two spellings of one name are one person. */
function inOneSpelling(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function keyIsMissing(id: string): GatewayError {
  return new GatewayError(
    'internal-error',
    `people are protected by tags of the key \`${id}\`, and subject-tags.key does not hold it; put its line back`,
  );
}
