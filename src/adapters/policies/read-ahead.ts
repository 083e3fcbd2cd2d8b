/** Reads many agreements in short turns, so that a gateway goes on answering while its policies are read again. */
import { setImmediate } from 'node:timers/promises';
import type { AgreementFiles } from './agreement-files.ts';
import type { PolicyFile } from './policy-files.ts';
import { readAround } from './policy-files.ts';

const LONGEST_TURN_MS = 10;

/** Resolves when `agreements` remembers every file that has no mistake; what has one is read again by whoever asks next. */
export async function readAhead(files: readonly PolicyFile[], agreements: AgreementFiles): Promise<void> {
  const { surroundings, documents } = readAround(files, agreements.around);
  if (documents.some(({ mistakes }) => mistakes.length > 0)) return;
  let began = performance.now();
  for (const { folder, name, bytes } of files) {
    if (folder !== 'agreements') continue;
    agreements.read(name, bytes, surroundings);
    if (performance.now() - began < LONGEST_TURN_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}
