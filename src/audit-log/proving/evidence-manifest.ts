/** `evidence.json`: what a bundle of evidence holds (docs/formats/evidence.md), written and read strictly. */
import { isObject } from '../../domain/leaf-shape.ts';
import { canonicalJson, type Json } from '../../encoding/canonical-json.ts';

/** Members of a leaf whose commitments can be opened. */
export const OPENABLE = ['body', 'case', 'person', 'token'] as const;
export type Openable = (typeof OPENABLE)[number];

/** What a commitment was made of: SHA-256(salt ‖ value). */
export interface Opening {
  /** Index of the entry whose leaf holds the commitment. */
  readonly entry: number;
  readonly member: Openable;
  /** 16 bytes in base64url. */
  readonly salt: string;
  /** In the clear; of a body nothing stands here: whoever holds it compares it. */
  readonly value?: string;
}

/** The files that an agreement's `sha256` is made of: the agreement, with a protocol's before it where it is under one. */
export interface EvidencedAgreement {
  /** As leaves spell it: lower-case hexadecimal. */
  readonly sha256: string;
  readonly files: readonly string[];
}

export interface EvidenceManifest {
  readonly format: typeof EVIDENCE_FORMAT;
  /** The log's origin. */
  readonly log: string;
  /** ISO 8601 in UTC. */
  readonly made: string;
  /** Indexes of the entries, ascending. */
  readonly entries: readonly number[];
  readonly agreements: readonly EvidencedAgreement[];
  readonly openings: readonly Opening[];
}

export const EVIDENCE_FORMAT = 'sharing-gateway/evidence/v1';

/** Where the parts of a bundle stand. */
export const EVIDENCE_FILES = {
  readme: 'README.txt',
  manifest: 'evidence.json',
  checkpoint: 'checkpoint.txt',
  keys: 'keys.txt',
  leaf: (index: number) => `entries/${index}.json`,
  proof: (index: number) => `proofs/${index}.tlog-proof`,
  receipt: (index: number) => `receipts/${index}.txt`,
  agreement: (sha256: string) => `agreements/${sha256}.yaml`,
} as const;

/** The manifest as a file. */
export function formatManifest({ agreements, openings, ...rest }: EvidenceManifest): string {
  const json: Json = {
    ...rest,
    agreements: agreements.map(({ sha256, files }) => ({ sha256, files })),
    openings: openings.map(({ value, ...opening }) => ({
      ...opening,
      ...(value === undefined ? {} : { value }),
    })),
  };
  return `${canonicalJson(json)}\n`;
}

/** Reads a manifest; undefined where it is not one of this version, member by member. */
export function parseManifest(text: string): EvidenceManifest | undefined {
  const parsed = parseJson(text);
  if (!isObject(parsed) || Object.keys(parsed).length !== 6) return undefined;
  const { format, log, made, entries, agreements, openings } = parsed;
  if (format !== EVIDENCE_FORMAT || typeof log !== 'string' || typeof made !== 'string') return undefined;
  if (!listOf(entries, isIndex) || !listOf(agreements, isAgreement) || !listOf(openings, isOpening))
    return undefined;
  return { format, log, made, entries, agreements, openings };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listOf<Item>(list: unknown, is: (item: unknown) => item is Item): list is readonly Item[] {
  return Array.isArray(list) && list.every((item) => is(item));
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isAgreement(value: unknown): value is EvidencedAgreement {
  if (!isObject(value)) return false;
  return Object.keys(value).length === 2 && isText(value['sha256']) && listOf(value['files'], isText);
}

function isOpening(value: unknown): value is Opening {
  if (!isObject(value)) return false;
  const { entry, member, salt, value: opened } = value;
  const members = opened === undefined ? 3 : 4;
  const known = OPENABLE.some((one) => one === member);
  return (
    Object.keys(value).length === members &&
    known &&
    isIndex(entry) &&
    isText(salt) &&
    (members === 3 || isText(opened))
  );
}
