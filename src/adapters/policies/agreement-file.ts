/** From an agreement file to the agreement (docs/formats/agreement.md). */
import type { AgreedField, Agreement, RowCondition } from '../../domain/agreement.ts';
import type { Operation } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import { tellings } from '../../domain/what-is-told.ts';
import { adviseOnAgreement } from './agreement-advice.ts';
import { checkAlwaysSent } from './agreement-always-sent.ts';
import { checkAsking, checkWhoMayLook, readLimits } from './agreement-asking.ts';
import { basisOf } from './agreement-basis.ts';
import { readCircumstances } from './agreement-circumstances.ts';
import { checkSigned, readDates } from './agreement-dates.ts';
import { checkExamples, readExamples } from './agreement-examples.ts';
import { readAgreedFields } from './agreement-fields.ts';
import { readKeptFromReport } from './agreement-kept-from-report.ts';
import type { Parties } from './agreement-law.ts';
import { checkLaw } from './agreement-law.ts';
import { refuseNotEnforced } from './agreement-not-enforced.ts';
import { readRowConditions } from './agreement-row-conditions.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { agreementSchema } from './agreement-schema.ts';
import type { DeclaredDataset } from './dataset-file.ts';
import { didYouMean } from './nearest-word.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import type { AgreementSource } from './protocol-file.ts';
import { readBySchema } from './schema-mistakes.ts';

/** What agreements are checked against. `known` holds ids of files that were found, broken ones included. */
export interface Declared<Thing> {
  readonly known: ReadonlySet<string>;
  readonly whole: ReadonlyMap<string, Thing>;
}

/** The agreement, or undefined after recording in the document what is wrong. */
export function readAgreement(
  source: AgreementSource,
  organisations: Declared<Organisation>,
  datasets: Declared<DeclaredDataset>,
): Agreement | undefined {
  const { document } = source;
  const file = readBySchema(document, agreementSchema);
  if (file === undefined) return undefined;
  refuseNotEnforced(document, file);
  const parties = findParties(document, file, organisations);
  const declared = find(document, ['what', 'dataset'], 'dataset', file.what.dataset, datasets);
  if (parties === undefined || declared === undefined) return undefined;
  checkProvider(document, file, declared);
  checkAlwaysSent(document, file, declared.dataset, parties.consumer);
  const before = document.mistakes.length;
  const fields = readAgreedFields(document, file, declared.dataset);
  checkAsking(document, file, declared, new Set(fields.map(({ field }) => field.name)));
  checkWhoMayLook(document, file, parties.consumer);
  const isSure = document.mistakes.length === before;
  checkSigned(document, file);
  const conditions = readRowConditions(document, file, declared.dataset);
  checkLaw(document, file, parties, declared.dataset, tellings(fields, conditions));
  adviseOnAgreement(document, file, parties);
  const agreement = agreementOf(source, file, parties, declared, fields, conditions);
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

function checkProvider(document: PolicyDocument, { who }: AgreementFile, { dataset }: DeclaredDataset): void {
  if (dataset.provider !== who['shared by']) {
    const what = `the dataset \`${dataset.id}\` belongs to \`${dataset.provider}\``;
    document.mistake(['who', 'shared by'], what, `write \`${dataset.provider}\`, or name another dataset`);
  }
}

function agreementOf(
  { document, sha256, protocol }: AgreementSource,
  file: AgreementFile,
  { provider, consumer }: Parties,
  { dataset }: DeclaredDataset,
  fields: readonly AgreedField[],
  rowConditions: readonly RowCondition[],
): Agreement {
  const look = file['who may look'];
  const special = file.law['special category data'];
  return {
    id: file.agreement,
    version: file.version,
    sha256,
    protocol,
    title: file.title,
    provider: file.who['shared by'],
    consumer: file.who['shared with'],
    purpose: file.why.purpose,
    dataset: file.what.dataset,
    operations: file.what['they may'],
    lookups: file.what['they may ask using'],
    fields,
    rowConditions,
    wrapper: file.what['they may see around the records'] ?? [],
    roles: look.roles ?? [],
    systems: look.systems,
    person: look['acting person'],
    secondFactor: look['sign in'] === 'work account with a second factor',
    mustGive: {
      reason: look['must give']?.includes('reason') === true,
      caseReference: look['must give']?.includes('case reference') === true,
      consentReference: look['must give']?.includes("person's consent reference") === true,
    },
    reasonsAllowed: look['reasons allowed'] ?? [],
    ...readCircumstances(document, file, consumer, dataset),
    keptFromReport: readKeptFromReport(document, file),
    limits: readLimits(document, file, dataset, agreedOperations(file, dataset.operations)),
    ...readDates(document, file),
    signedByBoth: false,
    signaturesBroken: false,
    signatureFaults: [],
    rehearsal: file.status === 'rehearsal',
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
