/** Seals one entry: commitments for its leaf, salts, tags and cipher text for its sealed row (docs/formats/sealed-row.md). */
import type { EntryDraft, SealedFacts, SubjectIdentifier } from '../domain/audit-entry.ts';
import { GatewayError } from '../domain/gateway-error.ts';
import { sha256Base64url, sha256Into } from '../encoding/sha256.ts';
import { nodeHash } from '../merkle/hash.ts';
import type { LeafCommitments, SubjectsRoot } from './leaf-text.ts';
import { SALT_BYTES, Salts } from './salts.ts';
import { ITEM, ITEM_HEAD_BYTES, SEALED_ROW_VERSION } from './sealed-row.ts';
import { boundTo, SEALED_TEXT_OVERHEAD, TextSealer } from './sealed-text.ts';
import type { SealingKeys } from './sealing-keys.ts';
import { SubjectTags, TAG_BYTES } from './subject-tags.ts';

const LONGEST_ITEM = 0xffff;
const SALTED_TAG_BYTES = SALT_BYTES + TAG_BYTES;

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
  readonly #salts = new Salts();
  readonly #texts: TextSealer;
  readonly #sealingKeyId: string;
  readonly #headBytes: number;
  #salted = Buffer.alloc(1024);

  constructor(keys: SealingKeys) {
    this.#tags = new SubjectTags(keys.subjectTags.bytes);
    this.#texts = new TextSealer(keys.sealing, this.#salts);
    this.#sealingKeyId = keyId(keys.sealing.id);
    const tagKeyId = keyId(keys.subjectTags.id);
    this.row[0] = SEALED_ROW_VERSION;
    this.row[1] = tagKeyId.length;
    this.#headBytes = 2 + this.row.write(tagKeyId, 2, 'latin1');
  }

  /** Seals one entry; returns the salt of the body's commitment (base64url), where there is one. */
  seal(draft: EntryDraft): string | undefined {
    const { sealed } = draft;
    const made = this.commitments;
    this.rowBytes = this.#headBytes;
    if (sealed.named === undefined) this.#names(draft);
    else Object.assign(made, sealed.named);
    const bodySalt = sealed.bodySha256 === undefined ? undefined : this.#body(sealed.bodySha256);
    if (bodySalt === undefined) made.body = undefined;
    made.asked = this.#subjects(ITEM.asked, sealed.asked);
    made.subjects = this.#subjects(ITEM.found, sealed.subjects);
    if (sealed.named === undefined) this.#text(draft, sealed);
    if (this.rowBytes === this.#headBytes) this.rowBytes = 0;
    return bodySalt;
  }

  #names({ sealed, facts }: EntryDraft): void {
    const made = this.commitments;
    const { token, person, caseReference } = sealed;
    made.token = token === undefined ? undefined : this.#saltedText(ITEM.token, token);
    made.person = person === undefined ? undefined : this.#saltedText(ITEM.person, person);
    if (person !== undefined) this.#addTag(this.personTag(facts.auth?.issuer, person));
    made.caseReference =
      caseReference === undefined ? undefined : this.#saltedText(ITEM.caseReference, caseReference);
    if (caseReference !== undefined) {
      this.#addTag(this.#tags.of(`case reference ${facts.consumer ?? ''}`, caseReference));
    }
  }

  /** The tag of an acting person: an issuer's identifiers are unique within that issuer only. */
  personTag(issuer: string | undefined, person: string): Buffer {
    return this.#tags.of(`acting person ${issuer ?? ''}`, person);
  }

  /** Begins an item with a fresh salt; returns the commitment to salt and text. */
  #saltedText(type: number, text: string): string {
    const most = SALT_BYTES + 3 * text.length;
    if (most > this.#salted.length) this.#salted = Buffer.alloc(2 * most);
    const at = this.#item(type, type === ITEM.token ? SALT_BYTES : SALTED_TAG_BYTES);
    this.#salts.take(this.row, at);
    this.row.copy(this.#salted, 0, at, at + SALT_BYTES);
    const length = SALT_BYTES + this.#salted.write(text, SALT_BYTES);
    const commitment = sha256Base64url(this.#salted.subarray(0, length));
    this.rowBytes = at + SALT_BYTES;
    return commitment;
  }

  #addTag(tag: Buffer): void {
    this.row.set(tag, this.rowBytes);
    this.rowBytes += TAG_BYTES;
  }

  #body(digest: Uint8Array): string {
    const at = this.#item(ITEM.body, SALT_BYTES);
    this.#salts.take(this.row, at);
    this.row.copy(this.#salted, 0, at, at + SALT_BYTES);
    this.#salted.set(digest, SALT_BYTES);
    this.rowBytes = at + SALT_BYTES;
    this.commitments.body = sha256Base64url(this.#salted.subarray(0, SALT_BYTES + digest.length));
    return this.row.toString('base64url', at, at + SALT_BYTES);
  }

  #subjects(type: number, subjects: readonly SubjectIdentifier[] | undefined): SubjectsRoot | undefined {
    if (subjects === undefined || subjects.length === 0) return undefined;
    const hashes: Buffer[] = [];
    for (const { namespace, id } of subjects) hashes.push(this.#subject(type, namespace, id));
    return { count: subjects.length, root: treeRoot(hashes).toString('base64') };
  }

  /** Writes salt and tag of one subject; returns the leaf hash (RFC 6962) of its commitment. */
  #subject(type: number, namespace: string, id: string): Buffer {
    const at = this.#item(type, SALTED_TAG_BYTES);
    this.#salts.take(this.row, at);
    this.row.set(this.#tags.of(namespace, id), at + SALT_BYTES);
    this.rowBytes = at + SALTED_TAG_BYTES;
    sha256Into(COMMITMENT_LEAF, 1, this.row.subarray(at, this.rowBytes));
    const hash = Buffer.allocUnsafe(32);
    sha256Into(hash, 0, COMMITMENT_LEAF);
    return hash;
  }

  #text({ kind, facts, result }: EntryDraft, sealed: SealedFacts): void {
    const { callerReference, caseReference, person, token } = sealed;
    if ((callerReference ?? caseReference ?? person ?? token) === undefined) return;
    const words = JSON.stringify({ caller_reference: callerReference, case: caseReference, person, token });
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

  /** Room for one item; returns where its content goes. */
  #item(type: number, bytes: number): number {
    const start = this.rowBytes;
    const end = start + ITEM_HEAD_BYTES + bytes;
    if (end > this.row.length) this.row = Buffer.concat([this.row], 2 * end);
    this.row[start] = type;
    this.#setLength(start + ITEM_HEAD_BYTES, bytes);
    return start + ITEM_HEAD_BYTES;
  }

  #setLength(contentAt: number, bytes: number): void {
    this.row[contentAt - 2] = bytes >> 8;
    this.row[contentAt - 1] = bytes & 0xff;
  }
}

/** A commitment with the prefix of a leaf before it; scratch space that no call leaves anything in for another. */
const COMMITMENT_LEAF = Buffer.alloc(33);

/** The RFC 6962 root, folding the list in place: an odd last node moves up as it is. */
function treeRoot(hashes: Buffer[]): Buffer {
  let count = hashes.length;
  while (count > 1) {
    let kept = 0;
    for (let at = 0; at < count; at += 2) {
      const left = hashes[at];
      const right = at + 1 < count ? hashes[at + 1] : undefined;
      if (left !== undefined) hashes[kept] = right === undefined ? left : nodeHash(left, right);
      kept += 1;
    }
    count = kept;
  }
  return hashes[0] ?? Buffer.alloc(0);
}

function keyId(id: string): string {
  if (!/^[\x21-\x7e]{1,64}$/.test(id)) throw new RangeError('a key id has 1 to 64 visible ASCII characters');
  return id;
}
