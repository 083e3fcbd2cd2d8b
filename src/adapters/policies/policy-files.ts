/** From the bytes of policy files to one policy set: organisations first, then datasets, then agreements. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { policySet } from '../../domain/policy-set.ts';
import { sha256Hex, sha256Stream } from '../../encoding/sha256.ts';
import type { Declared } from './agreement-file.ts';
import { readAgreement } from './agreement-file.ts';
import type { Filed } from './agreement-overlaps.ts';
import { checkTogether } from './agreement-overlaps.ts';
import type { DeclaredDataset } from './dataset-file.ts';
import { readDataset } from './dataset-file.ts';
import { checkClients, readOrganisation } from './organisation-file.ts';
import type { PolicyDocument } from './policy-document.ts';
import { readPolicyDocument } from './policy-document.ts';

export const POLICY_FOLDERS = ['organisations', 'datasets', 'agreements'] as const;
export type PolicyFolder = (typeof POLICY_FOLDERS)[number];

export interface PolicyFile {
  readonly folder: PolicyFolder;
  /** Name within its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface ReadFile extends PolicyFile {
  readonly document: PolicyDocument;
}

/** The policy set of these files, and every mistake in them; a set with mistakes must not be used. */
export function readPolicyFiles(files: readonly PolicyFile[]): {
  readonly policies: PolicySet;
  readonly mistakes: readonly PolicyMistake[];
} {
  const read = files.map((file) => ({
    ...file,
    document: documentOf(`${file.folder}/${file.name}`, file.bytes),
  }));
  const policies = readAllKinds(read);
  return { policies, mistakes: read.flatMap(({ document }) => document.mistakes) };
}

function documentOf(file: string, bytes: Uint8Array): PolicyDocument {
  const text = decoded(bytes);
  const document = readPolicyDocument(file, text ?? '');
  if (text !== undefined) return document;
  document.mistakes.length = 0;
  document.mistake([], 'the file is not UTF-8 text', 'save it as UTF-8');
  return document;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function readAllKinds(files: readonly ReadFile[]): PolicySet {
  const clients = new Map<string, string>();
  const organisations = readAll(files, 'organisations', 'organisation', (document) => {
    const organisation = readOrganisation(document);
    const isWhole = organisation !== undefined && document.mistakes.length === 0;
    if (isWhole) checkClients(document, organisation, clients);
    return organisation;
  });
  const datasets = readAll(files, 'datasets', 'dataset', (document) => readDataset(document, organisations));
  const agreements = readAgreements(files, organisations, datasets);
  return policySet(
    [...organisations.whole.values()],
    [...datasets.whole.values()].map(({ dataset }) => dataset),
    agreements,
    sha256OfFiles(files),
  );
}

/** Reads every file of one folder; a file with a mistake is known by its id but not whole. */
function readAll<Thing>(
  files: readonly ReadFile[],
  folder: PolicyFolder,
  key: string,
  read: (document: PolicyDocument) => Thing | undefined,
): Declared<Thing> {
  const known = new Set<string>();
  const whole = new Map<string, Thing>();
  for (const { document } of filesIn(files, folder)) {
    const id = idOf(document, key);
    if (id !== undefined && known.has(id)) {
      document.mistake([key], `another file describes \`${id}\` already`, 'keep one of the two files');
    }
    if (id !== undefined) known.add(id);
    const thing = read(document);
    if (thing !== undefined && id !== undefined && document.mistakes.length === 0) whole.set(id, thing);
  }
  return { known, whole };
}

function readAgreements(
  files: readonly ReadFile[],
  organisations: Declared<Organisation>,
  datasets: Declared<DeclaredDataset>,
): Agreement[] {
  const filed: Filed[] = [];
  for (const { document, bytes } of filesIn(files, 'agreements')) {
    const agreement = readAgreement(document, sha256Hex(bytes), organisations, datasets);
    if (agreement !== undefined) filed.push({ agreement, document });
  }
  checkTogether(filed);
  return filed.map(({ agreement }) => agreement);
}

function filesIn(files: readonly ReadFile[], folder: PolicyFolder): ReadFile[] {
  return files.filter((file) => file.folder === folder);
}

function idOf({ value }: PolicyDocument, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const id: unknown = Reflect.get(value, key);
  return typeof id === 'string' ? id : undefined;
}

/** Over each file's name, length and bytes, in the order of the names. */
function sha256OfFiles(files: readonly ReadFile[]): string {
  const stream = sha256Stream();
  for (const { document, bytes } of files) {
    stream.update(Buffer.from(`${document.file}\n${bytes.length}\n`));
    stream.update(bytes);
  }
  return stream.digest().toString('hex');
}
