/** Who can see which fields as a page for people: a table for each dataset. */

import { standingInWords } from '../explaining/standing.ts';
import { IN_FORCE_MEANS, type Page, sentences, table } from '../pages/page.ts';
import type { FieldAccess } from './who-can-see.ts';

const COLUMNS = [
  'Field',
  'What it is',
  'Who can see it',
  'What for',
  'How it is shown',
  'Agreement',
  'In force',
] as const;

/** The rows as a page. A field that nobody can see says so. */
export function accessAsPage(title: string, rows: readonly FieldAccess[]): Page {
  return {
    title,
    lead: sentences('Nobody can see a field that no agreement gives them.', IN_FORCE_MEANS),
    sections: [...Map.groupBy(rows, ({ dataset }) => dataset)].map(([dataset, those]) => ({
      heading: dataset,
      passages: table(`Who can see the fields of ${dataset}`, COLUMNS, those.flatMap(rowsOf)),
    })),
  };
}

function rowsOf({ field, means, access }: FieldAccess): readonly (readonly string[])[] {
  if (access.length === 0) return [[field, means, 'nobody', '', '', '', '']];
  return access.map((one) => [
    field,
    means,
    one.consumer,
    one.purpose,
    one.shown,
    `${one.agreement} version ${one.version}`,
    standingInWords(one.standing),
  ]);
}
