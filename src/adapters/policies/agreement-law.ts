/**
 * What an agreement's file must say about the law to be whole: UK GDPR Articles 6, 9, 10, 26, 28, 33, 35 and 36, and
 * DPA 2018 Schedule 1. It never says that a sharing is lawful; it says what is missing.
 */
import type { AgreedField } from '../../domain/agreement.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { SCHEDULE_1_PART_2 } from './legal-words.ts';
import type { PolicyDocument } from './policy-document.ts';
import { milliseconds } from './quantities.ts';

export interface Parties {
  readonly provider: Organisation;
  readonly consumer: Organisation;
}

const SIDES = ['shared by', 'shared with'] as const;
const MOST_BREACH_NOTICE_MS = 72 * 3_600_000;

export function checkLaw(
  document: PolicyDocument,
  file: AgreementFile,
  parties: Parties,
  dataset: Dataset,
  fields: readonly AgreedField[],
): void {
  checkBasis(document, file, parties.provider, 'shared by');
  checkBasis(document, file, parties.consumer, 'shared with');
  checkRelationship(document, file);
  checkSpecialCategories(document, file, dataset, fields);
  checkCriminalOffence(document, file, fields);
  checkConfidence(document, file);
  checkAssessment(document, file);
  checkCare(document, file);
  checkBreachNotice(document, file);
}

/** The basis of one side as one word. */
export function basisOf(file: AgreementFile, side: (typeof SIDES)[number]): string {
  const basis = file.law['lawful basis'][side];
  return typeof basis === 'string' ? basis : basis.basis;
}

function checkBasis(
  document: PolicyDocument,
  file: AgreementFile,
  party: Organisation,
  side: (typeof SIDES)[number],
): void {
  const said = file.law['lawful basis'][side];
  const basis = typeof said === 'string' ? { basis: said } : said;
  const at = ['law', 'lawful basis', side];
  const needsPower = basis.basis === 'public task' || basis.basis === 'legal obligation';
  if (needsPower && (file.law.powers ?? []).length === 0) {
    document.mistake(at, `\`${basis.basis}\` needs a power or duty in law`, 'name it in `powers`');
  }
  const chosen = basis.basis === 'recognised legitimate interest' || basis.basis === 'legitimate interests';
  if (chosen && party.publicAuthority && basis['outside our public tasks'] === undefined) {
    document.mistake(
      at,
      `a public authority cannot rely on \`${basis.basis}\` for its tasks (Data (Use and Access) Act 2025, section 70)`,
      'write `public task`, or `outside our public tasks:` and the reason',
    );
    return;
  }
  for (const [key, write] of neededFor(basis)) {
    document.mistake(at, `\`${basis.basis}\` needs \`${key}\``, write);
  }
}

type Basis = Exclude<AgreementFile['law']['lawful basis']['shared by'], string>;

function neededFor(basis: Basis): readonly (readonly [key: string, write: string])[] {
  const needed: (readonly [string, string])[] = [];
  const add = (key: keyof Basis, write: string): void => {
    if (basis[key] === undefined) needed.push([key, write]);
  };
  if (basis.basis === 'consent')
    add('consent record', 'add `consent record:` and where consent and its withdrawal are kept');
  if (basis.basis === 'legitimate interests') add('assessment reference', 'add `assessment reference:`');
  if (basis.basis === 'recognised legitimate interest')
    add('condition', 'add `condition:` and one of Annex 1');
  if (basis.condition === 'public task disclosure request') {
    add('request reference', 'add `request reference:` and the written request that states the public task');
  }
  return needed;
}

function checkRelationship(document: PolicyDocument, { who }: AgreementFile): void {
  if (who.relationship === 'joint controllers' && who['joint arrangement'] === undefined) {
    document.mistake(
      ['who', 'relationship'],
      '`joint controllers` need a published arrangement',
      'add `joint arrangement:` and its address',
    );
  }
  if (who.relationship === 'controller and processor' && who.processors === undefined) {
    document.mistake(
      ['who', 'relationship'],
      '`controller and processor` need a contract',
      'add `processors:` with the contract',
    );
  }
}

