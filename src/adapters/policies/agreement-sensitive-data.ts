/** What an agreement must say of special category and criminal offence data: UK GDPR Articles 9 and 10, DPA 2018 Schedule 1. */
import type { Dataset } from '../../domain/dataset.ts';
import { type Telling, type Told, whatIsTold } from '../../domain/what-is-told.ts';
import type { AgreementFile } from './agreement-schema.ts';
import { LEGAL_DATA, legalWord, missingFor } from './legal-words.ts';
import type { PolicyDocument } from './policy-document.ts';

/** Records where what the agreement tells reveals more than the law section says, and what its conditions lack. */
export function checkSensitiveData(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
  fields: readonly Telling[],
): void {
  checkSpecialCategories(document, file, dataset, fields);
  checkCriminalOffence(document, file, fields);
  checkRegime(document, file, fields);
}

function checkSpecialCategories(
  document: PolicyDocument,
  file: AgreementFile,
  dataset: Dataset,
  fields: readonly Telling[],
): void {
  const said = file.law['special category data'];
  const at = ['law', 'special category data'];
  const revealed = new Set([
    ...dataset.beingListedReveals,
    ...told(fields).flatMap(({ reveals }) => reveals),
  ]);
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

/** A field is judged by what is still told of it. */
function told(fields: readonly Telling[]): readonly Told[] {
  return fields.flatMap(whatIsTold);
}

type SpecialCategory = AgreementFile['law']['special category data'];
type Missing = readonly [key: string, what: string, write: string];

function missingForSpecialCategory(said: SpecialCategory): readonly Missing[] {
  const missing: Missing[] = [];
  if (said.kinds === undefined) missing.push(['', '`kinds` is missing', 'add `kinds:` such as `[health]`']);
  if (said.condition === undefined) {
    missing.push(['', 'special category data needs a condition (UK GDPR Article 9(2))', 'add `condition:`']);
    return missing;
  }
  const condition = legalWord(LEGAL_DATA['special conditions'], said.condition);
  for (const [key, write] of missingFor(condition, said)) {
    missing.push(['condition', `\`${said.condition}\` needs \`${key}\``, write]);
  }
  return [...missing, ...missingFromSchedule1(said, said.condition)];
}

function missingFromSchedule1(said: SpecialCategory, condition: string): readonly Missing[] {
  const needed = legalWord(LEGAL_DATA['special conditions'], condition)?.['schedule 1'];
  const all = LEGAL_DATA['schedule 1 conditions'];
  const fitting = all.filter(
    ({ part, paragraph }) =>
      needed !== undefined &&
      part === needed.part &&
      (needed.paragraph === undefined || paragraph === needed.paragraph),
  );
  const chosen = legalWord(all, said['schedule 1 condition']);
  const missing: Missing[] = [];
  const [first] = fitting;
  if (first !== undefined && !fitting.some((one) => one === chosen)) {
    const where = `DPA 2018 Schedule 1, Part ${first.part}`;
    const which = fitting.length === 1 ? `\`${first.word}\`` : `such as \`${first.word}\``;
    missing.push([
      'condition',
      `\`${condition}\` needs a condition of ${where}`,
      `add \`schedule 1 condition:\` ${which}`,
    ]);
  }
  const needsPolicy = (chosen ?? first)?.['policy document'] === true;
  if (needsPolicy && said['appropriate policy document'] === undefined) {
    missing.push([
      'condition',
      `\`${condition}\` needs an appropriate policy document`,
      'add `appropriate policy document:`',
    ]);
  }
  return missing;
}

function checkCriminalOffence(
  document: PolicyDocument,
  file: AgreementFile,
  fields: readonly Telling[],
): void {
  const said = file.law['criminal offence data'];
  const at = ['law', 'criminal offence data'];
  const revealing = fields.find((field) =>
    told([field]).some(({ sensitivity }) => sensitivity === 'criminal offence'),
  );
  if (said.present === 'none') {
    if (revealing === undefined) return;
    document.mistake(
      [...at, 'present'],
      `\`${revealing.field.name}\` is criminal offence data`,
      'write `yes`, with a `condition`',
    );
    return;
  }
  if (said.condition === undefined) {
    document.mistake(at, 'criminal offence data needs a condition (UK GDPR Article 10)', 'add `condition:`');
    return;
  }
  const condition = legalWord(LEGAL_DATA['schedule 1 conditions'], said.condition);
  if (condition?.['policy document'] === true && said['appropriate policy document'] === undefined) {
    document.mistake(
      [...at, 'condition'],
      `\`${said.condition}\` needs an appropriate policy document`,
      'add `appropriate policy document:`',
    );
  }
}

function checkRegime(document: PolicyDocument, { law }: AgreementFile, fields: readonly Telling[]): void {
  if (law.regime !== 'not personal data') return;
  const personal = fields.find(({ field }) => field.sensitivity !== 'ordinary');
  const what =
    personal === undefined
      ? undefined
      : `\`${personal.field.name}\` is ${personal.field.sensitivity} data, and this says that nobody's data is shared`;
  if (what !== undefined) document.mistake(['law', 'regime'], what, 'write `UK GDPR`, or take the field out');
}
