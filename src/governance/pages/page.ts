/** A page for people as data: headings, sentences, lists and tables, from which every face is written. All of it is plain text. */

export interface Page {
  readonly title: string;
  /** What stands under the title, before the first heading. */
  readonly lead: readonly Passage[];
  readonly sections: readonly Section[];
}

export interface Section {
  readonly heading: string;
  readonly passages: readonly Passage[];
}

export type Passage =
  /** Whole sentences. */
  | { readonly kind: 'sentences'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly string[];
      /** As many cells as columns; the first names the row. */
      readonly rows: readonly (readonly string[])[];
    };

/** Words that stand on every page about agreements that are in force. */
export const IN_FORCE_MEANS =
  'In force means that the gateway will act on it. It does not mean that the sharing is lawful.';

/** Sentences as one passage; those that are empty or undefined are left out, and none are no passage. */
export function sentences(...those: readonly (string | undefined)[]): readonly Passage[] {
  const said = those.filter((one) => one !== undefined && one !== '');
  return said.length === 0 ? [] : [{ kind: 'sentences', text: said.join(' ') }];
}

/** A list as one passage; an empty one is no passage. */
export function list(items: readonly string[]): readonly Passage[] {
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** A table as one passage; one without rows is no passage. */
export function table(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): readonly Passage[] {
  return rows.length === 0 ? [] : [{ kind: 'table', caption, columns, rows }];
}
