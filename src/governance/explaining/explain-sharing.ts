/** The part of an explanation about the sharing itself: who, why and about whom. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { list, type Passage, sentences } from '../pages/page.ts';
import { listed, organisationName, sentence, unfinished } from '../pages/phrases.ts';

const RELATIONSHIPS = {
  'separate controllers': 'Each of them must look after the data it holds.',
  'joint controllers': 'They look after the data together.',
  'controller and processor': 'The one that gets the data may only do what the other tells it to.',
} as const;

/** Who gives the data, who gets it, and who works for them. */
export function explainWho(
  { provider, consumer, words }: Agreement,
  policies: PolicySet,
): readonly Passage[] {
  const { relationship, processors, 'joint arrangement': joint, 'part of': partOf } = words.who;
  const workers = processors ?? [];
  return [
    ...sentences(
      `${organisationName(policies, provider)} gives the data.`,
      `${organisationName(policies, consumer)} gets it.`,
      RELATIONSHIPS[relationship],
      joint === undefined
        ? undefined
        : `How they share that work is set out at ${joint} .`.replace(' .', '.'),
      partOf === undefined ? undefined : `This agreement is part of a larger one: ${unfinished(partOf)}.`,
    ),
    ...sentences(workers.length === 0 ? undefined : 'Others work for them:'),
    ...list(workers.map(({ name, does, contract }) => `${name} ${unfinished(does)} (contract ${contract}).`)),
  ];
}

/** The purpose, in the agreement's own words. */
export function explainWhy({ purpose, words }: Agreement): readonly Passage[] {
  const { why } = words;
  const { 'benefit to people': benefit, 'why personal data is needed': needed } = why;
  const tried = why['less intrusive options considered'];
  return [
    ...sentences(`The data may be used for one thing: ${purpose}.`, sentence(why['in our words'])),
    ...sentences(benefit === undefined ? undefined : `How it helps people: ${sentence(benefit)}`),
    ...sentences(needed === undefined ? undefined : `Why they need data about people: ${sentence(needed)}`),
    ...sentences(tried === undefined ? undefined : `Was there a gentler way? ${sentence(tried)}`),
  ];
}

const CHILDREN = {
  'not included': 'It is not about children.',
  'may be included': 'Some of them may be children.',
  included: 'Some of them are children.',
} as const;

/** Whom the data is about, how many, and where it stands. */
export function explainAbout({ words }: Agreement, dataset: Dataset | undefined): readonly Passage[] {
  const { about, numbers } = words.what;
  const held = dataset === undefined ? undefined : sentence(dataset.words.description);
  return sentences(
    `It is about ${listed(about.map(unfinished))}.`,
    CHILDREN[words.people.children],
    numbers === undefined ? undefined : `How many: ${unfinished(numbers)}.`,
    held === undefined ? undefined : `The data comes from these records: ${held}`,
  );
}
