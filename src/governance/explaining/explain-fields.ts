/** The part of an explanation about fields: every leaf that is given and how, what is never seen, what is taken out. */
import type { AgreedField, Agreement } from '../../domain/agreement.ts';
import type { Dataset, Field } from '../../domain/dataset.ts';
import { covers, type FieldPath, formatFieldPath, parseFieldPath } from '../../encoding/field-path.ts';
import { list, type Passage, sentences, table } from '../pages/page.ts';
import { counted, listed, oneLine, sentence } from '../pages/phrases.ts';
import { showInWords } from './show-in-words.ts';

/** A line of `they may see` and the leaves that it stands for. */
export interface GivenLine {
  /** As the file has it: a leaf, or the parent of several. */
  readonly line: string;
  readonly because: string | undefined;
  readonly leaves: readonly AgreedField[];
}

/** The agreed leaves by the lines of the file that give them, in the order of the file; none is left out. */
export function givenLines({ fields, words }: Agreement): readonly GivenLine[] {
  const left = new Set(fields);
  const lines = words.what['they may see'].map((entry): GivenLine => {
    const { field: line, because } = typeof entry === 'string' ? { field: entry, because: undefined } : entry;
    const path = parseFieldPath(line);
    const leaves = [...left].filter((leaf) => standsUnder(leaf.path, path));
    for (const leaf of leaves) left.delete(leaf);
    return { line, because, leaves };
  });
  const others = [...left].map((leaf) => ({ line: leaf.field.name, because: undefined, leaves: [leaf] }));
  return [...lines, ...others].filter(({ leaves }) => leaves.length > 0);
}

/** Unlike `covers`, with the elements that a line picks: `name[use=old]` does not give `name[use=usual].family`. */
function standsUnder(path: FieldPath, line: FieldPath): boolean {
  return (
    covers(line, path) &&
    line.every(({ where }, at) => {
      const picked = path[at]?.where;
      return where === undefined || (picked?.key === where.key && picked.equals === where.equals);
    })
  );
}

/** The declared fields that `they must never see` names, parents expanded. */
export function neverSeen({ words }: Agreement, dataset: Dataset): readonly Field[] {
  const lines = (words.what['they must never see'] ?? []).map(parseFieldPath);
  return [...dataset.fields.values()].filter(({ path }) => lines.some((line) => covers(line, path)));
}

const COLUMNS = ['What it is', 'How it is shown', 'Name in the records', 'Why'] as const;

/** Every leaf that leaves: what it means, how it is shown, and why where the agreement says so. */
export function explainGiven(agreement: Agreement, dataset: Dataset | undefined): readonly Passage[] {
  const lines = givenLines(agreement);
  const single = lines.filter(isOneLeaf);
  const parents = lines.filter((line) => !isOneLeaf(line));
  const { wrapper } = agreement;
  const only = agreement.rowConditions.map(
    ({ field, among }) => `${field.means} (${field.name}): ${listed(among.map(oneLine), 'or')}`,
  );
  return [
    ...sentences(only.length === 0 ? undefined : 'They only see records that have this in them:'),
    ...list(only),
    ...sentences(
      `They see ${counted(agreement.fields.length, 'thing')} in a record. They see nothing else.`,
      agreement.fields.some(({ show }) => show.as !== 'in full')
        ? 'Some of it is cut down before they see it.'
        : undefined,
    ),
    ...table('What they see', COLUMNS, single.flatMap(rowsOf)),
    ...parents.flatMap((line) => table(`All of “${line.line}”`, COLUMNS, rowsOf(line))),
    ...sentences(
      wrapper.length === 0 ? undefined : `Beside the records they see ${listed(beside(wrapper, dataset))}.`,
    ),
  ];
}

function isOneLeaf({ line, leaves: [first, second] }: GivenLine): boolean {
  return second === undefined && first !== undefined && parseFieldPath(line).length === first.path.length;
}

function rowsOf({ leaves, because }: GivenLine): readonly (readonly string[])[] {
  return leaves.map((leaf) => [
    leaf.field.means,
    showInWords(leaf),
    formatFieldPath(leaf.path),
    because === undefined ? '' : sentence(because),
  ]);
}

function beside(wrapper: readonly string[], dataset: Dataset | undefined): readonly string[] {
  const operations = [...(dataset?.operations.values() ?? [])];
  return wrapper.map((name) => {
    const kind = operations.map((operation) => operation.wrapper.get(name)).find((one) => one !== undefined);
    return kind === 'total' ? `how many there are (${name})` : `the ${kind ?? 'value'} (${name})`;
  });
}

/** What the agreement says must never be seen, parents expanded. */
export function explainNeverSeen(agreement: Agreement, dataset: Dataset | undefined): readonly Passage[] {
  const never = dataset === undefined ? [] : neverSeen(agreement, dataset);
  if (never.length === 0) return [];
  return [
    ...sentences('The agreement says that they must never see these things:'),
    ...list(namedOnce(never)),
  ];
}

/** What the provider's records hold besides. */
export function explainRemoved(agreement: Agreement, dataset: Dataset | undefined): readonly Passage[] {
  const anythingNew = 'If something new turns up in the records, the gateway takes that out too.';
  if (dataset === undefined) return sentences(anythingNew);
  const known = new Set([...agreement.fields.map(({ field }) => field), ...neverSeen(agreement, dataset)]);
  const removed = [...dataset.fields.values()].filter((field) => !known.has(field));
  const some = 'The records hold more than they need. The gateway takes these things out:';
  return [
    ...sentences(removed.length === 0 ? undefined : some),
    ...list(namedOnce(removed)),
    ...sentences(anythingNew),
  ];
}

/** One item for each meaning, with the names of all fields that have it. */
function namedOnce(fields: readonly Field[]): readonly string[] {
  return [...Map.groupBy(fields, ({ means }) => means)].map(
    ([means, those]) => `${means} (${those.map(({ name }) => name).join(', ')})`,
  );
}
