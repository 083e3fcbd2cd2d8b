/** From the bytes of policy files to one policy set: organisations first, then datasets, protocols and agreements. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { policySet } from '../../domain/policy-set.ts';
import { sha256Stream } from '../../encoding/sha256.ts';
import type { Declared } from './agreement-file.ts';
import type { AgreementFileRead, Surroundings } from './agreement-files.ts';
import { AgreementFiles } from './agreement-files.ts';
import type { Filed } from './agreement-overlaps.ts';
import { checkTogether } from './agreement-overlaps.ts';
import { NO_SIGNATURES, type Signatures, signatureStanding } from './agreement-signatures.ts';
import { readDataset } from './dataset-file.ts';
import { checkClients, readOrganisation } from './organisation-file.ts';
import type { KnownValues, PolicyDocument } from './policy-document.ts';
import { readPolicyDocument } from './policy-document.ts';
import { readProtocols } from './protocol-file.ts';

export const POLICY_FOLDERS = ['organisations', 'datasets', 'protocols', 'agreements'] as const;
/** Beside the files of people: signatures, and what the gateway's own configuration adds to the set. */
export type PolicyFolder = (typeof POLICY_FOLDERS)[number] | 'signatures' | 'gateway';

export interface PolicyFile {
  readonly folder: PolicyFolder;
  /** Name within its folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface ReadFile extends PolicyFile {
  readonly document: PolicyDocument;
}

/**
 * The policy set of these files, and every mistake in them; a set with mistakes must not be used.
 *
 * @param agreements what it remembers is not read again.
 */
export function readPolicyFiles(
  files: readonly PolicyFile[],
  signatures: Signatures = NO_SIGNATURES,
  agreements = new AgreementFiles(),
): {
  readonly policies: PolicySet;
  readonly mistakes: readonly PolicyMistake[];
} {
  const around = readAround(files, agreements.around);
  const read = filesIn(files, 'agreements').map(({ name, bytes }) =>
    agreements.read(name, bytes, around.surroundings),
  );
  agreements.keepOnly(filesIn(files, 'agreements'), around.surroundings);
  const inForce = readTogether(read, around.surroundings, signatures);
  const documents = [...around.documents, ...read.map(({ document }) => document)];
  const { organisations, datasets } = around.surroundings;
  const policies = policySet(
    [...organisations.whole.values()],
    [...datasets.whole.values()].map(({ dataset }) => dataset),
    inForce,
    sha256OfFiles(files),
    eachOnce(documents.flatMap(({ advice }) => advice)),
  );
  return { policies, mistakes: documents.flatMap(({ mistakes }) => mistakes) };
}

/** What agreements are checked against, and the documents with what is wrong in them. */
export function readAround(
  files: readonly PolicyFile[],
  known: KnownValues = new Map(),
): {
  readonly surroundings: Surroundings;
  readonly documents: readonly PolicyDocument[];
} {
  const around = (['organisations', 'datasets', 'protocols'] as const).flatMap((folder) =>
    filesIn(files, folder),
  );
  const read = around.map((file) => ({
    ...file,
    document: readPolicyDocument(`${file.folder}/${file.name}`, file.bytes, known),
  }));
  const clients = new Map<string, Organisation[]>();
  const organisations = readAll(read, 'organisations', 'organisation', (document) => {
    const organisation = readOrganisation(document);
    const isWhole = organisation !== undefined && document.mistakes.length === 0;
    if (isWhole) checkClients(document, organisation, clients);
    return organisation;
  });
  const datasets = readAll(read, 'datasets', 'dataset', (document) => readDataset(document, organisations));
  const protocols = readProtocols(filesIn(read, 'protocols'), organisations);
  return {
    surroundings: { organisations, datasets, protocols, sha256: sha256OfFiles(around) },
    documents: read.map(({ document }) => document),
  };
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

/** The agreements with their signatures, after recording what is wrong between them. */
function readTogether(
  read: readonly AgreementFileRead[],
  { organisations, datasets }: Surroundings,
  signatures: Signatures,
): Agreement[] {
  const filed: Filed[] = [];
  for (const one of read) {
    if (one.filed === undefined) continue;
    const { agreement, whole } = one.filed;
    const dataset = datasets.whole.get(agreement.dataset)?.dataset;
    const provider = organisations.whole.get(agreement.provider);
    const consumer = organisations.whole.get(agreement.consumer);
    if (dataset === undefined || provider === undefined || consumer === undefined) continue;
    const standing = signatureStanding(agreement, dataset, [provider, consumer], signatures);
    filed.push({ agreement: { ...agreement, ...standing }, document: whole });
  }
  checkTogether(filed);
  return filed.map(({ agreement }) => agreement);
}

function filesIn<File extends PolicyFile>(files: readonly File[], folder: PolicyFolder): File[] {
  return files.filter((file) => file.folder === folder);
}

/** Every agreement under a protocol says the same of it. */
function eachOnce(advice: readonly PolicyMistake[]): PolicyMistake[] {
  return [...new Map(advice.map((one) => [JSON.stringify(one), one])).values()];
}

function idOf({ value }: PolicyDocument, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const id: unknown = Reflect.get(value, key);
  return typeof id === 'string' ? id : undefined;
}

/** SHA-256 in hexadecimal over each file's name, length and bytes, in the order of the files: what names a policy set. */
export function sha256OfFiles(files: readonly PolicyFile[]): string {
  const stream = sha256Stream();
  for (const { folder, name, bytes } of files) {
    stream.update(Buffer.from(`${folder}/${name}\n${bytes.length}\n`));
    stream.update(bytes);
  }
  return stream.digest().toString('hex');
}
