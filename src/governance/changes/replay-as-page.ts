/** What a replay found as a page for people: what would be decided otherwise first, what cannot be told last. */
import { list, type Page, type Section, sentences } from '../pages/page.ts';
import { counted } from '../pages/phrases.ts';
import type { ReplayedChange, ReplayResult } from './replay.ts';

export function replayAsPage(result: ReplayResult): Page {
  const changed = result.changes.reduce((sum, { exchanges }) => sum + exchanges, 0);
  const sections: readonly Section[] = [
    { heading: 'What would be decided otherwise', passages: list(result.changes.map(changeInWords)) },
    { heading: 'Fields that left and would not leave now', passages: list(lostInWords(result)) },
    { heading: 'What cannot be told', passages: list(unknownInWords(result)) },
  ];
  return {
    title: 'The recorded exchanges, judged again',
    lead: sentences(
      `${counted(result.exchanges, 'exchange')} judged again: ${changed.toLocaleString('en-GB')} would be decided otherwise, ${result.same.toLocaleString('en-GB')} the same.`,
      'Limits are not counted again, and answers are not filtered again: the log holds no values.',
    ),
    sections: sections.filter(({ passages }) => passages.length > 0),
  };
}

function changeInWords({
  agreement,
  purpose,
  was,
  now,
  unlessAnotherRole,
  exchanges,
}: ReplayedChange): string {
  const what = `${counted(exchanges, 'exchange')} under ${agreement}${purpose === '' ? '' : ` for ${purpose}`}`;
  const how = `${what}: ${verdict(was, 'was')}, ${verdict(now, 'now')}`;
  return unlessAnotherRole
    ? `${how}, unless the person holds another role (the log holds only the one used)`
    : how;
}

function verdict(code: string, when: 'was' | 'now'): string {
  const said = code === 'permit' ? 'permitted' : `refused (${code})`;
  return when === 'was' ? `was ${said}` : `would be ${said}`;
}

function lostInWords({ fieldsLost }: ReplayResult): string[] {
  return [...fieldsLost].map(([field, answers]) => `${field}: from ${counted(answers, 'answer')}`);
}

function unknownInWords({ cannotTell }: ReplayResult): string[] {
  return [...cannotTell].map(([because, exchanges]) => `${counted(exchanges, 'exchange')}: ${because}`);
}
