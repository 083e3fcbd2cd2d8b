/** The text face of a dataset to begin with: a policy file whose blanks are marked, each with who can fill it. */

import { oneLine } from '../pages/phrases.ts';
import type { GuessedKind } from './guessed-field.ts';
import type { NewDataset, NewField, NewLookup, NewOperation } from './new-dataset.ts';

/** What marks a blank; a file with blanks is refused by `check` until they are filled. */
export const FILL_IN = 'FILL-IN';

/** Everything from the document is text: quoted wherever YAML could take it for something else. */
export function newDatasetAsYaml(dataset: NewDataset): string {
  return [
    '# A dataset to begin with. Lines with FILL-IN need somebody who knows; no field is shown until somebody says how.',
    'format: dataset/1',
    `dataset: ${dataset.id}`,
    `title: ${scalar(dataset.title === '' ? FILL_IN : dataset.title)}`,
    `controller: ${FILL_IN}   # the id of the organisation that answers for this data`,
    `description: ${scalar(dataset.description === '' ? FILL_IN : dataset.description)}`,
    `about: ${FILL_IN}   # whom the records are about, such as: people who pay council tax`,
    '',
    'upstream:',
    `  address: ${scalar(addressOf(dataset))}   # the API team knows it; https, without a slash at the end`,
    '  sign in: api key   # or oauth client credentials, with secret, issuer and scope',
    `  secret: ${FILL_IN}   # the name of a secret in capitals, never the secret itself`,
    '  header: Authorization',
    '  timeout: 5 seconds',
    '  largest answer: 1 MB',
    '',
    'operations:',
    ...dataset.operations.flatMap(operationLines),
    ...leftOutLines(dataset),
    '',
    'lookups:',
    ...[...dataset.lookups].map(([name, lookup]) => `  ${key(name)}: ${lookupEntry(lookup)}`),
    '',
    `subject reference: ${FILL_IN}   # the field that names the person whom a record is about, such as an account reference`,
    '',
    'fields:',
    ...[...dataset.fields].map(([name, field]) => `  ${key(name)}: ${fieldEntry(field)}`),
    '',
    'fields not listed here: remove',
    '',
  ].join('\n');
}

function addressOf({ address }: NewDataset): string {
  return address !== undefined && /^https:\/\/\S+$/.test(address) ? address.replace(/\/+$/, '') : FILL_IN;
}

function operationLines({ name, request, mayUse, answer, recordIsAt, around }: NewOperation): string[] {
  const used = [...mayUse].map(([lookup, sentAs]) => `${key(lookup)}: ${scalar(sentAs)}`);
  const wrapper = [...around].map(([member, kind]) => `${key(member)}: ${kind}`);
  return [
    `  ${key(name)}:`,
    `    request: ${scalar(request)}`,
    ...(used.length === 0 ? [] : [`    may use: {${used.join(', ')}}`]),
    ...(used.length === 0 || answer === 'one record'
      ? []
      : [`    must use: [${FILL_IN}]   # without these nobody may ask: an empty search finds everybody`]),
    `    answer: ${answer}`,
    ...(recordIsAt === undefined ? [] : [`    record is at: ${scalar(recordIsAt)}`]),
    ...(wrapper.length === 0 ? [] : [`    around the records: {${wrapper.join(', ')}}`]),
    `    nothing found is: ${answer === 'one record' ? '404' : 'an empty list'}`,
  ];
}

function leftOutLines({ leftOut }: NewDataset): string[] {
  return leftOut.map(({ what, because }) => `  # left out: ${oneLine(what)}: ${because}`);
}

function lookupEntry(lookup: NewLookup): string {
  const about = ['identifying', 'contact', 'child'].includes(lookup.sensitivity);
  const parts = [`in: ${lookup.in}`, ...kindParts(lookup), ...(about ? ['about the person: true'] : [])];
  const blank =
    lookup.in === 'path' && lookup.kind === 'reference'
      ? `   # ${FILL_IN} another kind where the id has another shape`
      : '';
  return `{${parts.join(', ')}}${blank}`;
}

function fieldEntry(field: NewField): string {
  const shown = field.sensitivity === 'never share' ? [] : ['may be shown as: [not at all]'];
  const reveals = field.sensitivity === 'special category' ? [`reveals: [${FILL_IN}]`] : [];
  const parts = [
    `means: ${scalar(field.means)}`,
    ...kindParts(field),
    `sensitivity: ${field.sensitivity}`,
    ...reveals,
    ...shown,
  ];
  return `{${parts.join(', ')}}`;
}

function kindParts({ kind, codes, atLeast, atMost }: GuessedKind): string[] {
  return [
    `kind: ${kind}`,
    ...(codes === undefined ? [] : [`codes: [${codes.map(scalar).join(', ')}]`]),
    ...(atLeast === undefined ? [] : [`at least: ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most: ${atMost}`]),
  ];
}

/** Words that YAML 1.2 core takes for something else than text. */
const NOT_TEXT = /^(?:null|true|false|~|[-+.]?[0-9].*|\.(?:inf|nan))$/i;
const PLAIN = /^[A-Za-z][A-Za-z0-9 ._/()-]*$/;

/** A text as a YAML scalar: plain where that is safe even between brackets, else in double quotes as JSON writes it. */
export function scalar(text: string): string {
  return PLAIN.test(text) && !NOT_TEXT.test(text) && text.trim() === text ? text : JSON.stringify(text);
}

function key(name: string): string {
  return scalar(name);
}
