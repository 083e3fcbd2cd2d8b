/** Checks a bundle of evidence offline (docs/formats/evidence.md): with the log's public key from elsewhere, and nothing else. */
import { isObject } from '../../domain/leaf-shape.ts';
import { fromBase64url } from '../../encoding/base64.ts';
import { sha256, sha256Base64url, sha256Hex } from '../../encoding/sha256.ts';
import type { ZippedFile } from '../../encoding/zip.ts';
import { type Checkpoint, parseCheckpoint } from '../../merkle/checkpoint.ts';
import { leafHash } from '../../merkle/hash.ts';
import { NoteError, openSignedNote, type VerifierKey } from '../../merkle/signed-note.ts';
import { openTlogProof } from '../../merkle/tlog-proof.ts';
import {
  EVIDENCE_FILES,
  type EvidenceManifest,
  type Opening,
  parseManifest,
} from '../proving/evidence-manifest.ts';
import { verifyReceipt } from '../proving/receipt.ts';
import { readLeaf } from './verify-leaf.ts';

export interface EvidenceKeys {
  /** The log's key for checkpoints, from elsewhere than the bundle. */
  readonly checkpoint: VerifierKey;
  /** Key of the log's receipts, where there are any to check. */
  readonly receipts: VerifierKey | undefined;
}

/** What a bundle shows; every list has a sentence each. */
export interface EvidenceVerdict {
  /** Empty where everything in the bundle holds. */
  readonly findings: readonly string[];
  readonly shown: readonly string[];
  readonly checkpoint: Checkpoint | undefined;
  readonly entries: number;
}

const NOT_A_BUNDLE =
  'this is no bundle of evidence of version 1: evidence.json is missing or has another form';

/**
 * Checks all of a bundle, and that nothing stands in it that is not checked.
 *
 * @param body bytes that somebody holds, to be compared with the commitments that were opened.
 */
export function verifyEvidence(
  files: readonly ZippedFile[],
  keys: EvidenceKeys,
  body?: Uint8Array,
): EvidenceVerdict {
  const byName = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const manifest = parseManifest(textOf(byName.get(EVIDENCE_FILES.manifest)));
  if (manifest === undefined)
    return { findings: [NOT_A_BUNDLE], shown: [], checkpoint: undefined, entries: 0 };
  return new EvidenceCheck(byName, manifest, keys, body).run();
}

class EvidenceCheck {
  readonly #files: ReadonlyMap<string, Uint8Array>;
  readonly #manifest: EvidenceManifest;
  readonly #keys: EvidenceKeys;
  readonly #body: Uint8Array | undefined;
  readonly #findings: string[] = [];
  readonly #shown: string[] = [];
  readonly #leaves = new Map<number, Readonly<Record<string, unknown>>>();
  /** Files that nothing has named yet. README.txt and keys.txt are words for people: nothing rests on them. */
  readonly #unnamed: Set<string>;
  #checkpoint: Checkpoint | undefined;

  constructor(
    files: ReadonlyMap<string, Uint8Array>,
    manifest: EvidenceManifest,
    keys: EvidenceKeys,
    body: Uint8Array | undefined,
  ) {
    this.#files = files;
    this.#manifest = manifest;
    this.#keys = keys;
    this.#body = body;
    this.#unnamed = new Set(files.keys());
    for (const name of [EVIDENCE_FILES.readme, EVIDENCE_FILES.keys, EVIDENCE_FILES.manifest])
      this.#unnamed.delete(name);
  }

  run(): EvidenceVerdict {
    const { entries, agreements, openings, log } = this.#manifest;
    if (log !== this.#keys.checkpoint.name)
      this.#findings.push('the bundle is about another log than that of the key');
    this.#openCheckpoint();
    for (const index of entries) this.#checkEntry(index);
    for (const { sha256: hash, files } of agreements) this.#checkAgreement(hash, files);
    this.#checkAgreementsNamed();
    for (const opening of openings) this.#checkOpening(opening);
    this.#checkBody();
    for (const name of this.#unnamed)
      this.#findings.push(`${name} belongs to nothing in the bundle: it proves nothing`);
    return {
      findings: this.#findings,
      shown: this.#findings.length === 0 ? this.#shown : [],
      checkpoint: this.#checkpoint,
      entries: this.#leaves.size,
    };
  }

  #take(name: string): Uint8Array | undefined {
    this.#unnamed.delete(name);
    const bytes = this.#files.get(name);
    if (bytes === undefined) this.#findings.push(`${name} is missing`);
    return bytes;
  }

  #openCheckpoint(): void {
    const note = this.#take(EVIDENCE_FILES.checkpoint);
    if (note === undefined) return;
    try {
      this.#checkpoint = parseCheckpoint(openSignedNote(textOf(note), [this.#keys.checkpoint]));
    } catch (error) {
      this.#findings.push(`${EVIDENCE_FILES.checkpoint} does not hold: ${reasonOf(error)}`);
    }
  }

  #checkEntry(index: number): void {
    const leaf = this.#take(EVIDENCE_FILES.leaf(index));
    const proof = this.#take(EVIDENCE_FILES.proof(index));
    if (leaf === undefined || proof === undefined) return;
    this.#checkLeaf(index, leaf);
    const hash = leafHash(leaf);
    try {
      const opened = openTlogProof(textOf(proof), hash, this.#keys.checkpoint);
      if (opened.index !== index)
        this.#findings.push(`the proof of entry ${index} is for entry ${opened.index}`);
      this.#compareCheckpoint(index, opened.checkpoint);
    } catch (error) {
      this.#findings.push(`the proof of entry ${index} does not hold: ${reasonOf(error)}`);
    }
    this.#checkReceipt(index, leaf);
  }

