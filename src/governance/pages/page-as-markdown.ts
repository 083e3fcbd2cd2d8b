/** The Markdown face of a page (CommonMark, with the tables of GitHub Flavored Markdown). Everything that came from a file is text. */
import type { Page, Passage } from './page.ts';
import { oneLine } from './phrases.ts';

/** The page as Markdown that ends with a line break. */
export function pageAsMarkdown(page: Page): string {
  const blocks = [
    `# ${markdownText(page.title)}`,
    ...page.lead.map(passageAsMarkdown),
    ...page.sections.flatMap(({ heading, passages }) => [
      `## ${markdownText(heading)}`,
      ...passages.map(passageAsMarkdown),
    ]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** The text as Markdown text on one line: it makes no link, no emphasis, no tag and no new block. */
export function markdownText(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*_{}[\]<>#|~&!]/g, '\\$&')
      // Bare addresses become links by themselves.
      .replace(/:(?=\/\/)/g, '\\:')
      .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}\\.`)
      .replaceAll('@', '\\@')
      // What would begin a list or underline a heading at the start of a line.
      .replace(/^[-+=]/, '\\$&')
      .replace(/^(\d+)([.)])/, '$1\\$2')
  );
}

function passageAsMarkdown(passage: Passage): string {
  switch (passage.kind) {
    case 'sentences':
      return markdownText(passage.text);
    case 'list':
      return passage.items.map((item) => `- ${markdownText(item)}`).join('\n');
    case 'table':
      return [
        `**${markdownText(passage.caption)}**`,
        '',
        row(passage.columns),
        row(
          passage.columns.map(() => '---'),
          (cell) => cell,
        ),
        ...passage.rows.map((cells) => row(cells)),
      ].join('\n');
  }
}

function row(cells: readonly string[], face: (cell: string) => string = markdownText): string {
  return `| ${cells.map(face).join(' | ')} |`;
}
