/** The part of an explanation about the law: what lets each party do this, in words, with its places only if asked for. */
import type { Agreement } from '../../domain/agreement.ts';
import type { BasisWords, LawWords } from '../../domain/agreement-words.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { list, type Passage, sentences } from '../pages/page.ts';
import { listed, organisationName, sentence, unfinished } from '../pages/phrases.ts';
import { BASES, CATEGORIES, CONFIDENCE, type LawInWords, SPECIAL_CONDITIONS } from './law-in-words.ts';

/** The laws, each party's basis, and what there is about extra sensitive data. */
export function explainLaw(
  { provider, consumer, words }: Agreement,
  policies: PolicySet,
  withArticles: boolean,
): readonly Passage[] {
  const { law } = words;
  const basis = law['lawful basis'];
  return [
    ...sentences(
      `${organisationName(policies, provider)} may give the data because ${basisInWords(basis['shared by'], withArticles)}.`,
      `${organisationName(policies, consumer)} may use it because ${basisInWords(basis['shared with'], withArticles)}.`,
    ),
    ...sentences(law.powers === undefined ? undefined : 'These laws let them do it:'),
    ...list((law.powers ?? []).map(unfinished)),
    ...sentences(gateway(law)),
    ...sentences(...special(law, withArticles)),
    ...sentences(...offences(law, withArticles)),
    ...sentences(...confidence(law)),
  ];
}

function basisInWords(basis: BasisWords, withArticles: boolean): string {
  const { basis: name, condition } = typeof basis === 'string' ? { basis, condition: undefined } : basis;
  const said = inWords(BASES.get(name), name, withArticles);
  return condition === undefined ? said : `${said}: ${condition}`;
}

/** The plain words, or the file's own where there are none; with the place in the law where asked. */
function inWords(known: LawInWords | undefined, name: string, withArticles: boolean): string {
  if (known === undefined) return `of “${name}”`;
  return withArticles ? `${known.words} (${name}: ${known.place})` : known.words;
}

function gateway({ gateway: named }: LawWords): string | undefined {
  return named === undefined
    ? undefined
    : `The law opens a way for this (${unfinished(named.section)}). It is there for ${unfinished(named.objective)}.`;
}

function special({ 'special category data': data }: LawWords, withArticles: boolean): readonly string[] {
  if (data.present === 'none')
    return ['The agreement says that this shows nothing about health, faith or other very private things.'];
  const kinds = listed((data.kinds ?? []).map((kind) => CATEGORIES.get(kind) ?? kind));
  const shows = data.present === 'yes' ? 'The data tells' : 'From the data somebody could guess';
  const { condition, 'schedule 1 condition': schedule, 'appropriate policy document': document } = data;
  return [
    `${shows} something very private about people: ${kinds}.`,
    ...(data.explanation === undefined ? [] : [sentence(data.explanation)]),
    ...(condition === undefined
      ? []
      : [`The law allows that ${inWords(SPECIAL_CONDITIONS.get(condition), condition, withArticles)}.`]),
    ...(withArticles && schedule !== undefined
      ? [`The condition in the Data Protection Act 2018, Schedule 1, is: ${schedule}.`]
      : []),
    ...(document === undefined ? [] : [`A written policy says how it is kept safe (${document}).`]),
  ];
}

function offences({ 'criminal offence data': data }: LawWords, withArticles: boolean): readonly string[] {
  if (data.present === 'none') return ['It says nothing about crimes.'];
  const shows = data.present === 'yes' ? 'The data tells' : 'From the data somebody could guess';
  const place = withArticles ? ' (UK GDPR Article 10)' : '';
  return [
    `${shows} something about crimes${place}.`,
    ...(data.condition === undefined ? [] : [`The law allows that on this ground: ${data.condition}.`]),
  ];
}

function confidence({
  'duty of confidence': duty,
  'compatible purpose': purpose,
}: LawWords): readonly string[] {
  const {
    satisfied,
    reference,
    'decided by': decider,
  } = typeof duty === 'string' ? { satisfied: duty, reference: undefined, 'decided by': undefined } : duty;
  return [
    CONFIDENCE.get(satisfied) ??
      `The data was told in confidence. It may be shared because of “${satisfied}”.`,
    ...(reference === undefined ? [] : [`The reference is ${reference}.`]),
    ...(decider === undefined ? [] : [`${sentence(decider).slice(0, -1)} decided that.`]),
    ...(purpose === undefined
      ? []
      : [
          `The data was first collected for something else. This use fits with it: ${unfinished(typeof purpose === 'string' ? purpose : purpose.assessed)}.`,
        ]),
  ];
}
