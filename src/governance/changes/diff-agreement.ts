/** What changes from one version of an agreement to another: an answer for every member that an agreement has. */
import type { Agreement, Limits, Rate } from '../../domain/agreement.ts';
import { londonDate } from '../../domain/london-time.ts';
import { counted, longDate } from '../pages/phrases.ts';
import { diffAgreedFields } from './diff-fields.ts';
import {
  another,
  type Compare,
  type EveryMember,
  everyMember,
  members,
  orderedMembers,
  same,
  shown,
} from './diff-values.ts';
import type { AspectChange, ChangeEffect } from './policy-change.ts';

/** Every change, in the order in which an agreement says things. Both are the same agreement for the same two parties. */
export function diffAgreement(was: Agreement, now: Agreement): readonly AspectChange[] {
  if (was === now) return [];
  return everyMember(BY_MEMBER, was, now);
}

function said(noun: string): Compare<unknown> {
  return (was, now) => another(noun, was, now, 'says');
}

/** A flag whose being true asks for more and so gives less. */
function demand(what: string): Compare<boolean> {
  return (was, now) => {
    if (was === now) return [];
    return [now ? less(`asks for ${what}`) : more(`no longer asks for ${what}`)];
  };
}

const NOTHING: Compare<unknown> = () => [];

/**
 * INVARIANT: an empty difference means that no request is decided differently. The compiler asks for an answer here
 * for every member of an agreement, so that none that is added later can be forgotten.
 */
const BY_MEMBER: EveryMember<Agreement> = {
  id: NOTHING,
  provider: (was, now) => another('who shares', was, now, 'changes'),
  consumer: (was, now) => another('who receives', was, now, 'changes'),
  dataset: (was, now) => another('the dataset', was, now, 'changes'),
  purpose: (was, now) => another('the purpose', was, now, 'changes'),
  operations: (was, now) => members('what they may do:', was, now),
  lookups: (was, now) => members('what they may ask using:', was, now),
  fields: diffAgreedFields,
  wrapper: (was, now) => members('what they may see around the records:', was, now),
  rowConditions: diffRowConditions,
  roles: (was, now) => orderedMembers('role', was, now),
  systems: (was, now) => members('the system', was, now),
  person: (was, now) => another('how the acting person is known', was, now, personEffect(was, now)),
  secondFactor: demand('a second factor'),
  mustGive: (was, now) => [
    ...demand('a reason')(was.reason, now.reason),
    ...demand('a case reference')(was.caseReference, now.caseReference),
    ...demand('a consent reference')(was.consentReference, now.consentReference),
  ],
  reasonsAllowed: (was, now) => members('the reason', was, now),
  hours: (was, now) => loosened('the hours', was, now),
  place: (was, now) => loosened('the place', was, now),
  training: (was, now) => loosened('the training that they need', was, now),
  protocol: said('the protocol'),
  emergency: (was, now) => another('emergency access', was, now, 'changes'),
  optOutApplies: (was, now) =>
    was === now
      ? []
      : [now ? less('leaves out people who opted out') : more('no longer leaves out people who opted out')],
  keptFromReport: diffKeptFromReport,
  limits: diffLimits,
  rehearsal: (was, now) => another('whether it is a rehearsal', was, now, 'changes'),
  // When it is in force is worked out instant by instant, and so is what takes its place.
  version: NOTHING,
  startsAtMs: NOTHING,
  endsAtMs: NOTHING,
  signedByBoth: NOTHING,
  signaturesBroken: NOTHING,
  signatureFaults: NOTHING,
  sha256: NOTHING,
  title: said('the title'),
  basis: said('the lawful basis'),
  specialCategories: said('the kinds of special category data that it names'),
  keepFor: said('how long the data is kept'),
  onwardSharing: said('to whom the data may be passed on'),
  contact: said('whom to ring'),
  examples: (was, now) => (same(was, now) ? [] : [{ effect: 'says', words: 'changes its examples' }]),
  words: diffWords,
};

function more(words: string): AspectChange {
  return { effect: 'gives more', words };
}

function less(words: string): AspectChange {
  return { effect: 'gives less', words };
}

