/**
 * The words of the law as people say them, each with its place in the law: UK GDPR Articles 6 and 9, Data Protection Act
 * 2018 Schedule 1, common law duty of confidence.
 */

export interface LawInWords {
  /** The end of a sentence, without a capital and without a full stop. */
  readonly words: string;
  /** Where the law says it, for readers who ask. */
  readonly place: string;
}

const law = (words: string, place: string): LawInWords => ({ words, place });

/** "It may do so because …" */
export const BASES: ReadonlyMap<string, LawInWords> = new Map([
  ['consent', law('the person said yes', 'UK GDPR Article 6(1)(a)')],
  ['contract', law('a contract with the person needs it', 'UK GDPR Article 6(1)(b)')],
  ['legal obligation', law('the law says that it must', 'UK GDPR Article 6(1)(c)')],
  ['vital interests', law('it can save a life', 'UK GDPR Article 6(1)(d)')],
  ['public task', law('it is part of its public job', 'UK GDPR Article 6(1)(e)')],
  [
    'recognised legitimate interest',
    law('it is for a need that the law lists', 'UK GDPR Article 6(1)(ea) and Annex 1'),
  ],
  [
    'legitimate interests',
    law('it has a fair need, and has weighed it against the rights of the person', 'UK GDPR Article 6(1)(f)'),
  ],
]);

/** "The law allows that …" */
export const SPECIAL_CONDITIONS: ReadonlyMap<string, LawInWords> = new Map([
  ['explicit consent', law('where the person has clearly said yes', 'UK GDPR Article 9(2)(a)')],
  [
    'employment, social security and social protection',
    law('for work, benefits and social care', 'UK GDPR Article 9(2)(b)'),
  ],
  ['vital interests', law('where it can save a life', 'UK GDPR Article 9(2)(c)')],
  [
    'not-for-profit body',
    law('for a body that makes no profit, about its members', 'UK GDPR Article 9(2)(d)'),
  ],
  ['made public by the person', law('where the person made it public', 'UK GDPR Article 9(2)(e)')],
  ['legal claims or courts', law('for courts and legal claims', 'UK GDPR Article 9(2)(f)')],
  ['substantial public interest', law('where it matters a lot to the public', 'UK GDPR Article 9(2)(g)')],
  ['health or social care', law('for health or social care', 'UK GDPR Article 9(2)(h)')],
  ['public health', law('for public health', 'UK GDPR Article 9(2)(i)')],
  ['archiving, research or statistics', law('for archives, research or counts', 'UK GDPR Article 9(2)(j)')],
]);

/** What the records may show about somebody. */
export const CATEGORIES: ReadonlyMap<string, string> = new Map([
  ['racial or ethnic origin', 'their race or where their family comes from'],
  ['political opinions', 'their politics'],
  ['religious or philosophical beliefs', 'their faith or beliefs'],
  ['trade union membership', 'whether they are in a trade union'],
  ['genetic', 'their genes'],
  ['biometric', 'their face, fingerprints or voice'],
  ['health', 'their health'],
  ['sex life', 'their sex life'],
  ['sexual orientation', 'whom they love'],
]);

/** Whole sentences about the duty to keep a secret. */
export const CONFIDENCE: ReadonlyMap<string, string> = new Map([
  ['not owed', 'The data was not told in confidence.'],
  [
    'implied consent for direct care',
    'The data was told in confidence. People expect it to be used for their own care.',
  ],
  ['explicit consent', 'The data was told in confidence. The person has said yes to this use.'],
  ['required by law', 'The data was told in confidence. The law says that it must be shared.'],
  ['section 251 support', 'The data was told in confidence. An independent group has agreed to this use.'],
  ['overriding public interest', 'The data was told in confidence. The need of the public comes first here.'],
]);