  #checkLeaf(index: number, leaf: Uint8Array): void {
    const read = readLeaf(leaf, '');
    if (typeof read === 'string') return void this.#findings.push(`entry ${index} ${read}`);
    if (read.log !== JSON.stringify(this.#keys.checkpoint.name))
      this.#findings.push(`entry ${index} is of another log`);
    const parsed: unknown = JSON.parse(textOf(leaf));
    if (isObject(parsed)) this.#leaves.set(index, parsed);
  }

  #compareCheckpoint(index: number, { size, root }: Checkpoint): void {
    const own = this.#checkpoint;
    if (own !== undefined && (size !== own.size || Buffer.compare(root, own.root) !== 0))
      this.#findings.push(
        `the proof of entry ${index} leads to another checkpoint than ${EVIDENCE_FILES.checkpoint}`,
      );
  }

  #checkReceipt(index: number, leaf: Uint8Array): void {
    const name = EVIDENCE_FILES.receipt(index);
    const receipt = this.#files.get(name);
    if (receipt === undefined) return;
    this.#unnamed.delete(name);
    if (this.#keys.receipts === undefined)
      return void this.#findings.push(
        `${name} cannot be checked: give the key of the log's receipts with --receipts-key`,
      );
    const verified = verifyReceipt(textOf(receipt).trim(), leaf, this.#keys.receipts);
    if (typeof verified === 'string') this.#findings.push(`${name} does not hold: ${verified}`);
    else if (verified.index !== index) this.#findings.push(`${name} is for entry ${verified.index}`);
    else this.#shown.push(`The gateway gave a receipt for entry ${index} with a batch of ${verified.at}.`);
  }

  #checkAgreement(hash: string, names: readonly string[]): void {
    const hashes = names.map((name) => {
      const bytes = this.#take(name);
      return bytes === undefined ? '' : sha256Hex(bytes);
    });
    if (agreementHash(hashes) !== hash)
      return void this.#findings.push(
        `the text of agreement ${hash} is not the one that was in force: ${names.join(', ')}`,
      );
    this.#shown.push(`${names.join(' and ')} is the agreement that the entries name, byte for byte.`);
  }

  #checkAgreementsNamed(): void {
    const named = new Set([...this.#leaves.values()].flatMap((leaf) => agreementNamed(leaf) ?? []));
    const there = new Set(this.#manifest.agreements.map(({ sha256: hash }) => hash));
    for (const hash of named)
      if (!there.has(hash)) this.#shown.push(`The text of agreement ${hash} is NOT in the bundle.`);
    for (const hash of there)
      if (!named.has(hash)) this.#findings.push(`no entry of the bundle names agreement ${hash}`);
  }

  #checkOpening({ entry, member, salt, value }: Opening): void {
    const commitment = commitmentOf(this.#leaves.get(entry), member);
    const saltBytes = fromBase64url(salt);
    if (commitment === undefined || saltBytes?.length !== 16)
      return void this.#findings.push(
        `what is opened of entry ${entry} (${member}) belongs to no commitment of it`,
      );
    if (value === undefined) return;
    if (sha256Base64url(Buffer.concat([saltBytes, Buffer.from(value)])) !== commitment)
      return void this.#findings.push(
        `what is opened of entry ${entry} (${member}) is not what was committed to`,
      );
    this.#shown.push(`Entry ${entry} committed to this ${member}: ${printable(value)}`);
  }

  #checkBody(): void {
    if (this.#body === undefined) return;
    const hash = sha256(this.#body);
    const matching = this.#manifest.openings.filter(({ entry, member, salt }) => {
      const commitment = commitmentOf(this.#leaves.get(entry), member);
      return (
        member === 'body' &&
        commitment === sha256Base64url(Buffer.concat([fromBase64url(salt) ?? Buffer.alloc(0), hash]))
      );
    });
    if (matching.length === 0) this.#findings.push('no entry of the bundle commits to the body given');
    for (const { entry } of matching)
      this.#shown.push(`The body given is the one that entry ${entry} recorded, byte for byte.`);
  }
}

/** One file: its own hash. Two, a protocol's and an agreement's under it: the hash of both (docs/formats/protocol.md). */
export function agreementHash(hashes: readonly string[]): string | undefined {
  const [first, second] = hashes;
  if (hashes.length === 1) return first;
  return hashes.length === 2 ? sha256Hex(`sharing-protocol/1\n${first}\n${second}\n`) : undefined;
}

function agreementNamed(leaf: Readonly<Record<string, unknown>>): string | undefined {
  const agreement = leaf['agreement'];
  const hash = isObject(agreement) ? agreement['sha256'] : undefined;
  return typeof hash === 'string' ? hash : undefined;
}

/** The commitment of a leaf that an opening is about, in base64url. */
function commitmentOf(
  leaf: Readonly<Record<string, unknown>> | undefined,
  member: Opening['member'],
): string | undefined {
  const inner: unknown = {
    body: leaf?.['body'],
    case: leaf?.['case'],
    person: pick(leaf?.['person'], 'c'),
    token: pick(leaf?.['auth'], 'token'),
  }[member];
  return typeof inner === 'string' ? inner : undefined;
}

function pick(value: unknown, member: string): unknown {
  return isObject(value) ? value[member] : undefined;
}

/** What was committed to came from outside: it must not steer the reader's terminal. */
function printable(value: string): string {
  return JSON.stringify(value).replaceAll(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}

function reasonOf(error: unknown): string {
  if (error instanceof NoteError) return error.message;
  throw error;
}
