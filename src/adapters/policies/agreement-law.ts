/**
 * What an agreement's file must say about the law to be whole: UK GDPR Articles 6, 9, 10, 26, 28, 33, 35, 36 and 44, and
 * DPA 2018 Schedule 1. It never says that a sharing is lawful; it says what is missing.
 */
import type { Dataset } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { Telling } from '../../domain/what-is-told.ts';
import { checkBasis } from './agreement-basis.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { checkSensitiveData } from './agreement-sensitive-data.ts';
import { LEGAL_DATA, LONGEST_BREACH_NOTICE_MS, legalWord, missingFor } from './legal-words.ts';
import type { PolicyDocument } from './policy-document.ts';
import { milliseconds } from './quantities.ts';

export interface Parties {
  readonly provider: Organisation;
  readonly consumer: Organisation;
}

const UNITED_KINGDOM = /^(?:the )?(?:United Kingdom|UK|England|Wales|Scotland|Northern Ireland)$/i;

export function checkLaw(
  document: PolicyDocument,
  file: AgreementFile,
  parties: Parties,
  dataset: Dataset,
  fields: readonly Telling[],
): void {
  checkBasis(document, file, parties.provider, 'shared by');
  checkBasis(document, file, parties.consumer, 'shared with');
  checkRelationship(document, file);
  checkSensitiveData(document, file, dataset, fields);
  checkConfidence(document, file);
  checkAssessment(document, file);
  checkCare(document, file);
  checkBreachNotice(document, file);
  checkTransfers(document, file);
}

function checkRelationship(document: PolicyDocument, { who }: AgreementFile): void {
  const at = ['who', 'relationship'];
  const isJoint = who.relationship === 'joint controllers';
  if (isJoint && who['joint arrangement'] === undefined) {
    document.mistake(
      at,
      '`joint controllers` need a published arrangement',
      'add `joint arrangement:` and its address',
    );
  }
  if (who.relationship === 'controller and processor' && who.processors === undefined) {
    document.mistake(at, '`controller and processor` need a contract', 'add `processors:` with the contract');
  }
  const kind = who['document kind'];
  if (kind === 'two-way protocol' && who['part of'] === undefined) {
    document.mistake(
      ['who', 'document kind'],
      'a `two-way protocol` is two files, and nothing says what joins them',
      'add `part of:` with the same words in both files',
    );
  }
  if (kind === 'joint controller arrangement' && !isJoint) {
    document.mistake(
      ['who', 'document kind'],
      `a \`joint controller arrangement\` is not between ${who.relationship}`,
      'write `relationship: joint controllers`',
    );
  }
}

function checkConfidence(document: PolicyDocument, file: AgreementFile): void {
  const said = file.law['duty of confidence'];
  const duty = typeof said === 'string' ? { satisfied: said } : said;
  const word = legalWord(LEGAL_DATA['duties of confidence'], duty.satisfied);
  for (const [key] of missingFor(word, duty)) {
    document.mistake(
      ['law', 'duty of confidence'],
      `\`${duty.satisfied}\` needs ${word?.needs?.[key]}`,
      `write \`{satisfied: ${duty.satisfied}, ${key}: …}\``,
    );
  }
}

function checkAssessment(document: PolicyDocument, { assessment, law, people, signed }: AgreementFile): void {
  const at = ['assessment', 'dpia'];
  const complete = assessment['dpia reference'] !== undefined && assessment['dpia date'] !== undefined;
  if (assessment.dpia === 'completed' && !complete) {
    document.mistake(
      at,
      'a completed assessment has a reference and a date',
      'add `dpia reference:` and `dpia date:`',
    );
  }
  if (assessment.dpia === 'not needed' && assessment.reason === undefined) {
    document.mistake(at, 'nothing says why an assessment is not needed', 'add `reason:`');
  }
  const sensitive = law['special category data'].present !== 'none' || people.children !== 'not included';
  if (assessment.dpia === 'under way' && sensitive && signed !== undefined) {
    document.mistake(
      at,
      'data of children or of a special category cannot flow before the assessment is done',
      'write `completed` once it is, or take the signatures out',
    );
  }
  if (assessment['remaining risk'] === 'high' && assessment['consultation reference'] === undefined) {
    document.mistake(
      ['assessment', 'remaining risk'],
      'a high remaining risk needs the regulator to be consulted (UK GDPR Article 36)',
      'add `consultation reference:`',
    );
  }
}

function checkCare(document: PolicyDocument, file: AgreementFile): void {
  const care = file['health and care'];
  if (care === undefined) {
    if (file.law['special category data'].kinds?.includes('health') !== true) return;
    document.mistake(
      [],
      'data that reveals health needs the section `health and care`',
      'add `health and care:`',
    );
    return;
  }
  const at = ['health and care', 'national data opt-out'];
  if (care['national data opt-out'] === 'does not apply' && care.reason === undefined) {
    document.mistake(at, 'nothing says why the national data opt-out does not apply', 'add `reason:`');
  }
}

function checkBreachNotice(document: PolicyDocument, file: AgreementFile): void {
  const key = 'tell the other party of a breach within';
  const time = milliseconds(file['looking after it'][key]);
  if (time !== undefined && time <= LONGEST_BREACH_NOTICE_MS) return;
  document.mistake(
    ['looking after it', key],
    `this is not a time of at most ${LEGAL_DATA['longest breach notice in hours']} hours`,
    'write a number and a unit, such as `24 hours`',
  );
}

/** Data that goes abroad needs a safeguard for each country (UK GDPR Chapter V). */
function checkTransfers(document: PolicyDocument, { 'looking after it': care }: AgreementFile): void {
  const stored = care['stored in'];
  if (!UNITED_KINGDOM.test(stored) && care.transfers === undefined) {
    document.mistake(
      ['looking after it', 'stored in'],
      `\`${stored}\` is not in the United Kingdom, and no safeguard is named`,
      'add `transfers:` with each country and its safeguard, or write `United Kingdom`',
    );
  }
  for (const [place, transfer] of (care.transfers ?? []).entries()) {
    const word = legalWord(LEGAL_DATA['transfer safeguards'], transfer.safeguard);
    for (const [key, write] of missingFor(word, transfer)) {
      document.mistake(
        ['looking after it', 'transfers', place, 'safeguard'],
        `\`${transfer.safeguard}\` needs \`${key}\``,
        write,
      );
    }
  }
}
