/** The part of an explanation about asking: what, with what, by whom, how often, and in an emergency. */
import type { Agreement, Rate } from '../../domain/agreement.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { operationForm } from '../../domain/operation-form.ts';
import { list, type Passage, sentences } from '../pages/page.ts';
import { counted, listed, sentence, unfinished } from '../pages/phrases.ts';

/** Each operation with the lookups that it needs and those that it may have. */
export function explainAsking(agreement: Agreement, dataset: Dataset | undefined): readonly Passage[] {
  const operations = agreement.operations.map((name) => {
    const operation = dataset?.operations.get(name);
    return dataset === undefined || operation === undefined
      ? sentence(name)
      : asked(operation, dataset, agreement);
  });
  const { records } = agreement.limits;
  return [
    ...sentences('They may ask for these things and for nothing else:'),
    ...list(operations),
    ...sentences(
      records === 1
        ? 'They get one record at a time.'
        : `They get at most ${counted(records, 'record')} at a time.`,
      'A request that asks for more is refused.',
    ),
  ];
}

function asked(operation: Operation, dataset: Dataset, { lookups }: Agreement): string {
  const { names, required } = operationForm(dataset, operation);
  const usable = lookups.filter((name) => names.has(name));
  const must = usable.filter((name) => required.has(name));
  const may = usable.filter((name) => !required.has(name));
  const said = [
    sentence(operation.name),
    must.length === 0 ? undefined : `They must give: ${listed(must)}.`,
    may.length === 0 ? undefined : `They may also give: ${listed(may)}.`,
  ];
  return said.filter((one) => one !== undefined).join(' ');
}

const SIGN_IN: Readonly<Record<Agreement['person'], string>> = {
  'proved by the sign-in': 'Each person must sign in, so that the gateway knows who looked.',
  'stated by the system': 'The computer system says which person is looking.',
  'not needed': 'No person looks. A computer system asks by itself.',
};

/** The roles, the systems, how they sign in and prove themselves, what they must give, and when. */
export function explainWhoMayLook(agreement: Agreement, dataset?: Dataset): readonly Passage[] {
  const { roles, systems, person, secondFactor, mustGive, reasonsAllowed, hours } = agreement;
  const must = [
    ...(mustGive.reason ? ['a reason'] : []),
    ...(mustGive.caseReference ? ['a case number'] : []),
    ...(mustGive.consentReference ? ['a note of where the person said yes'] : []),
  ];
  return [
    ...sentences(roles.length === 0 ? undefined : 'Only people in these jobs may look:'),
    ...list(roles),
    ...sentences(
      SIGN_IN[person],
      secondFactor ? 'A password is not enough: they must prove who they are in a second way.' : undefined,
      `They must use ${systems.length === 1 ? 'this system' : 'one of these systems'}: ${listed(systems, 'or')}.`,
      dataset?.callersProveKey
        ? 'Each time, the system must also prove itself with a key that only it has.'
        : undefined,
      hours === undefined
        ? 'They may look at any time.'
        : `They may only look at these times: ${unfinished(hours.words)}.`,
      ...placeAndTraining(agreement),
    ),
    ...sentences(
      must.length === 0 ? undefined : `Each time they must give ${listed(must)}.`,
      reasonsAllowed.length === 0 ? undefined : 'These are the only reasons they may give:',
    ),
    ...list(reasonsAllowed),
    ...sentences('Every look is written down in a log. Nobody can change that log without it being seen.'),
  ];
}

function placeAndTraining({ place, training }: Agreement): readonly (string | undefined)[] {
  const unproved = 'The gateway cannot check that. They have promised it.';
  return [
    place === undefined ? undefined : `They may only look from this place: ${unfinished(place.place)}.`,
    place?.shownBy.kind === 'reported' ? unproved : undefined,
    training === undefined ? undefined : 'They must have been trained, and not too long ago.',
    training?.shownBy.kind === 'reported' ? unproved : undefined,
  ];
}

/** How often one person and all of them may ask. */
export function explainLimits({ limits }: Agreement): readonly Passage[] {
  const people = limits.differentPeople;
  const said = [
    limits.byPerson === undefined ? undefined : `One person may ask ${often(limits.byPerson)}.`,
    limits.byOrganisation === undefined
      ? undefined
      : `All of them together may ask ${often(limits.byOrganisation)}.`,
    people === undefined
      ? undefined
      : `They may see at most ${counted(people.most, 'different person').replace('persons', 'people')} in ${spanOf(people)}.`,
  ].filter((one) => one !== undefined);
  return said.length === 0
    ? []
    : sentences(...said, 'After that the gateway says no until the time is over.');
}

function often({ most, per }: Rate): string {
  return `at most ${most === 1 ? 'once' : `${most.toLocaleString('en-GB')} times`} in ${spanOf({ per })}`;
}

function spanOf({ per }: Pick<Rate, 'per'>): string {
  return per === 'hour' ? 'an hour' : 'a day';
}

/** Whether the rules bend in an emergency, and which never do. */
export function explainEmergency({ words }: Agreement): readonly Passage[] {
  const access = words['emergency access'];
  if (access === 'not allowed') return sentences('The rules are the same in an emergency.');
  return sentences(
    `Some rules may bend in an emergency: ${listed(access.widens.map(unfinished))}.`,
    `That is only for ${listed(access['allowed for'].map(unfinished), 'or')}.`,
    `Only these people may use it: ${listed(access['who may use it'].map(unfinished))}.`,
    `These rules never bend: ${listed(access['never widens'].map(unfinished))}.`,
    `Each use is checked by ${unfinished(access['reviewed by'])} within ${unfinished(access['reviewed within'])}.`,
  );
}
