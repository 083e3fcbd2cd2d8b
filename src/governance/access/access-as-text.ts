/** The plain-text face of who can see which fields: a block for each field, a line for each agreement. */

import { standingInWords } from '../explaining/standing.ts';
import { IN_FORCE_MEANS } from '../pages/page.ts';
import { oneLine } from '../pages/phrases.ts';
import type { Access, FieldAccess } from './who-can-see.ts';

/** The rows as text that ends with a line break. */
export function accessAsText(rows: readonly FieldAccess[]): string {
  return `${[...rows.map(blockOf), IN_FORCE_MEANS].join('\n\n')}\n`;
}

function blockOf({ dataset, field, means, access }: FieldAccess): string {
  const head = `${oneLine(means)}: ${field} of ${dataset}`;
  const lines = access.length === 0 ? ['nobody can see it'] : access.map(lineOf);
  return [head, ...lines.map((line) => `  ${line}`)].join('\n');
}

function lineOf({ consumer, purpose, shown, agreement, version, standing }: Access): string {
  const where = `${agreement} version ${version}`;
  return `${oneLine(consumer)}, for ${oneLine(purpose)}, ${shown} (${where}, ${standingInWords(standing)})`;
}
