/** The plain-text face of an agreement tried out: the decision in words, whom to ring, what is given beside what is withheld. */
import type { Contact } from '../../domain/organisation.ts';
import { reasonInWords } from '../../domain/reason.ts';
import { standingInWords } from '../explaining/standing.ts';
import { IN_FORCE_MEANS } from '../pages/page.ts';
import { counted, oneLine, unfinished } from '../pages/phrases.ts';
import type { ComparedField } from './given-and-withheld.ts';
import type { Tried, TriedAnswer } from './try-agreement.ts';

/** What came of the try, as text that ends with a line break. */
export function triedAsText(tried: Tried): string {
  return `${[...headLines(tried), '', ...verdictLines(tried)].map((line) => line.trimEnd()).join('\n')}\n`;
}

function headLines({ agreement, standing, request, system }: Tried): readonly string[] {
  const { role, operation, using, reason, caseReference } = request;
  const means = standing.inForce === 'yes' ? IN_FORCE_MEANS : 'This shows what it does where it is in force.';
  return [
    `Agreement ${agreement.id}, version ${agreement.version}: ${oneLine(agreement.title)}`,
    `Standing: ${standingInWords(standing)}. ${means}`,
    'This is a try: nobody is asked, nothing is logged, and limits are not counted.',
    '',
    `Asked as:        ${oneLine(role ?? 'nobody (a system by itself)')}, with ${oneLine(system)}`,
    `To:              ${oneLine(operation)}`,
    `Using:           ${[...using].map(([name, value]) => `${oneLine(name)} = ${oneLine(value)}`).join(', ') || 'nothing'}`,
    `Reason:          ${oneLine(reason ?? 'none')}`,
    `Case reference:  ${oneLine(caseReference ?? 'none')}`,
  ];
}

function verdictLines({ agreement, decision, contacts, answer }: Tried): readonly string[] {
  if (decision.effect === 'permit')
    return ['PERMITTED', ...(answer === undefined ? [] : answerLines(answer))];
  return [
    `REFUSED: ${reasonInWords(decision.code)}`,
    oneLine(decision.detail),
    `If you think that ${agreement.id} should allow this, contact: ${contacts.map(contactInWords).join('; or ')}.`,
  ];
}

function contactInWords({ name, email, telephone }: Contact): string {
  return [name, email, telephone]
    .flatMap((part) => (part === undefined ? [] : oneLine(part)))
    .filter((part, at, all) => all.indexOf(part) === at)
    .join(', ');
}

function answerLines(answer: TriedAnswer): readonly string[] {
  const from =
    answer.from === 'the file' ? 'the answer in the file' : 'a made-up record with every declared field';
  if ('failed' in answer) {
    return ['', `Nothing would leave of ${from}: ${unfinished(answer.failed)}.`];
  }
  const { records, fields } = answer;
  const given = fields.filter((field) => field.given.length > 0);
  const withheld = fields.filter((field) => field.given.length === 0);
  return [
    `What would leave of ${from}: ${counted(records, 'record')}, ${counted(given.length, 'field')} given, ${withheld.length} withheld.`,
    '',
    ...columns(['GIVEN', 'the provider sends', 'they see', 'how'], given.map(givenRow)),
    '',
    ...columns(['WITHHELD', 'the provider sends', 'why'], withheld.map(withheldRow)),
  ];
}

function givenRow({ name, came, given, because }: ComparedField): readonly string[] {
  return [oneLine(name), shortly(came), shortly(given), because];
}

function withheldRow({ name, came, because }: ComparedField): readonly string[] {
  return [oneLine(name), shortly(came), because];
}

const MOST_VALUES = 3;
const MOST_CHARACTERS = 36;

/** The first values, each cut to a length that fits beside another. */
function shortly(values: readonly string[]): string {
  const shown = values.slice(0, MOST_VALUES).map((value) => {
    const words = oneLine(value);
    return words.length > MOST_CHARACTERS ? `${words.slice(0, MOST_CHARACTERS - 1)}…` : words;
  });
  const more = values.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Rows under their heads, each column as wide as its longest cell; the last is not filled up. */
function columns(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [`${heads[0] ?? ''}: nothing`];
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  return [heads, ...rows].map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
}
