/** The plain-text face of a page, for terminals and letters: no line is longer than it need be, no sign has a meaning. */
import type { Page, Passage } from './page.ts';
import { oneLine } from './phrases.ts';

const WIDTH = 80;

/** The page as text that ends with a line break. Every row of a table is an item of its own, so that nothing is cut. */
export function pageAsText(page: Page): string {
  const title = oneLine(page.title);
  const blocks = [
    `${title}\n${'='.repeat(Math.min(title.length, WIDTH))}`,
    ...page.lead.map(passageAsText),
    ...page.sections.flatMap(({ heading, passages }) => [
      underlined(heading),
      ...passages.map(passageAsText),
    ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function underlined(heading: string): string {
  const words = oneLine(heading);
  return `${words}\n${'-'.repeat(Math.min(words.length, WIDTH))}`;
}

function passageAsText(passage: Passage): string {
  switch (passage.kind) {
    case 'sentences':
      return wrapped(oneLine(passage.text), '', '');
    case 'list':
      return passage.items.map((item) => wrapped(oneLine(item), '- ', '  ')).join('\n');
    case 'table':
      return [
        wrapped(`${oneLine(passage.caption)}:`, '', ''),
        ...passage.rows.map((row) => rowAsText(row, passage.columns)),
      ].join('\n');
  }
}

function rowAsText([name = '', ...cells]: readonly string[], [, ...columns]: readonly string[]): string {
  const said = cells.flatMap((cell, at) => {
    const words = oneLine(cell);
    return words === '' ? [] : [wrapped(`${columns[at] ?? ''}: ${words}`, '    ', '      ')];
  });
  return [wrapped(oneLine(name), '  - ', '    '), ...said].join('\n');
}

/** The words in lines of at most 80 characters where they can be broken; a long word keeps a line to itself. */
function wrapped(words: string, first: string, later: string): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of words.split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = later + word;
    } else {
      line += empty ? word : ` ${word}`;
    }
    empty = false;
  }
  return [...lines, line].join('\n');
}
