/** Secrets that stand in a file, in a file of their own or in the environment, read so that no message repeats one. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from './settings-reader.ts';

/** The text itself, or where it stands. */
export type TextSource = string | { readonly file: string } | { readonly environment: string };

export class SecretTexts {
  /** Files that were read, or would have been. */
  readonly files: string[] = [];
  readonly mistakes: string[];
  readonly #folder: string;
  readonly #environment: Environment;

  /**
   * @param folder which the names of files are relative to.
   * @param mistakes gets a sentence for each text that cannot be had.
   */
  constructor(folder: string, environment: Environment, mistakes: string[]) {
    this.#folder = folder;
    this.#environment = environment;
    this.mistakes = mistakes;
  }

  /**
   * The text, empty after a mistake.
   *
   * @param place what the text is, for the message: `BADGE_KEY.value`.
   * @param how a public text, such as a certificate, may stand in a file that others read.
   */
  of(place: string, source: TextSource, how: 'secret' | 'public'): string {
    if (typeof source === 'string') return source;
    if ('file' in source) return this.#inFile(place, resolve(this.#folder, source.file), how);
    const text = this.#environment[source.environment] ?? '';
    if (text === '') this.mistakes.push(`${place}: ${source.environment} is not in the environment`);
    return text;
  }

  #inFile(place: string, path: string, how: 'secret' | 'public'): string {
    this.files.push(path);
    const text =
      how === 'secret' ? readOwnFile(path, place, this.mistakes) : readAnyFile(path, place, this.mistakes);
    if (text?.trim() === '') this.mistakes.push(`${place}: its file is empty`);
    return text ?? '';
  }
}

/** The text of a file that nobody else may read; undefined after a mistake. */
export function readOwnFile(path: string, place: string, mistakes: string[]): string | undefined {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  if ((mode & 0o077) !== 0) {
    mistakes.push(`${place} may be read by others: its mode must be 0600`);
    return undefined;
  }
  return readAnyFile(path, place, mistakes);
}

function readAnyFile(path: string, place: string, mistakes: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    mistakes.push(`${place}: its file cannot be read`);
    return undefined;
  }
}
