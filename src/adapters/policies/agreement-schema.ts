/** The schema of an agreement file (docs/formats/agreement.md). */
import { z } from 'zod';
import { assessment, healthAndCare, law, lookingAfterIt, people } from './agreement-law-schema.ts';
import { ALL_REVEALS } from './dataset-schema.ts';
import {
  advice,
  day,
  email,
  headerWords,
  id,
  listOf,
  oneOf,
  section,
  text,
  textLike,
  webAddress,
} from './schema-parts.ts';

const MOST_SUMMARY_WORDS = 100;

const summary = text.refine((words) => words.trim().split(/\s+/).length <= MOST_SUMMARY_WORDS, {
  params: advice(`the summary is longer than ${MOST_SUMMARY_WORDS} words`, 'say it more shortly'),
});

const who = section({
  'shared by': id,
  'shared with': id,
  relationship: oneOf(['separate controllers', 'joint controllers', 'controller and processor']),
  'document kind': oneOf([
    'one-way disclosure',
    'two-way protocol',
    'joint controller arrangement',
  ]).optional(),
  processors: listOf(section({ name: text, does: text, contract: text })).optional(),
  'joint arrangement': webAddress.optional(),
  'part of': text.optional(),
});

const why = section({
  purpose: headerWords,
  'in our words': text,
  'benefit to people': text.optional(),
  'why personal data is needed': text.optional(),
  'less intrusive options considered': text.optional(),
});

const shownWord = textLike(
  /^(?=\S)[^\p{Cc}\p{Cs}]{1,100}(?<=\S)$/u,
  'write at most 100 characters on one line',
);

const shownField = section({
  field: text,
  show: oneOf(ALL_REVEALS).optional(),
  'yes when': listOf(text).optional(),
  'not yet when': listOf(text).optional(),
  words: z.record(text, shownWord).optional(),
  'anything else': shownWord.optional(),
  bands: listOf(z.int()).optional(),
  because: text.optional(),
});

const rowConditions = z
  .record(text, z.union([text, listOf(text)]))
  .refine((it) => Object.keys(it).length > 0, {
    params: advice('no condition is written here', 'name a field and its values, or take the line out'),
  });

const what = section({
  dataset: id,
  about: listOf(text),
  numbers: text.optional(),
  'they may': listOf(text),
  'they may ask using': listOf(text),
  'they may see': listOf(text.or(shownField)),
  'they may see around the records': listOf(text).optional(),
  'they must never see': listOf(text).optional(),
  'only records where': rowConditions.optional(),
});

const place = section({
  place: text,
  'shown by': section({
    claim: text.optional(),
    is: listOf(text).optional(),
    networks: listOf(text).optional(),
  }).optional(),
  reported: text.optional(),
});

const training = section({ 'shown by': section({ claim: text }).optional(), reported: text.optional() });

const whoMayLook = section({
  roles: listOf(text).optional(),
  systems: listOf(text),
  'acting person': oneOf(['proved by the sign-in', 'stated by the system', 'not needed']),
  'sign in': oneOf(['work account with a second factor', 'work account', 'system account']),
  'must give': listOf(oneOf(['reason', 'case reference', "person's consent reference"])).optional(),
  'reasons allowed': listOf(headerWords).optional(),
  when: text.optional(),
  from: text.or(place).optional(),
  'training in date': text.or(training).optional(),
});

const limits = section({
  'records in one answer': z.int().min(1).max(10_000_000).optional(),
  'checks by one person': text.optional(),
  'checks by the organisation': text.optional(),
  'different people looked up': text.optional(),
  'bulk allowed': z.unknown().optional(),
});

const emergencyAccess = z.literal('not allowed').or(
  section({
    'allowed for': listOf(text),
    'who may use it': listOf(text),
    widens: listOf(text),
    'never widens': listOf(text),
    'reviewed by': text,
    'reviewed within': text,
  }),
);

const dates = section({
  starts: day,
  'review by': day,
  ends: day,
  'notice to end early': text,
  'when it ends': text,
});

const signature = section({ organisation: id, name: text, role: text, date: day });

const values = z.record(z.string(), z.string());

const example = section({
  name: text,
  as: text,
  'asks to': text,
  using: values,
  reason: text.optional(),
  'case reference': text.optional(),
  answer: oneOf(['released', 'refused']),
  because: text.optional(),
  'they see': values.optional(),
  'they do not see': listOf(text).optional(),
});

export const agreementSchema = section({
  format: z.literal('data-sharing-agreement/1'),
  agreement: textLike(
    /^DSA-\d{4}-\d{3,6}$/,
    'write DSA, a hyphen, the year, a hyphen and a number, such as `DSA-2026-014`',
  ),
  version: z.int().min(1).max(1_000_000),
  'under protocol': textLike(
    /^SP-\d{4}-\d{3,6}$/,
    'write SP, a hyphen, the year, a hyphen and a number, such as `SP-2026-003`',
  ).optional(),
  'protocol version': z.int().min(1).max(1_000_000).optional(),
  status: text.optional(),
  title: text,
  summary,
  who,
  why,
  what,
  law,
  people,
  assessment,
  'who may look': whoMayLook,
  limits,
  'emergency access': emergencyAccess,
  'looking after it': lookingAfterIt,
  'health and care': healthAndCare.optional(),
  dates,
  contacts: section({
    'shared by': email,
    'shared with': email,
    'data protection officers': listOf(email),
    'senior information risk owners': listOf(email).optional(),
  }),
  signed: listOf(signature).optional(),
  'publish in the register': z
    .literal(true)
    .or(section({ 'withheld because': oneOf(['security', 'crime']) })),
  examples: listOf(example),
});

export type AgreementFile = z.infer<typeof agreementSchema>;
