/** The part of an explanation about what comes after: how long it is kept, rights, checks, dates and signatures. */
import type { Agreement } from '../../domain/agreement.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { list, type Passage, sentences } from '../pages/page.ts';
import { listed, longDate, organisationName, sentence, unfinished } from '../pages/phrases.ts';

const THEN = {
  delete: 'deletes it',
  return: 'gives it back',
  anonymise: 'takes out all that says who it is about',
};

/** How long it is kept and why, whether it goes further, where it stands. */
export function explainKeeping({ consumer, words }: Agreement, policies: PolicySet): readonly Passage[] {
  const care = words['looking after it'];
  const onward = care['passing it on'];
  const abroad = (care.transfers ?? []).map(
    ({ country, safeguard }) => `${country} (${unfinished(safeguard)})`,
  );
  return [
    ...sentences(
      `${organisationName(policies, consumer)} keeps the data for ${unfinished(care['keep for'])}. Then it ${THEN[care.then]}.`,
      `Why so long? ${sentence(care['keep because'])}`,
      care['keep entries for'] === undefined
        ? undefined
        : `The record of who asked for what is kept for ${care['keep entries for']}.`,
    ),
    ...sentences(
      onward === 'not allowed'
        ? 'It may not pass the data on to anybody.'
        : `It may pass the data on: ${unfinished(onward)}.`,
      `The data is stored in ${stored(care['stored in'])}.`,
      abroad.length === 0 ? undefined : `It also goes to ${listed(abroad)}.`,
      `If the data is lost or stolen, it must tell the other within ${unfinished(care['tell the other party of a breach within'])}.`,
      care.accuracy === undefined ? undefined : `If the data looks wrong: ${sentence(care.accuracy)}`,
    ),
    ...sentences(care.security === undefined ? undefined : 'These things keep it safe:'),
    ...list((care.security ?? []).map((measure) => unfinished(measure))),
  ];
}

function stored(place: string): string {
  return unfinished(place) === 'United Kingdom' ? 'the United Kingdom' : unfinished(place);
}

/** Whom to ask, whom to complain to, and where the notices stand. */
export function explainRights(
  { provider, consumer, optOutApplies, words }: Agreement,
  policies: PolicySet,
  withArticles: boolean,
): readonly Passage[] {
  const { people, contacts } = words;
  const machine = people['decisions made by computer alone'];
  const place = withArticles ? ' (UK GDPR Articles 15 to 22)' : '';
  const optOut = people['opt-out route'];
  const notices = people['privacy notices'];
  const kept = people["kept from the person's report"];
  return [
    ...sentences(
      `To see your data, to put it right or to say that you object${place}, write to ${unfinished(people['rights requests to'])}.`,
      `To complain, write to ${unfinished(people['complaints to'])}.`,
      'If that does not help, you can complain to the Information Commissioner.',
      optOut === undefined ? undefined : `You can ask to be left out: ${sentence(optOut)}`,
      optOutApplies ? 'If you have opted out of sharing your health data, yours is left out.' : undefined,
      kept === undefined
        ? undefined
        : `Until ${longDate(kept.until)} the list of who asked about you leaves out what was asked under this agreement (${kept.exemption}).`,
    ),
    ...sentences(
      machine === 'none'
        ? 'No computer decides anything about you by itself.'
        : `A computer may decide by itself. You are protected: ${sentence(machine.safeguards)}`,
    ),
    ...sentences('You can read more here:'),
    ...list([
      `${organisationName(policies, provider)}: ${notices['shared by']}`,
      `${organisationName(policies, consumer)}: ${notices['shared with']}`,
      `Data protection officers: ${listed(contacts['data protection officers'])}`,
    ]),
  ];
}

/** What was weighed before anybody signed. */
export function explainChecks({ words }: Agreement, withArticles: boolean): readonly Passage[] {
  const {
    dpia,
    'dpia reference': reference,
    'dpia date': date,
    reason,
    risks,
    'remaining risk': risk,
  } = words.assessment;
  const place = withArticles ? ' (UK GDPR Article 35)' : '';
  const guardian = words['health and care']?.['caldicott guardian approval'];
  const assessed = {
    completed: `The risks to people were looked at${place}${date === undefined ? '' : ` on ${longDate(date)}`}${reference === undefined ? '' : ` (${reference})`}.`,
    'not needed': `A full look at the risks was not needed${place}.`,
    'under way': `The risks to people are still being looked at${place}.`,
  };
  return [
    ...sentences(
      assessed[dpia],
      reason === undefined ? undefined : sentence(reason),
      `The risk that is left is ${risk}.`,
      guardian === undefined || guardian === 'not needed'
        ? undefined
        : `The guardian of patient data agreed: ${unfinished(guardian)}.`,
    ),
    ...list(
      (risks ?? []).map(
        ({ risk: what, measure }) => `${sentence(what)} What is done about it: ${sentence(measure)}`,
      ),
    ),
  ];
}

/** When it starts, is looked at again and ends, and who signed. */
export function explainDates({ signedByBoth, words }: Agreement, policies: PolicySet): readonly Passage[] {
  const { dates, signed } = words;
  const register = words['publish in the register'];
  const signers = signedByBoth
    ? 'These people signed it:'
    : 'The agreement names these people as its signers:';
  return [
    ...sentences(
      `It starts on ${longDate(dates.starts)}. Its last day is ${longDate(dates.ends)}.`,
      `They must look at it again by ${longDate(dates['review by'])}.`,
      `Each can end it early with ${unfinished(dates['notice to end early'])} of notice.`,
      `When it ends: ${sentence(dates['when it ends'])}`,
    ),
    ...sentences(signed === undefined ? 'Nobody has signed it yet.' : signers),
    ...list(
      (signed ?? []).map(
        ({ organisation, name, role, date }) =>
          `${name} for ${organisationName(policies, organisation)} (${role}), on ${longDate(date)}.`,
      ),
    ),
    ...sentences(
      register === true
        ? 'It is in the public list of agreements.'
        : `It is not in the public list of agreements, for reasons of ${register['withheld because']}.`,
    ),
  ];
}