/** Undefined means no such rule: without it more is given. */
function loosened<Rule>(noun: string, was: Rule | undefined, now: Rule | undefined): readonly AspectChange[] {
  if (now === undefined)
    return another(noun, was, 'no rule', 'gives more').slice(0, was === undefined ? 0 : 1);
  return another(noun, was ?? 'no rule', now, was === undefined ? 'gives less' : 'changes');
}

const PERSON_STRENGTH: readonly Agreement['person'][] = [
  'not needed',
  'stated by the system',
  'proved by the sign-in',
];

function personEffect(was: Agreement['person'], now: Agreement['person']): ChangeEffect {
  return PERSON_STRENGTH.indexOf(now) < PERSON_STRENGTH.indexOf(was) ? 'gives more' : 'gives less';
}

function diffRowConditions(
  was: Agreement['rowConditions'],
  now: Agreement['rowConditions'],
): readonly AspectChange[] {
  const values = (conditions: Agreement['rowConditions']) =>
    new Map(conditions.map(({ field, among }) => [field.name, among]));
  const [before, after] = [values(was), values(now)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const [had, has] = [before.get(field), after.get(field)];
    if (had === undefined) return [less(`gives only records whose ${field} is ${shown(has)}`)];
    if (has === undefined) return [more(`gives records whatever their ${field} is`)];
    return members(`records whose ${field} is`, had, has);
  });
}

/** It changes what a person is told, and no request: so it says something else, whichever way it goes. */
function diffKeptFromReport(
  was: Agreement['keptFromReport'],
  now: Agreement['keptFromReport'],
): readonly AspectChange[] {
  if (same(was, now)) return [];
  if (now === undefined)
    return [{ effect: 'says', words: 'no longer keeps anything from the report that a person gets' }];
  const until = longDate(londonDate(now.untilMs - 1));
  return [
    {
      effect: 'says',
      words: `keeps its exchanges from the report that a person gets until ${until} (${now.exemption})`,
    },
  ];
}

function diffLimits(was: Limits, now: Limits): readonly AspectChange[] {
  return [
    ...(was.records === now.records
      ? []
      : [
          {
            effect: now.records > was.records ? ('gives more' as const) : ('gives less' as const),
            words: `changes the most records in one answer from ${was.records} to ${now.records}`,
          },
        ]),
    ...diffRate('checks by one person', was.byPerson, now.byPerson),
    ...diffRate('checks by the organisation', was.byOrganisation, now.byOrganisation),
    ...diffRate('different people looked up', was.differentPeople, now.differentPeople),
  ];
}

function diffRate(noun: string, was: Rate | undefined, now: Rate | undefined): AspectChange[] {
  if (same(was, now)) return [];
  if (now === undefined) return [more(`takes away the limit on ${noun} (${often(was)})`)];
  if (was === undefined) return [less(`limits ${noun} to ${often(now)}`)];
  const words = `changes the limit on ${noun} from ${often(was)} to ${often(now)}`;
  if (was.per !== now.per) return [{ effect: 'changes', words }];
  return [now.most > was.most ? more(words) : less(words)];
}

function often(rate: Rate | undefined): string {
  return rate === undefined
    ? 'no limit'
    : `${rate.most.toLocaleString('en-GB')} ${rate.per === 'hour' ? 'an hour' : 'a day'}`;
}

/** What other lines say already is not said again here. */
const SAID_ELSEWHERE = new Set([
  'agreement',
  'version',
  'title',
  'what',
  'who may look',
  'limits',
  'dates',
  'signed',
]);

function diffWords(was: Agreement['words'], now: Agreement['words']): readonly AspectChange[] {
  const sections = (words: Agreement['words']) =>
    new Map<string, unknown>(Object.entries(words).filter(([name]) => !SAID_ELSEWHERE.has(name)));
  const [before, after] = [sections(was), sections(now)];
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => name !== 'examples' && name !== 'format' && !same(before.get(name), after.get(name)),
  );
  if (changed.length === 0) return [];
  const names = changed.map((name) => `“${name}”`).join(', ');
  return [
    { effect: 'says', words: `changes what it says under ${names} (${counted(changed.length, 'section')})` },
  ];
}
