/** The logs that a witness follows: a file with one verifier key (C2SP signed-note) a line. */
import { NoteError, parseVerifierKey, type VerifierKey } from '../../merkle/signed-note.ts';

/**
 * Reads the file. Behind a key may stand the log's origin, where that is not the key's name. Several keys may be of one log.
 * Empty lines and lines that begin with `#` are passed over.
 *
 * @returns the keys of each log, by its origin.
 * @throws {NoteError} naming the first line that is not in order.
 */
export function parseFollowedLogs(text: string): ReadonlyMap<string, readonly VerifierKey[]> {
  const logs = new Map<string, VerifierKey[]>();
  text.split('\n').forEach((line, at) => {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) return;
    const { origin, key } = followedLog(words, at + 1);
    const keys = logs.get(origin) ?? [];
    if (keys.some(({ publicKey }) => Buffer.compare(publicKey, key.publicKey) === 0))
      throw new NoteError(`line ${at + 1}: the key stands there twice`);
    logs.set(origin, [...keys, key]);
  });
  if (logs.size === 0) throw new NoteError('no line names a log: write one verifier key a line');
  return logs;
}

function followedLog(words: string, line: number): { origin: string; key: VerifierKey } {
  const [, text = '', origin] = /^(\S+)(?:[ \t]+(.+))?$/.exec(words) ?? [];
  try {
    const key = parseVerifierKey(text);
    return { key, origin: origin ?? key.name };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new NoteError(`line ${line}: ${error.message}`);
  }
}
