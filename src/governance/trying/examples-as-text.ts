/** The plain-text face of examples that were run: a line each, and a line that sums them up. */
import { counted, oneLine } from '../pages/phrases.ts';
import type { ExampleResult } from './run-examples.ts';

/** One line for each result, then the sum; ends with a line break. */
export function examplesAsText(results: readonly ExampleResult[]): string {
  const lines = results.map(
    ({ agreement, version, example, asWritten, what }) =>
      `${asWritten ? 'as written    ' : 'NOT AS WRITTEN'}  ${agreement} version ${version}: ${oneLine(example)}: ${oneLine(what)}`,
  );
  const wrong = results.filter(({ asWritten }) => !asWritten).length;
  const sum =
    wrong === 0
      ? `${counted(results.length, 'example')}: every one comes out as it is written`
      : `${counted(results.length, 'example')}: ${wrong} ${wrong === 1 ? 'does' : 'do'} not come out as written`;
  return `${[...lines, sum].join('\n')}\n`;
}
