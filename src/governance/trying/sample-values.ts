/** A value of each kind that belongs to nobody: identifiers that are never issued, words that name no person. */
import { BOUND_REFERENCE, type Kind } from '../../domain/kind.ts';

const SAMPLES: ReadonlyMap<string, string> = new Map([
  // The range 999 of NHS numbers is set apart for tests.
  ['NHS number', '9990001006'],
  // The prefix QQ is never issued.
  ['national insurance number', 'QQ123456C'],
  ['unique pupil number', 'W999100024001'],
  // January 1999 is before the first reference was given out.
  ['asylum support reference', '990100001'],
  ['blue badge number', 'ZZ9Z01'],
  ['account reference', 'SAMPLE-001'],
  ['UPRN', '990000000001'],
  ['school number', '999901'],
  ['NHS organisation code', 'X9X99'],
  ['local authority code', 'SAMPLE'],
  ['name', 'Ines Marlowe'],
  // No letter box has a postcode of the district ZZ99.
  ['postcode', 'ZZ99 3VZ'],
  // Numbers that Ofcom keeps for drama.
  ['telephone', '01632 960001'],
  ['email', 'sample@people.example'],
  ['web address', 'https://records.example/sample'],
  ['date', '1951-02-11'],
  ['date and time', '2026-02-11T09:00:00Z'],
  ['money in pence', '172431'],
  ['whole number', '1'],
  ['number', '1.5'],
  ['true or false', 'true'],
  ['yes or no', 'Y'],
  ['code', 'SAMPLE'],
  ['reference', '00000000-0000-4000-8000-000000000001'],
  ['reference in a link', 'https://records.example/00000000-0000-4000-8000-000000000001'],
  [BOUND_REFERENCE, 'a-reference-of-nobody'],
  ['free text', 'Sample words'],
]);

const OTHER_NUMBERS = ['0', '10', '100', '1000', '1000000'];

/** A value that `kind` takes, or undefined where none is known. */
export function sampleValue(kind: Kind): string | undefined {
  const own = SAMPLES.get(kind.name);
  const candidates = [...(own === undefined ? [] : [own]), ...(kind.values ?? []), ...OTHER_NUMBERS];
  return candidates.find((value) => kind.normalise(value) !== undefined);
}
