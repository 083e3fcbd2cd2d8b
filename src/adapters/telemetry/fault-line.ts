/** The line of an error that nobody foresaw: of which class it is and where in the program, never its words. */

/** A frame of V8's stack that names a place in a file: nothing of an error's message can stand in it. */
const FRAME = /^ {4}at (?:[\w.<>$#[\] ]+ \()?(?:file:\/\/|node:)[\w./@+%~-]+:\d+:\d+\)?$/;
const MOST_FRAMES = 12;

/** Class and code of any error; the words of foreign ones may hold what a caller or a provider sent. */
export function faultInWords(error: unknown): string {
  if (!(error instanceof Error)) return 'something was thrown that is no error';
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`;
}

/** One JSON line without its end, for whoever has to mend the program. */
export function faultLine(error: unknown, at: Date): string {
  const message = 'an error that nobody foresaw: the gateway ends';
  return JSON.stringify({
    at: at.toISOString(),
    level: 'error',
    message,
    why: faultInWords(error),
    where: framesOf(error),
  });
}

/** Where it was thrown; nothing where the stack does not begin with the message that stands in it, and cannot be told from it. */
function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const begins = error.stack.indexOf(error.message);
  if (begins < 0) return [];
  const lines = error.stack.slice(begins + error.message.length).split('\n');
  return lines
    .filter((line) => FRAME.test(line))
    .slice(0, MOST_FRAMES)
    .map((line) => line.trim());
}
