/** What an agreement's author should look at again, and what the regulator's codes suggest: advice, never a refusal. */
import { basisOf, SIDES } from './agreement-basis.ts';
import type { Parties } from './agreement-law.ts';
import type { AgreementFile } from './agreement-schema.ts';
import type { PolicyDocument } from './policy-document.ts';
import { readingAge } from './reading-age.ts';

const OLDEST_READING_AGE = 15;
const MONTHS_TO_REVIEW = 24;
const MONTHS_TO_REVIEW_HIGH_RISK = 12;
const MONTHS_TO_END = 60;
const MONTHS_KEPT_FROM_REPORT = 12;

/** Records advice in the document; nothing that it says stops a file from being used. */
export function adviseOnAgreement(document: PolicyDocument, file: AgreementFile, parties: Parties): void {
  adviseOnBasis(document, file, parties);
  adviseOnDates(document, file);
  if (file.who.relationship === 'controller and processor') {
    document.advise(
      ['who', 'relationship'],
      "the Information Commissioner's data sharing code covers sharing between controllers only",
      'check that the contract with the processor says what UK GDPR Article 28(3) asks for',
    );
  }
  if (file.law.gateway !== undefined && file['publish in the register'] !== true) {
    document.advise(
      ['publish in the register'],
      'the code for Digital Economy Act 2017, Part 5 wants such agreements in the public register',
      'write `true`, or keep the reason why not',
    );
  }
  const age = readingAge(file.summary);
  if (age > OLDEST_READING_AGE) {
    document.advise(
      ['summary'],
      `the summary needs a reader of about ${age} years`,
      'use shorter sentences and plainer words',
    );
  }
}

function adviseOnBasis(document: PolicyDocument, file: AgreementFile, parties: Parties): void {
  const isPublic = parties.provider.publicAuthority || parties.consumer.publicAuthority;
  for (const side of SIDES) {
    const at = ['law', 'lawful basis', side];
    if (basisOf(file, side) === 'consent' && isPublic) {
      document.advise(
        at,
        'consent given to a public authority is seldom free, since people may feel that they cannot refuse',
        'think of `public task`',
      );
    }
    if (basisOf(file, side) === 'vital interests' && file['emergency access'] === 'not allowed') {
      document.advise(
        at,
        '`vital interests` fits matters of life and death, and this agreement has no emergency access',
        'think of another basis, or describe `emergency access`',
      );
    }
  }
}

function adviseOnDates(document: PolicyDocument, { dates, assessment, people }: AgreementFile): void {
  const isHigh = assessment['remaining risk'] === 'high';
  const months = isHigh ? MONTHS_TO_REVIEW_HIGH_RISK : MONTHS_TO_REVIEW;
  if (dates['review by'] > monthsAfter(dates.starts, months)) {
    document.advise(
      ['dates', 'review by'],
      `the review comes more than ${months} months after the start${isHigh ? ', at a high remaining risk' : ''}`,
      'review it sooner',
    );
  }
  if (dates.ends > monthsAfter(dates.starts, MONTHS_TO_END)) {
    document.advise(['dates', 'ends'], 'the agreement runs for more than five years', 'end it sooner');
  }
  const key = "kept from the person's report";
  const kept = people[key];
  if (kept !== undefined && kept.until > monthsAfter(dates.starts, MONTHS_KEPT_FROM_REPORT)) {
    document.advise(
      ['people', key, 'until'],
      `people are not told of this for more than ${MONTHS_KEPT_FROM_REPORT} months after the start`,
      'name a day within a year, and decide again then',
    );
  }
}

/** The day so many months after a day; a day that the month does not have stays as it is, which serves to compare. */
function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const counted = year * 12 + month - 1 + months;
  const text = `${Math.floor(counted / 12)}`.padStart(4, '0');
  return `${text}-${`${(counted % 12) + 1}`.padStart(2, '0')}${day.slice(7)}`;
}
