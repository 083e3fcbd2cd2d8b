/** Seals one entry: commitments for its leaf, salts, tags and cipher text for its sealed row (docs/formats/sealed-row.md). */
import type { EntryKind, SealedFacts, SubjectIdentifier } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { sha256Base64url } from '../../encoding/sha256.ts';
import type { LeafCommitments, SubjectsRoot } from '../writing/leaf-text.ts';
import { SALT_BYTES, Salts } from './salts.ts';
import { ITEM, ITEM_HEAD_BYTES, SEALED_ROW_VERSION } from './sealed-row.ts';
import { boundTo, SEALED_TEXT_OVERHEAD, screenedWords, TextSealer } from './sealed-text.ts';
import type { SealingKeys } from './sealing-keys.ts';
import {
  commitmentAt,
  MOST_SUBJECTS,
  NAME_ROWS,
  SealingLanes,
  SUBJECT_ITEM_BYTES,
  tagAt,
} from './sealing-lanes.ts';
import { SubjectTags, TAG_BYTES } from './subject-tags.ts';

const LONGEST_ITEM = 0xffff;
const SALTED_TAG_BYTES = SALT_BYTES + TAG_BYTES;
const COMMITMENT_BYTES = 32;
const NOBODY: readonly SubjectIdentifier[] = [];

/** Rows of the names in the lanes, in the order of their items. */
const TOKEN_ROW = 0;
const PERSON_ROW = 1;
const CASE_ROW = 2;

/** As much of an entry as its seal is made from; a draft of an exchange is one. */
export interface EntryToSeal {
  readonly kind: EntryKind;
  readonly facts: {
    /** The exchange, or the id of a note. */
    readonly exchange: string;
    readonly consumer?: string | undefined;
    readonly auth?: { readonly issuer: string } | undefined;
  };
  readonly result: { readonly part?: number };
  readonly sealed: SealedFacts;
  readonly limits?: readonly unknown[];
}

/**
 * Seals entries one after the other; `row`, `rowBytes` and `commitments` hold the newest until the next call.
 *
 * INVARIANT: identifiers leave this class only as tags, commitments or cipher text.
 */
export class Sealer {
  readonly commitments: LeafCommitments = {
    person: undefined,
    token: undefined,
    caseReference: undefined,
    body: undefined,
    asked: undefined,
    subjects: undefined,
  };
  /** The sealed row; only its first `rowBytes` count, 0 for an entry that seals nothing. */
  row = Buffer.alloc(4096);
  rowBytes = 0;

  readonly #tags: SubjectTags;
  readonly #lanes: SealingLanes;
  readonly #salts = new Salts();
  readonly #texts: TextSealer;
  readonly #sealingKeyId: string;
  readonly #headBytes: number;
  /** Where the salts of the names and the body stand in the row. */
  readonly #saltsAt = { token: 0, person: 0, case: 0, body: 0 };
  #salted = Buffer.alloc(1024);

  constructor(keys: SealingKeys) {
    this.#tags = new SubjectTags(keys.subjectTags.bytes);
    this.#lanes = new SealingLanes(this.#tags);
    this.#texts = new TextSealer(keys.sealing, this.#salts);
    this.#sealingKeyId = keyId(keys.sealing.id);
    const tagKeyId = keyId(keys.subjectTags.id);
    this.row[0] = SEALED_ROW_VERSION;
    this.row[1] = tagKeyId.length;
    this.#headBytes = 2 + this.row.write(tagKeyId, 2, 'latin1');
  }

