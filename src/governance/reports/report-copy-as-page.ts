/** The copy for the person as a page: what happened first, what could not be searched and how to prove it last. */
import { list, type Page, type Section, sentences, table } from '../pages/page.ts';
import { counted, listed } from '../pages/phrases.ts';
import type { AccessForThePerson, CopyForThePerson } from './report-copies.ts';
import type { LogSearched } from './report-subject.ts';

const COLUMNS = [
  'When',
  'Who asked whom, and what for',
  'What came of it',
  'What was shared',
  'Basis in law, and agreement',
  'Where it is recorded',
] as const;

export function copyAsPage(copy: CopyForThePerson): Page {
  const { accesses } = copy;
  const sections: readonly Section[] = [
    {
      heading: 'Who asked',
      passages: table(
        'How often each of them asked',
        ['Who asked', 'Times', 'Times information was shared'],
        byWhom(accesses),
      ),
    },
    {
      heading: 'Each time',
      passages: table('Each time that somebody asked, the newest first', COLUMNS, accesses.map(rowOf)),
    },
    {
      heading: 'Reports about you',
      passages: list(copy['reports about you'].map(({ when }) => `${when}: a report about you was made.`)),
    },
    { heading: 'What this report could not search', passages: list(copy['not searched']) },
    {
      heading: 'If something looks wrong',
      passages: sentences(
        copy['write to'].length === 0 ? undefined : `Write to ${listed(copy['write to'], 'or')}.`,
        'If that does not help, you can complain to the Information Commissioner.',
      ),
    },
    { heading: 'How this can be proved', passages: sentences(...proofInWords(copy.log)) },
  ];
  return {
    title: 'Who asked about you',
    lead: sentences(
      `This report was made on ${copy.made}, London time.`,
      `It was searched by: ${listed(copy['searched by'])}. The identifiers themselves do not stand in it.`,
      copy['only exchanges of'] === ''
        ? undefined
        : `It covers only what ${copy['only exchanges of']} sent or received.`,
      accesses.length === 0
        ? 'Nothing was found that can be told.'
        : `Somebody asked ${counted(accesses.length, 'time')}.`,
    ),
    sections: sections.filter(({ passages }) => passages.length > 0),
  };
}

/** How far the log was searched, and how each line can be checked. */
export function proofInWords({ origin, entries, checkpoint }: LogSearched): readonly string[] {
  return [
    `The log ${origin} was searched from its first entry to number ${Math.max(0, entries - 1).toLocaleString('en-GB')}.`,
    checkpoint === undefined
      ? 'The log has no signed checkpoint yet.'
      : `Its newest signed checkpoint covers the first ${checkpoint.size.toLocaleString('en-GB')} entries; the root is ${checkpoint.root}.`,
    'Each number and hash under “where it is recorded” names one entry, which an auditor can prove to be in that log.',
  ];
}

function byWhom(accesses: readonly AccessForThePerson[]): readonly (readonly string[])[] {
  const groups = Map.groupBy(accesses, (one) => one['who asked']);
  return [...groups]
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([who, those]) => {
      const shared = those.filter((one) => one['what was shared'].length > 0);
      return [who, String(those.length), String(shared.length)];
    });
}

function rowOf(one: AccessForThePerson): readonly string[] {
  const role = one.role === '' ? '' : ` (${one.role})`;
  const staff = one.staff.length === 0 ? '' : `, by ${listed(one.staff)},`;
  const emergency = one['in an emergency'] ? ', as an emergency' : '';
  return [
    one.when,
    `${one['who asked']}${role}${staff} asked ${one['who holds the information']}: ${one['what for']}${emergency}`,
    `${one['what came of it']}; ${one['how you came into it']}`,
    one['what was shared'].join('; '),
    [one['lawful basis'], one.agreement].filter((words) => words !== '').join('; '),
    one.proof.map(({ entry, 'leaf hash': hash }) => `entry ${entry}, ${hash}`).join('; '),
  ];
}
