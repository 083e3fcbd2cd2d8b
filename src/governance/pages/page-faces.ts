/** The faces of a page by the name that a command line gives them. */
import type { Page } from './page.ts';
import { pageAsHtml } from './page-as-html.ts';
import { pageAsMarkdown } from './page-as-markdown.ts';
import { pageAsText } from './page-as-text.ts';

export type PageFace = 'text' | 'markdown' | 'html';

export const PAGE_FACES: Readonly<Record<PageFace, (page: Page) => string>> = {
  text: pageAsText,
  markdown: pageAsMarkdown,
  html: pageAsHtml,
};