  /** Seals one entry; returns the salt of the body's commitment (base64url), where there is one. */
  seal(draft: EntryToSeal): string | undefined {
    const { sealed } = draft;
    const made = this.commitments;
    const { named, bodySha256, asked = NOBODY, subjects = NOBODY } = sealed;
    this.rowBytes = this.#headBytes;
    this.#lanes.begin();
    made.token = named?.token;
    made.person = named?.person;
    made.caseReference = named?.caseReference;
    made.body = undefined;
    if (named === undefined) this.#nameItems(draft);
    if (bodySha256 !== undefined) this.#saltsAt.body = this.#salt(ITEM.body, SALT_BYTES);
    // One pass does names, body and the first list: what they need is hashed in the same lanes.
    const passes = named === undefined || asked.length > 0;
    made.asked = passes ? this.#list(ITEM.asked, asked, draft, named === undefined, true) : undefined;
    made.subjects = this.#list(ITEM.found, subjects, draft, false, !passes);
    this.#heldBackItems(sealed.screened?.people);
    if (named === undefined || sealed.screened !== undefined) this.#text(draft, sealed);
    // Where a limit is reached the writer puts the salt of the answer into the row.
    if (this.rowBytes === this.#headBytes && !draft.limits?.length) this.rowBytes = 0;
    const { body } = this.#saltsAt;
    return bodySha256 === undefined ? undefined : this.row.toString('base64url', body, body + SALT_BYTES);
  }

  /** Begins the items of the names with their salts; the acting person's tag is mostly remembered. */
  #nameItems({ sealed, facts }: EntryToSeal): void {
    const { token, person, caseReference } = sealed;
    const at = this.#saltsAt;
    if (token !== undefined) at.token = this.#salt(ITEM.token, SALT_BYTES);
    if (person !== undefined) {
      at.person = this.#salt(ITEM.person, SALTED_TAG_BYTES);
      this.row.set(this.personTag(facts.auth?.issuer, person), at.person + SALT_BYTES);
    }
    if (caseReference === undefined) return;
    at.case = this.#salt(ITEM.caseReference, SALTED_TAG_BYTES);
    this.#lanes.tagMessage(CASE_ROW, `case reference ${facts.consumer ?? ''}`, caseReference);
  }

  /** The tag of an acting person: an issuer's identifiers are unique within that issuer only. */
  personTag(issuer: string | undefined, person: string): Buffer {
    return this.#tags.of(`acting person ${issuer ?? ''}`, person);
  }

  /** The tags of people as base64url, each once: what a limit counts them by. */
  subjectTags(people: readonly SubjectIdentifier[]): readonly string[] {
    return [
      ...new Set(people.map(({ namespace, id }) => this.#tags.of(namespace, id).toString('base64url'))),
    ];
  }

  /** Seals a list of subjects and, in the same pass, names and body; returns the root over the list. */
  #list(
    type: number,
    subjects: readonly SubjectIdentifier[],
    { sealed }: EntryToSeal,
    withNames: boolean,
    withBody: boolean,
  ): SubjectsRoot | undefined {
    const names = withNames ? sealed : undefined;
    const body = withBody ? sealed.bodySha256 : undefined;
    this.#pass(type, subjects, 0, names, body);
    if (subjects.length === 0) return undefined;
    for (let from = MOST_SUBJECTS; from < subjects.length; from += MOST_SUBJECTS)
      this.#pass(type, subjects, from, undefined, undefined);
    return { count: subjects.length, root: this.#lanes.root() };
  }

  #pass(
    type: number,
    subjects: readonly SubjectIdentifier[],
    from: number,
    names: SealedFacts | undefined,
    body: Uint8Array | undefined,
  ): void {
    const lanes = this.#lanes;
    const count = Math.min(MOST_SUBJECTS, subjects.length - from);
    const end = NAME_ROWS + count;
    for (let nth = 0; nth < count; nth += 1) {
      const subject = subjects[from + nth];
      if (subject !== undefined) lanes.tagMessage(NAME_ROWS + nth, subject.namespace, subject.id);
    }
    lanes.makeTags(names?.caseReference === undefined ? NAME_ROWS : CASE_ROW, end);
    if (count > 0) this.#subjectItems(type, count);
    const first = names === undefined ? NAME_ROWS : this.#nameMessages(names);
    if (body !== undefined) this.commitments.body = this.#commit(end, this.#saltsAt.body, body);
    lanes.makeCommitments(first, body === undefined ? end : end + 1);
    if (names !== undefined) this.#nameCommitments(names);
    if (body !== undefined) this.commitments.body ??= this.#commitment(end);
    if (count > 0) lanes.addToTree(count);
  }

  #subjectItems(type: number, count: number): void {
    const start = this.rowBytes;
    this.rowBytes += count * SUBJECT_ITEM_BYTES;
    this.#reserve(this.rowBytes);
    this.#lanes.saltAndCopy(this.#salts, count, type, this.row, start);
  }

  /** People whose records left no trace are found by their tags alone; each stands once. */
  #heldBackItems(people: readonly SubjectIdentifier[] = NOBODY): void {
    const tags = people.map(({ namespace, id }) => this.#tags.of(namespace, id));
    for (const tag of new Map(tags.map((one) => [one.toString('latin1'), one])).values()) {
      const at = this.#item(ITEM.heldBack, TAG_BYTES);
      this.row.set(tag, at);
      this.rowBytes = at + TAG_BYTES;
    }
  }

