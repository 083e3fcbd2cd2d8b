/** The faces of a check of a partner: text with one line for each finding, and the page from which Markdown and HTML are written. */
import { list, type Page, sentences } from '../pages/page.ts';
import { counted, oneLine, sentence, unfinished } from '../pages/phrases.ts';
import { type Finding, type FindingGroup, type Tally, tally } from './partner-finding.ts';

const WIDTH = 'cannot tell'.length;

/** One line for each finding under its heading, and the sum at the end. */
export function findingsAsText(name: string, groups: readonly FindingGroup[]): string {
  const blocks = groups.map(({ heading, findings }) =>
    [oneLine(heading), ...findings.map((one) => `  ${one.verdict.padEnd(WIDTH)}  ${inWords(one)}`)].join(
      '\n',
    ),
  );
  return `${[`Check of ${oneLine(name)}`, ...blocks, sumInWords(tally(groups))].join('\n\n')}\n`;
}

/** The same as a page. */
export function findingsAsPage(name: string, groups: readonly FindingGroup[]): Page {
  return {
    title: `Check of ${name}`,
    lead: sentences(sumInWords(tally(groups))),
    sections: groups.map(({ heading, findings }) => ({
      heading,
      passages: list(findings.map((one) => `${sentence(one.verdict).replace(/\.$/, '')}: ${inWords(one)}`)),
    })),
  };
}

function inWords({ about, found, mend }: Finding): string {
  const what = `${about}: ${unfinished(found)}.`;
  return mend === undefined ? oneLine(what) : `${oneLine(what)} For ${mend.who}: ${unfinished(mend.how)}.`;
}

function sumInWords({ ok, toMend, cannotTell }: Tally): string {
  const open = cannotTell === 0 ? '' : `, ${counted(cannotTell, 'thing')} that nobody can tell yet`;
  const mend = toMend === 0 ? 'nothing to mend' : `${counted(toMend, 'thing')} to mend`;
  return sentence(`${mend}${open}, ${ok} in order`);
}
