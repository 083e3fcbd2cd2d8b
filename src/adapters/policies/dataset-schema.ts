/** The schema of a dataset file (docs/formats/dataset.md). */
import { z } from 'zod';
import { SENSITIVITIES } from '../../domain/dataset.ts';
import { kindNames } from '../../domain/kind.ts';
import { SPECIAL_CATEGORIES } from './legal-words.ts';
import { id, listOf, oneOf, section, text, textLike, webAddress } from './schema-parts.ts';

/** Every way of showing, and `not at all`. */
export const ALL_REVEALS = [
  'in full',
  'initials',
  'year',
  'age band',
  'over 18',
  'first half',
  'last 4 characters',
  'yes or no',
  'in other words',
  'matching code',
  'band',
  'bound to this agreement',
  'not at all',
] as const;

const kind = z.enum(kindNames());
const codes = listOf(text);
const providersName = textLike(/^[^\s\p{Cc}]{1,200}$/u, "write the provider's own name, without spaces");
export const plainName = textLike(
  /^[A-Za-z][A-Za-z0-9' -]{0,78}[A-Za-z0-9]$/,
  'use letters without accents, digits, spaces and hyphens, and begin with a letter',
);
const secretName = textLike(
  /^[A-Z][A-Z0-9_]{0,63}$/,
  'write the name of a secret in capital letters, digits and underscores, never the secret itself',
);
/** More connections than that to one server would be a fault in the file. */
const MOST_AT_ONCE = 1024;
const headerName = textLike(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'write the name of a header');

const upstream = section({
  address: webAddress,
  'sign in': oneOf(['none', 'api key', 'client certificate', 'oauth client credentials']),
  secret: secretName.optional(),
  header: headerName.optional(),
  issuer: webAddress.optional(),
  scope: text.optional(),
  timeout: text,
  'largest answer': text,
  'most at once': z.int().min(1).max(MOST_AT_ONCE).optional(),
  'always send': z
    .record(
      headerName,
      oneOf(['exchange id', 'consumer code', 'role']).or(
        section({ constant: textLike(/^[\x20-\x7e]{1,200}$/, 'use printable characters without accents') }),
      ),
    )
    .optional(),
});

const operation = section({
  request: textLike(
    /^(?:GET|POST) \/(?:[^\s?#{}]|\{[^{}/]+\})*$/,
    'write GET or POST, a space, and a path in which each lookup stands in curly brackets',
  ),
  'only reads': z.literal(true).optional(),
  'may use': z.union([z.record(plainName, providersName), listOf(text)]).optional(),
  'must use': listOf(text).optional(),
  answer: oneOf(['one record', 'many records']),
  'record is at': text.optional(),
  'around the records': z.record(providersName, oneOf(['total', 'page number', 'page size'])).optional(),
  'nothing found is': z.union([z.int().min(200).max(499), z.literal('an empty list')]).optional(),
  'success is': z.union([z.int().min(200).max(299), listOf(z.int().min(200).max(299))]).optional(),
  'answer media types': listOf(textLike(/^[a-z]+\/[a-z0-9.+-]+$/, 'write a media type')).optional(),
  'finds a person by': z.union([text, listOf(text)]).optional(),
});

const lookup = section({
  in: oneOf(['path', 'query', 'body']),
  kind,
  'send as': providersName.optional(),
  'about the person': z.boolean().optional(),
  sensitivity: oneOf(SENSITIVITIES).optional(),
  codes: codes.optional(),
  'at least': z.int().min(0).optional(),
  'at most': z.int().min(0).optional(),
  field: text.optional(),
});

const fieldValue = section({
  means: text,
  sensitivity: oneOf(SENSITIVITIES).optional(),
  reveals: listOf(oneOf(SPECIAL_CATEGORIES)).optional(),
});

const field = section({
  means: text,
  kind,
  codes: codes.optional(),
  sensitivity: oneOf(SENSITIVITIES),
  reveals: listOf(oneOf(SPECIAL_CATEGORIES)).optional(),
  values: z.record(text, fieldValue).optional(),
  'may be shown as': listOf(oneOf(ALL_REVEALS)).optional(),
});

const subject = section({ who: text, field: text });

export const datasetSchema = section({
  format: z.literal('dataset/1'),
  dataset: id,
  title: text,
  controller: id,
  description: text,
  'modelled on': text.optional(),
  'open standards': listOf(text).optional(),
  about: text,
  classification: oneOf(['OFFICIAL', 'OFFICIAL-SENSITIVE']).optional(),
  'being listed reveals': listOf(oneOf(SPECIAL_CATEGORIES)).optional(),
  'callers must prove their key': oneOf(['yes', 'no']).optional(),
  upstream,
  'test upstream': upstream.optional(),
  operations: z.record(plainName, operation),
  lookups: z.record(plainName, lookup).optional(),
  'subject reference': text.optional(),
  'subject references': listOf(subject).optional(),
  fields: z.record(z.string(), field),
  'fields not listed here': z.literal('remove'),
});

export type DatasetFile = z.infer<typeof datasetSchema>;
export type OperationFile = z.infer<typeof operation>;
export type LookupFile = z.infer<typeof lookup>;
export type FieldFile = z.infer<typeof field>;
