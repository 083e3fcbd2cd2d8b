/** How a field is shown, said in plain words: one phrase for each reveal (docs/formats/reveals.md). */
import type { AgreedField } from '../../domain/agreement.ts';
import type { Show } from '../../encoding/show.ts';
import { listed, oneLine } from '../pages/phrases.ts';

/** How the field is shown, as a phrase without a capital and without a full stop: "only the initials, such as I M". */
export function showInWords({ show, path, field }: AgreedField): string {
  const where = path.flatMap((step) =>
    step.where === undefined ? [] : `${step.where.key} is “${oneLine(step.where.equals)}”`,
  );
  const shown = asShown(show, field.kind.name === 'money in pence' ? pounds : String);
  return where.length === 0 ? shown : `${shown}, where ${listed(where)}`;
}

function asShown(show: Show, unit: (from: number) => string): string {
  switch (show.as) {
    case 'in full':
      return 'in full';
    case 'initials':
      return 'only the initials, such as “I M”';
    case 'year':
      return 'only the year';
    case 'over 18':
      return 'only “yes” or “no”: are they 18 or older';
    case 'age band':
      return `only the age group: ${bands(show.bands, String)}`;
    case 'band':
      return `only roughly: ${bands(show.bands, unit)}`;
    case 'first half':
      return 'only the first half of the postcode';
    case 'last 4 characters':
      return 'only the last 4 characters';
    case 'matching code':
      return 'as a code, the same each time, that only shows whether two values match';
    case 'in other words':
      return inOtherWords(show.words, show.anythingElse);
    case 'bound to this agreement':
      return 'as a stand-in that nobody else can use';
    case 'yes or no':
      return yesOrNo(show.yesWhen, show.notYetWhen);
    default:
      return another(show);
  }
}

function yesOrNo(yesWhen: readonly string[] | undefined, notYetWhen: readonly string[] | undefined): string {
  if (yesWhen === undefined && notYetWhen === undefined) return 'only “yes” or “no”: is there one or not';
  const words = [
    ...(yesWhen === undefined ? [] : [`“yes” for ${quoted(yesWhen)}`]),
    ...(notYetWhen === undefined ? [] : [`“not yet” for ${quoted(notYetWhen)}`]),
  ];
  return `only ${words.join(', ')}, and “no” for all else`;
}

function inOtherWords(words: ReadonlyMap<string, string>, anythingElse: string | undefined): string {
  const said = [...new Set([...words.values(), ...(anythingElse === undefined ? [] : [anythingElse])])];
  return `only in these words: ${quoted(said)}`;
}

/** "under 18, 18 or more, 65 or more": where each band begins. */
function bands(starts: readonly number[], unit: (from: number) => string): string {
  const [first, ...later] = starts;
  if (first === undefined) return 'one group for all';
  const between = [first, ...later].map((from, at) => {
    const next = later[at];
    return next === undefined ? `${unit(from)} or more` : `${unit(from)} to under ${unit(next)}`;
  });
  return [`under ${unit(first)}`, ...between].join(', ');
}

function pounds(pence: number): string {
  return `£${(pence / 100).toLocaleString('en-GB', { minimumFractionDigits: pence % 100 === 0 ? 0 : 2 })}`;
}

function quoted(values: readonly string[]): string {
  return listed(
    values.map((value) => `“${oneLine(value)}”`),
    'or',
  );
}

/** A reveal that this page has no words for yet: its own name is plain words. The type lets no reveal come here. */
function another(show: never): string {
  const { as }: { readonly as: string } = show;
  return `only as “${oneLine(as)}”`;
}