  /** Writes what the names' commitments are made over, and the tag of the case; returns the first row that is used. */
  #nameMessages({ token, person, caseReference }: SealedFacts): number {
    const made = this.commitments;
    const at = this.#saltsAt;
    if (caseReference !== undefined) {
      const tag = tagAt(CASE_ROW);
      this.#lanes.bytes.copy(this.row, at.case + SALT_BYTES, tag, tag + TAG_BYTES);
      made.caseReference = this.#commit(CASE_ROW, at.case, caseReference);
    }
    if (person !== undefined) made.person = this.#commit(PERSON_ROW, at.person, person);
    if (token !== undefined) made.token = this.#commit(TOKEN_ROW, at.token, token);
    if (token !== undefined) return TOKEN_ROW;
    if (person !== undefined) return PERSON_ROW;
    return caseReference === undefined ? NAME_ROWS : CASE_ROW;
  }

  #nameCommitments({ token, person, caseReference }: SealedFacts): void {
    const made = this.commitments;
    if (token !== undefined) made.token ??= this.#commitment(TOKEN_ROW);
    if (person !== undefined) made.person ??= this.#commitment(PERSON_ROW);
    if (caseReference !== undefined) made.caseReference ??= this.#commitment(CASE_ROW);
  }

  /** Leaves salt and content to be hashed in a row of the lanes; returns the commitment itself where they are too long. */
  #commit(row: number, saltAt: number, content: string | Uint8Array): string | undefined {
    const most = SALT_BYTES + 3 * content.length;
    if (most > this.#salted.length) this.#salted = Buffer.alloc(2 * most);
    const salted = this.#salted;
    for (let nth = 0; nth < SALT_BYTES; nth += 1) salted[nth] = this.row[saltAt + nth] ?? 0;
    let length = SALT_BYTES;
    if (typeof content === 'string') length += salted.write(content, SALT_BYTES);
    else {
      salted.set(content, SALT_BYTES);
      length += content.length;
    }
    if (this.#lanes.commitmentMessage(row, salted, length)) return undefined;
    return sha256Base64url(salted.subarray(0, length));
  }

  #commitment(row: number): string {
    const at = commitmentAt(row);
    return this.#lanes.bytes.toString('base64url', at, at + COMMITMENT_BYTES);
  }

  #text({ kind, facts, result }: EntryToSeal, sealed: SealedFacts): void {
    const { callerReference, caseReference, consentReference: consent, person, token, words: own } = sealed;
    const screened = screenedWords(sealed.screened);
    if ((callerReference ?? caseReference ?? consent ?? person ?? token ?? screened ?? own) === undefined)
      return;
    const names = {
      caller_reference: callerReference,
      case: caseReference,
      consent,
      person,
      token,
      words: own,
    };
    const words = JSON.stringify(screened === undefined ? names : { ...names, screened });
    const id = this.#sealingKeyId;
    const most = 1 + id.length + SEALED_TEXT_OVERHEAD + 3 * words.length;
    const at = this.#item(ITEM.text, most);
    this.row[at] = id.length;
    const textAt = at + 1 + this.row.write(id, at + 1, 'latin1');
    const end =
      textAt + this.#texts.seal(words, boundTo(facts.exchange, kind, result.part), this.row, textAt);
    if (end - at > LONGEST_ITEM)
      throw new GatewayError('internal-error', 'the sealed text of an entry is too long');
    this.#setLength(at, end - at);
    this.rowBytes = end;
  }

  /** Begins an item with a fresh salt; returns where its content goes. */
  #salt(type: number, bytes: number): number {
    const at = this.#item(type, bytes);
    this.#salts.take(this.row, at);
    this.rowBytes = at + bytes;
    return at;
  }

  /** Room for one item; returns where its content goes. */
  #item(type: number, bytes: number): number {
    const start = this.rowBytes;
    this.#reserve(start + ITEM_HEAD_BYTES + bytes);
    this.row[start] = type;
    this.#setLength(start + ITEM_HEAD_BYTES, bytes);
    return start + ITEM_HEAD_BYTES;
  }

  #reserve(end: number): void {
    if (end > this.row.length) this.row = Buffer.concat([this.row], 2 * end);
  }

  #setLength(contentAt: number, bytes: number): void {
    this.row[contentAt - 2] = bytes >> 8;
    this.row[contentAt - 1] = bytes & 0xff;
  }
}

function keyId(id: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(id)) throw new RangeError('a key id has 1 to 64 visible ASCII characters');
  return id;
}
