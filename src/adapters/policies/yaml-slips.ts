/** What is wrong with a text that is not YAML 1.2, in words that say what to write. */
import type { Document, YAMLError } from 'yaml';
import { visit } from 'yaml';

export interface Slip {
  /** Characters from the beginning of the text. */
  readonly offset: number;
  readonly what: string;
  readonly write: string;
}

/** The first slip of a text, or undefined: one slip makes the parser stumble over the lines that follow. */
export function firstSlip(tree: Document): Slip | undefined {
  const [error] = tree.errors.toSorted((one, other) => one.pos[0] - other.pos[0]);
  if (error === undefined) return undefined;
  // The parser names the end of the file; the quote that opened is where the eye must go.
  if (/closing .*quote/.test(error.message)) {
    const offset = lastQuote(tree) ?? error.pos[0];
    return { offset, what: 'a quote is not closed', write: 'write the quote that closes it' };
  }
  const [what, write] = inWords(error);
  return { offset: error.pos[0], what, write };
}

function inWords({ code, message }: YAMLError): [what: string, write: string] {
  const bracket = /end with a ([\]}])/.exec(message)?.[1];
  if (bracket !== undefined) {
    return [`a bracket above is not closed by \`${bracket}\``, `write \`${bracket}\` where the list ends`];
  }
  switch (code) {
    case 'MULTIPLE_DOCS':
      return ['the file holds several documents', 'put each into a file of its own'];
    case 'TAB_AS_INDENT':
      return ['the line is indented with a tab', 'use spaces'];
    case 'BLOCK_AS_IMPLICIT_KEY':
      return ['a text holds a colon and a space', 'put the text between quotes'];
    case 'TAG_RESOLVE_FAILED':
      return ['a tag (a word after `!`) is not allowed', 'take the tag out'];
    case 'BAD_INDENT':
      return [
        'the line begins further left or right than the lines around it',
        'begin it under the first letter of its neighbour',
      ];
    case 'BAD_SCALAR_START':
      return ['a text begins with a sign that means something in YAML', 'put the text between quotes'];
    case 'UNEXPECTED_TOKEN':
      return [
        'something stands after a value that has ended already',
        'begin it on a line of its own, or put the whole text between quotes',
      ];
    case 'BAD_ALIAS':
      return ['`&` and `*` mean something in YAML', 'put the text between quotes'];
    case 'MISSING_CHAR':
    case 'MULTILINE_IMPLICIT_KEY':
      return ['a key is not followed by a colon', 'write `key: value`'];
    default:
      // Some messages of the parser go over several lines; the first says what is wrong.
      return [`this is not YAML (${firstLine(message)})`, 'check the spaces, quotes and brackets here'];
  }
}

function lastQuote(tree: Document): number | undefined {
  let offset: number | undefined;
  visit(tree, {
    Scalar: (_, { type, range }) => {
      if (type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE') offset = range?.[0] ?? offset;
    },
  });
  return offset;
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/[.:]$/, '');
}
