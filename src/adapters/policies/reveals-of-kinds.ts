/** Which reveals can be made of which kinds of value (docs/formats/reveals.md), and which a dataset lets a field be shown as. */
import type { RevealName } from '../../domain/dataset.ts';
import { REVEALS } from '../../domain/dataset.ts';
import type { Kind } from '../../domain/kind.ts';
import type { FieldFile } from './dataset-schema.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';

/** Identifiers that hardly two people share: codes of what many share could be counted, and so told. */
const MATCHABLE = [
  'NHS number',
  'national insurance number',
  'unique pupil number',
  'asylum support reference',
  'blue badge number',
  'account reference',
  'UPRN',
  'telephone',
  'email',
  'reference',
];

/** Kinds whose values a way of showing can work on; every kind where none are named. */
const KINDS_OF_REVEALS: Readonly<Record<string, readonly string[] | undefined>> = {
  initials: ['name', 'free text'],
  year: ['date', 'date and time'],
  'age band': ['date'],
  'over 18': ['date'],
  'first half': ['postcode'],
  // Whatever has eight characters or fewer, or is an amount or a word, would fail every record, or tell nearly all.
  'last 4 characters': [
    'NHS number',
    'national insurance number',
    'unique pupil number',
    'asylum support reference',
    'account reference',
    'UPRN',
    'telephone',
    'reference',
    'free text',
  ],
  'in other words': ['code', 'yes or no', 'true or false'],
  'matching code': MATCHABLE,
  band: ['money in pence', 'whole number', 'number'],
  'bound to this agreement': ['reference', 'reference in a link'],
};

/** The reveals that a dataset allows for a field; `in full` where it names none, and none for what is never shared. */
export function revealsOf(
  document: PolicyDocument,
  at: DocumentPath,
  entry: FieldFile,
  kind: Kind,
): RevealName[] {
  const listed = entry['may be shown as'];
  const place = [...at, 'may be shown as'];
  if (entry.sensitivity === 'never share') {
    if (listed?.some((reveal) => reveal !== 'not at all') === true) {
      document.mistake(place, 'a field that is never shared cannot be shown', 'take it out');
    }
    return [];
  }
  for (const reveal of listed ?? []) {
    const kinds = KINDS_OF_REVEALS[reveal];
    if (kinds === undefined || kinds.includes(kind.name)) continue;
    const what = `\`${reveal}\` cannot be made of the kind \`${kind.name}\``;
    document.mistake(place, what, 'take it out of the list');
  }
  return REVEALS.filter((reveal) => (listed ?? ['in full']).some((name) => name === reveal));
}
