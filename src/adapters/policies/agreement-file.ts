/** From an agreement file to the agreement (docs/formats/agreement.md). */
import type { AgreedField, Agreement } from '../../domain/agreement.ts';
import type { Operation } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import { checkAsking, checkWhoMayLook, readLimits } from './agreement-asking.ts';
import { readDates, readSignatures } from './agreement-dates.ts';
import { checkExamples, readExamples } from './agreement-examples.ts';
import { readAgreedFields } from './agreement-fields.ts';
import type { Parties } from './agreement-law.ts';
import { basisOf, checkLaw } from './agreement-law.ts';
import { refuseNotEnforced } from './agreement-not-enforced.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { agreementSchema } from './agreement-schema.ts';
import type { DeclaredDataset } from './dataset-file.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import { readBySchema } from './schema-mistakes.ts';

/** What agreements are checked against. `known` holds ids of files that were found, broken ones included. */
export interface Declared<Thing> {
  readonly known: ReadonlySet<string>;
  readonly whole: ReadonlyMap<string, Thing>;
}

/** The agreement, or undefined after recording in the document what is wrong. */
export function readAgreement(
  document: PolicyDocument,
  sha256: string,
  organisations: Declared<Organisation>,
  datasets: Declared<DeclaredDataset>,
): Agreement | undefined {
  const file = readBySchema(document, agreementSchema);
  if (file === undefined) return undefined;
  refuseNotEnforced(document, file);
  const parties = findParties(document, file, organisations);
  const declared = find(document, ['what', 'dataset'], 'dataset', file.what.dataset, datasets);
  if (parties === undefined || declared === undefined) return undefined;
  checkProvider(document, file, declared, parties);
  const before = document.mistakes.length;
  const fields = readAgreedFields(document, file, declared.dataset);
  checkAsking(document, file, declared, new Set(fields.map(({ field }) => field.name)));
  checkWhoMayLook(document, file, parties.consumer);
  const isSure = document.mistakes.length === before;
  checkLaw(document, file, parties, declared.dataset, fields);
  const agreement = agreementOf(document, file, sha256, parties, declared, fields);
  // What could not be read above would be reported again by every example that uses it.
  if (isSure) checkExamples(document, file, agreement, declared.dataset);
  return agreement;
}

function findParties(
  document: PolicyDocument,
  { who }: AgreementFile,
  organisations: Declared<Organisation>,
): Parties | undefined {
  const provider = find(document, ['who', 'shared by'], 'organisation', who['shared by'], organisations);
  const consumer = find(document, ['who', 'shared with'], 'organisation', who['shared with'], organisations);
  if (who['shared by'] === who['shared with']) {
    const what = 'an organisation cannot share with itself';
    document.mistake(['who', 'shared with'], what, 'name the other organisation');
    return undefined;
  }
  return provider === undefined || consumer === undefined ? undefined : { provider, consumer };
}

function find<Thing>(
  document: PolicyDocument,
  at: DocumentPath,
  noun: string,
  id: string,
  { known, whole }: Declared<Thing>,
): Thing | undefined {
  if (!known.has(id)) document.mistake(at, `there is no ${noun} \`${id}\``, didYouMean(id, known));
  return whole.get(id);
}

function checkProvider(
  document: PolicyDocument,
  { who }: AgreementFile,
  { dataset }: DeclaredDataset,
  { consumer }: Parties,
): void {
  if (dataset.provider !== who['shared by']) {
    const what = `the dataset \`${dataset.id}\` belongs to \`${dataset.provider}\``;
    document.mistake(['who', 'shared by'], what, `write \`${dataset.provider}\`, or name another dataset`);
  }
  const sendsCode = [...dataset.upstream.alwaysSend.values()].some(({ kind }) => kind === 'consumer code');
  if (sendsCode && consumer.code === undefined) {
    const what = `\`${dataset.id}\` is asked with the consumer's code, and \`${consumer.id}\` has none`;
    document.mistake(['who', 'shared with'], what, 'add a code to the identifiers of that organisation');
  }
}

function agreementOf(
  document: PolicyDocument,
  file: AgreementFile,
  sha256: string,
  { provider }: Parties,
  { dataset }: DeclaredDataset,
  fields: readonly AgreedField[],
): Agreement {
  const look = file['who may look'];
  const special = file.law['special category data'];
  return {
    id: file.agreement,
    version: file.version,
    sha256,
    title: file.title,
    provider: file.who['shared by'],
    consumer: file.who['shared with'],
    purpose: file.why.purpose,
    dataset: file.what.dataset,
    operations: file.what['they may'],
    lookups: file.what['they may ask using'],
    fields,
    wrapper: file.what['they may see around the records'] ?? [],
    roles: look.roles ?? [],
    systems: look.systems,
    person: look['acting person'],
    secondFactor: look['sign in'] === 'work account with a second factor',
    mustGive: {
      reason: look['must give']?.includes('reason') === true,
      caseReference: look['must give']?.includes('case reference') === true,
    },
    reasonsAllowed: look['reasons allowed'] ?? [],
    limits: readLimits(document, file, agreedOperations(file, dataset.operations)),
    ...readDates(document, file),
    signedByBoth: readSignatures(document, file),
    basis: { provider: basisOf(file, 'shared by'), consumer: basisOf(file, 'shared with') },
    specialCategories: special.present === 'none' ? [] : (special.kinds ?? []),
    keepFor: file['looking after it']['keep for'],
    onwardSharing: file['looking after it']['passing it on'],
    contact: { name: provider.name, email: file.contacts['shared by'] },
    examples: readExamples(document, file),
    words: file,
  };
}

function agreedOperations(file: AgreementFile, operations: ReadonlyMap<string, Operation>): Operation[] {
  return file.what['they may'].flatMap((name) => operations.get(name) ?? []);
}
