/** A bundle of evidence about some exchanges (docs/formats/evidence.md): everything a third party needs to check them alone. */
import { isObject } from '../../domain/leaf-shape.ts';
import type { ZippedFile } from '../../encoding/zip.ts';
import { formatVerifierKey, type VerifierKey } from '../../merkle/signed-note.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import {
  EVIDENCE_FILES,
  EVIDENCE_FORMAT,
  type EvidencedAgreement,
  formatManifest,
  type Openable,
} from './evidence-manifest.ts';
import { type OpenRow, openingsOf } from './evidence-openings.ts';
import { evidenceReadme } from './evidence-readme.ts';
import { maySee, type Sees } from './party-entries.ts';
import { newestCheckpoint, proofOfEntry, type SignedCheckpoint } from './proofs.ts';

export interface EvidenceParts {
  readonly reader: LogReader;
  readonly sees: Sees;
  readonly keys: { readonly checkpoint: VerifierKey; readonly receipts: VerifierKey };
  readonly openRow: OpenRow;
  /** The files that an agreement's hash is made of, from the policy set that was in force; undefined where they are lost. */
  readonly agreementFiles: (
    policies: string,
    sha256: string,
  ) => Promise<readonly AgreementFile[] | undefined>;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** A policy file and the SHA-256 of its bytes in lower-case hexadecimal. */
export interface AgreementFile {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface Evidence {
  readonly files: readonly ZippedFile[];
  /** How many entries it holds. */
  readonly entries: number;
}

export const MOST_EXCHANGES = 1000;
/** A bundle is made in memory: entries have at most 32 KiB each, and most have one. */
const MOST_ENTRIES = 20_000;

/**
 * Puts the bundle together.
 *
 * @param open which commitments to open, where the reader may.
 * @returns the files, or in one sentence why there is no such bundle.
 */
export async function evidenceOf(
  exchanges: readonly string[],
  open: readonly Openable[],
  parts: EvidenceParts,
): Promise<Evidence | { readonly wrong: string }> {
  const { reader, keys, now } = parts;
  if (exchanges.length === 0 || exchanges.length > MOST_EXCHANGES)
    return { wrong: `name from 1 to ${MOST_EXCHANGES} exchanges` };
  const entries: StoredEntry[] = [];
  for (const exchange of new Set(exchanges)) {
    const found = await entriesSeen(exchange, parts);
    // Whether somebody else's exchange is in the log is nobody's business.
    if (found.length === 0) return { wrong: `no exchange ${exchange} is in the log that you may read` };
    entries.push(...found);
    if (entries.length > MOST_ENTRIES)
      return { wrong: `these exchanges have more than ${MOST_ENTRIES} entries: name fewer of them` };
  }
  entries.sort((one, other) => one.index - other.index);
  const signed = await newestCheckpoint(reader);
  if (signed === undefined || (entries.at(-1)?.index ?? 0) >= signed.checkpoint.size)
    return { wrong: 'the newest of these entries are not signed yet; ask again in a few seconds' };
  const agreements = await agreementsOf(entries, parts);
  const openings = await openingsOf(entries, open, parts);
  const made = new Date(now()).toISOString();
  const manifest = {
    format: EVIDENCE_FORMAT,
    log: keys.checkpoint.name,
    made,
    entries: entries.map(({ index }) => index),
    agreements: agreements.kept,
    openings,
  } as const;
  const readme = evidenceReadme({
    ...{ log: keys.checkpoint.name, made, entries: entries.length, size: signed.checkpoint.size },
    ...{ exchanges: [...new Set(exchanges)], missingAgreements: agreements.missing },
  });
  const files = [
    file(EVIDENCE_FILES.readme, readme),
    file(EVIDENCE_FILES.manifest, formatManifest(manifest)),
    file(EVIDENCE_FILES.checkpoint, signed.note),
    file(EVIDENCE_FILES.keys, `${formatVerifierKey(keys.checkpoint)}\n${formatVerifierKey(keys.receipts)}\n`),
    ...(await filesOfEntries(entries, signed, reader)),
    ...agreements.files,
  ];
  return { files, entries: entries.length };
}

/** Openings of an exchange stand in the row of its first entry, so all of an exchange goes in or nothing. */
async function entriesSeen(exchange: string, { reader, sees }: EvidenceParts): Promise<StoredEntry[]> {
  const seen: StoredEntry[] = [];
  for (const entry of await reader.entriesOfExchange(exchange)) {
    if (await maySee(reader, entry, sees)) seen.push(entry);
  }
  return seen;
}

async function filesOfEntries(
  entries: readonly StoredEntry[],
  signed: SignedCheckpoint,
  reader: LogReader,
): Promise<ZippedFile[]> {
  const files: ZippedFile[] = [];
  for (const { index, leaf } of entries) {
    files.push({ name: EVIDENCE_FILES.leaf(index), bytes: leaf });
    files.push(file(EVIDENCE_FILES.proof(index), (await proofOfEntry(reader, index, signed)) ?? ''));
  }
  return files;
}

interface Agreements {
  readonly kept: readonly EvidencedAgreement[];
  readonly missing: readonly string[];
  readonly files: readonly ZippedFile[];
}

async function agreementsOf(entries: readonly StoredEntry[], parts: EvidenceParts): Promise<Agreements> {
  const kept = new Map<string, EvidencedAgreement>();
  const missing = new Set<string>();
  const files = new Map<string, ZippedFile>();
  for (const { leaf } of entries) {
    const named = agreementOf(leaf);
    if (named === undefined || kept.has(named.sha256)) continue;
    const found = await parts.agreementFiles(named.policies, named.sha256);
    if (found === undefined) {
      missing.add(named.sha256);
      continue;
    }
    const list = found.map(({ sha256, bytes }) => ({ name: EVIDENCE_FILES.agreement(sha256), bytes }));
    for (const one of list) files.set(one.name, one);
    kept.set(named.sha256, { sha256: named.sha256, files: list.map(({ name }) => name) });
  }
  return { kept: [...kept.values()], missing: [...missing], files: [...files.values()] };
}

/** The agreement that a leaf names, and the policy set that it was in force in. */
function agreementOf(leaf: Uint8Array): { sha256: string; policies: string } | undefined {
  const said: unknown = JSON.parse(Buffer.from(leaf).toString());
  if (!isObject(said) || !isObject(said['agreement'])) return undefined;
  const sha256 = said['agreement']['sha256'];
  const policies = said['policies'];
  return typeof sha256 === 'string' && typeof policies === 'string' ? { sha256, policies } : undefined;
}

function file(name: string, text: string): ZippedFile {
  return { name, bytes: Buffer.from(text) };
}
