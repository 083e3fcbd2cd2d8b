/** The schema of an agreement's sections on law, people, assessment and care (docs/formats/agreement.md). */
import {
  COMPATIBLE_PURPOSES,
  DUTIES_OF_CONFIDENCE,
  EXEMPTIONS_FROM_ACCESS,
  LAWFUL_BASES,
  RECOGNISED_INTERESTS,
  SCHEDULE_1_PART_1,
  SCHEDULE_1_PART_2,
  SCHEDULE_1_PART_3,
  SPECIAL_CATEGORIES,
  SPECIAL_CONDITIONS,
  TRANSFER_SAFEGUARDS,
} from './legal-words.ts';
import { day, email, listOf, oneOf, section, text, textLike, webAddress } from './schema-parts.ts';

const basis = oneOf(LAWFUL_BASES).or(
  section({
    basis: oneOf(LAWFUL_BASES),
    condition: oneOf(RECOGNISED_INTERESTS).optional(),
    'request reference': text.optional(),
    'assessment reference': text.optional(),
    'consent record': text.optional(),
    'outside our public tasks': text.optional(),
  }),
);

const specialCategory = section({
  present: oneOf(['none', 'by inference', 'yes']),
  kinds: listOf(oneOf(SPECIAL_CATEGORIES)).optional(),
  explanation: text.optional(),
  condition: oneOf(SPECIAL_CONDITIONS).optional(),
  'schedule 1 condition': oneOf([...SCHEDULE_1_PART_1, ...SCHEDULE_1_PART_2]).optional(),
  'appropriate policy document': text.optional(),
  'consent record': text.optional(),
  'professional secrecy': text.optional(),
  safeguards: text.optional(),
});

const criminalOffence = section({
  present: oneOf(['none', 'by inference', 'yes']),
  condition: oneOf([
    'official authority',
    ...SCHEDULE_1_PART_1,
    ...SCHEDULE_1_PART_2,
    ...SCHEDULE_1_PART_3,
  ]).optional(),
  'appropriate policy document': text.optional(),
});

export const law = section({
  regime: oneOf(['UK GDPR', 'law enforcement (Part 3)', 'not personal data']),
  powers: listOf(text).optional(),
  gateway: section({ section: text, objective: text }).optional(),
  'lawful basis': section({ 'shared by': basis, 'shared with': basis }),
  'special category data': specialCategory,
  'criminal offence data': criminalOffence,
  'duty of confidence': oneOf(DUTIES_OF_CONFIDENCE).or(
    section({
      satisfied: oneOf(DUTIES_OF_CONFIDENCE),
      reference: text.optional(),
      'decided by': text.optional(),
    }),
  ),
  'compatible purpose': oneOf(COMPATIBLE_PURPOSES)
    .or(section({ assessed: text }))
    .optional(),
});

export const people = section({
  'privacy notices': section({ 'shared by': webAddress, 'shared with': webAddress }),
  children: oneOf(['not included', 'may be included', 'included']),
  'decisions made by computer alone': oneOf(['none']).or(section({ safeguards: text })),
  'rights requests to': email,
  'complaints to': email,
  'consultation held': text.optional(),
  'opt-out route': text.optional(),
  "kept from the person's report": section({
    until: day,
    exemption: oneOf(EXEMPTIONS_FROM_ACCESS),
    because: text,
    'decided by': text,
  }).optional(),
});

export const assessment = section({
  dpia: oneOf(['completed', 'not needed', 'under way']),
  'dpia reference': text.optional(),
  'dpia date': day.optional(),
  reason: text.optional(),
  'remaining risk': oneOf(['low', 'medium', 'high']),
  'consultation reference': text.optional(),
  'signed by': text.optional(),
  risks: listOf(section({ risk: text, measure: text, owner: text })).optional(),
});

const transfer = section({
  country: text,
  safeguard: oneOf(TRANSFER_SAFEGUARDS),
  'data protection test': text.optional(),
  because: text.optional(),
});

export const lookingAfterIt = section({
  'keep for': text,
  // What keeping means is for the reader; only the breach time has a limit in law.
  // biome-ignore lint/suspicious/noThenProperty: the word of the format, never awaited.
  then: oneOf(['delete', 'return', 'anonymise']),
  'keep because': text,
  'keep entries for': textLike(
    /^[1-9]\d{0,2} (?:years?|months?)$/,
    'write a whole number of years or months, such as `6 years`',
  ).optional(),
  'passing it on': text.refine((value) => /^not allowed$|^only to \S/.test(value), {
    params: {
      what: 'this does not say to whom it may be passed on',
      write: 'write `not allowed`, or `only to …`',
    },
  }),
  'stored in': text,
  transfers: listOf(transfer).optional(),
  security: listOf(text).optional(),
  'tell the other party of a breach within': text,
  accuracy: text.optional(),
  'audit right': text.optional(),
});

export const healthAndCare = section({
  'caldicott guardian approval': text,
  'national data opt-out': oneOf(['applies', 'does not apply']),
  reason: text.optional(),
  'security and protection toolkit': text.optional(),
});
