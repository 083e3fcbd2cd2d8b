/** The changes between two policy sets as a page for people: what gives more first, what is only said last. */
import { londonDate } from '../../domain/london-time.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { list, type Page, type Section, sentences } from '../pages/page.ts';
import { longDate, oneLine, organisationName, sentence } from '../pages/phrases.ts';
import type { ChangeEffect, PolicyChange } from './policy-change.ts';

const HEADINGS: readonly (readonly [ChangeEffect, string])[] = [
  ['gives more', 'What gives more'],
  ['gives less', 'What gives less'],
  ['changes', 'What else changes in how requests are decided, sent or answered'],
  ['says', 'What changes only in what is said'],
];

/**
 * @param names the newer set: its names of organisations are used, and the older one's for those that are gone.
 * @param asIfSigned says so at the top, since what nobody has signed does not flow.
 */
export function diffAsPage(
  changes: readonly PolicyChange[],
  was: PolicySet,
  now: PolicySet,
  asIfSigned: boolean,
): Page {
  const sections = HEADINGS.flatMap(([effect, heading]): Section[] => {
    const those = changes.filter((change) => change.effect === effect);
    const items = those.map((change) => changeInWords(change, was, now));
    return items.length === 0 ? [] : [{ heading, passages: list(items) }];
  });
  const flows = changes.some(({ effect }) => effect !== 'says');
  return {
    title: 'What changes between the two sets of policy files',
    lead: sentences(
      flows ? undefined : 'No request is decided differently, and nothing else leaves than before.',
      asIfSigned && changes.length > 0
        ? 'This compares the files as if both parties had signed them. What is not signed does not flow.'
        : undefined,
    ),
    sections,
  };
}

/** "DSA-2026-014 adds Date of birth, `dob` (only the year) for Westhaven, from 1 January 2027, for parking enforcement." */
export function changeInWords(
  { about, words, ...when }: PolicyChange,
  was: PolicySet,
  now: PolicySet,
): string {
  if (about.kind !== 'agreement') return sentence(`The ${about.kind} \`${about.id}\` ${words}`);
  const known = now.organisations.has(about.consumer) ? now : was;
  const parts = [
    `${about.id} ${words}, for ${organisationName(known, about.consumer)}`,
    when.fromMs === undefined ? '' : `, from ${longDate(londonDate(when.fromMs))}`,
    when.untilMs === undefined ? '' : `, until ${longDate(londonDate(when.untilMs - 1))}`,
    `, for ${oneLine(about.purpose)}`,
  ];
  return sentence(parts.join(''));
}
