/**
 * The HTML face of a page: one document that stands alone, can be printed, loads nothing and runs nothing. Everything in
 * it that came from a file is text (WHATWG HTML, section 13.3).
 */
import type { Page, Passage, Section } from './page.ts';
import { oneLine } from './phrases.ts';

const STYLE = `
body{font:1.125rem/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c;background:#fff;max-width:50rem;margin:2rem auto;padding:0 1rem}
h1{font-size:2rem;line-height:1.2}h2{font-size:1.5rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .8rem .4rem 0;border-bottom:1px solid #767676;overflow-wrap:anywhere}
@media print{body{font-size:11pt;margin:0;max-width:none}h2,caption{break-after:avoid}tr{break-inside:avoid}}
`;

// The browser is told to load nothing, should anything ever ask for it.
const LOAD_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page as a whole HTML document in UTF-8. */
export function pageAsHtml(page: Page): string {
  const title = htmlText(page.title);
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${LOAD_NOTHING}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${page.lead.map(passageAsHtml).join('\n')}
${page.sections.map(sectionAsHtml).join('\n')}
</main>
</body>
</html>
`;
}

/** The text as HTML text: none of its characters begins a tag, a reference or the end of an attribute. */
export function htmlText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function sectionAsHtml({ heading, passages }: Section): string {
  return `<h2>${htmlText(heading)}</h2>\n${passages.map(passageAsHtml).join('\n')}`;
}

function passageAsHtml(passage: Passage): string {
  switch (passage.kind) {
    case 'sentences':
      return `<p>${htmlText(passage.text)}</p>`;
    case 'list':
      return `<ul>\n${passage.items.map((item) => `<li>${htmlText(item)}</li>`).join('\n')}\n</ul>`;
    case 'table':
      return `<table>
<caption>${htmlText(passage.caption)}</caption>
<thead><tr>${passage.columns.map((name) => `<th scope="col">${htmlText(name)}</th>`).join('')}</tr></thead>
<tbody>
${passage.rows.map(rowAsHtml).join('\n')}
</tbody>
</table>`;
  }
}

function rowAsHtml([name = '', ...cells]: readonly string[]): string {
  const others = cells.map((cell) => `<td>${htmlText(cell)}</td>`).join('');
  return `<tr><th scope="row">${htmlText(name)}</th>${others}</tr>`;
}