function checkSpecialCategories(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
  fields: readonly AgreedField[],
): void {
  const said = file.law['special category data'];
  const at = ['law', 'special category data'];
  const revealed = new Set([...dataset.beingListedReveals, ...fields.flatMap(({ field }) => field.reveals)]);
  if (said.present === 'none') {
    for (const kind of revealed) {
      const what = `the agreed fields of \`${dataset.id}\` reveal ${kind}, and this says that they reveal nothing`;
      document.mistake(
        [...at, 'present'],
        what,
        'write `by inference` or `yes`, with `kinds` and a `condition`',
      );
    }
    return;
  }
  for (const kind of revealed) {
    if (said.kinds === undefined || said.kinds.some((named) => named === kind)) continue;
    document.mistake(
      at,
      `the agreed fields of \`${dataset.id}\` reveal ${kind}, which \`kinds\` does not name`,
      `add \`${kind}\` to \`kinds\``,
    );
  }
  for (const [key, what, write] of missingForSpecialCategory(said)) {
    document.mistake([...at, ...(key === '' ? [] : [key])], what, write);
  }
}

type SpecialCategory = AgreementFile['law']['special category data'];

function missingForSpecialCategory(said: SpecialCategory): [key: string, what: string, write: string][] {
  const missing: [string, string, string][] = [];
  if (said.kinds === undefined) missing.push(['', '`kinds` is missing', 'add `kinds:` such as `[health]`']);
  if (said.condition === undefined) {
    missing.push(['', 'special category data needs a condition (UK GDPR Article 9(2))', 'add `condition:`']);
    return missing;
  }
  const schedule = said['schedule 1 condition'];
  const substantial = said.condition === 'substantial public interest';
  if (substantial && !SCHEDULE_1_PART_2.some((word) => word === schedule)) {
    missing.push([
      'condition',
      '`substantial public interest` needs a condition of DPA 2018 Schedule 1, Part 2',
      'add `schedule 1 condition:` such as `statutory and government purposes`',
    ]);
  }
  const needsPolicy = substantial || said.condition === 'employment, social security and social protection';
  if (needsPolicy && said['appropriate policy document'] === undefined) {
    missing.push([
      'condition',
      `\`${said.condition}\` needs an appropriate policy document`,
      'add `appropriate policy document:`',
    ]);
  }
  if (said.condition === 'explicit consent' && said['consent record'] === undefined) {
    missing.push(['condition', '`explicit consent` needs a record', 'add `consent record:`']);
  }
  return missing;
}

function checkCriminalOffence(
  document: PolicyDocument,
  file: AgreementFile,
  fields: readonly AgreedField[],
): void {
  const said = file.law['criminal offence data'];
  const at = ['law', 'criminal offence data'];
  const revealing = fields.find(({ field }) => field.sensitivity === 'criminal offence');
  if (said.present === 'none') {
    if (revealing === undefined) return;
    document.mistake(
      [...at, 'present'],
      `\`${revealing.field.name}\` is criminal offence data`,
      'write `yes`, with a `condition`',
    );
    return;
  }
  if (said.condition !== undefined) return;
  document.mistake(at, 'criminal offence data needs a condition (UK GDPR Article 10)', 'add `condition:`');
}

function checkConfidence(document: PolicyDocument, file: AgreementFile): void {
  const said = file.law['duty of confidence'];
  const duty = typeof said === 'string' ? { satisfied: said } : said;
  const at = ['law', 'duty of confidence'];
  if (duty.satisfied === 'section 251 support' && duty.reference === undefined) {
    document.mistake(
      at,
      '`section 251 support` needs the reference of the support',
      'write `{satisfied: section 251 support, reference: …}`',
    );
  }
  if (duty.satisfied === 'overriding public interest' && duty['decided by'] === undefined) {
    document.mistake(
      at,
      '`overriding public interest` needs the name of who decided',
      'write `{satisfied: overriding public interest, decided by: …}`',
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
  if (care['national data opt-out'] === 'applies') {
    document.mistake(
      at,
      'the national data opt-out is not enforced by this version',
      'take opted-out people out before sharing, and do not share this way until then',
    );
  } else if (care.reason === undefined) {
    document.mistake(at, 'nothing says why the national data opt-out does not apply', 'add `reason:`');
  }
}

function checkBreachNotice(document: PolicyDocument, file: AgreementFile): void {
  const key = 'tell the other party of a breach within';
  const time = milliseconds(file['looking after it'][key]);
  if (time !== undefined && time <= MOST_BREACH_NOTICE_MS) return;
  document.mistake(
    ['looking after it', key],
    'this is not a time of at most 72 hours',
    'write a number and a unit, such as `24 hours`',
  );
}
