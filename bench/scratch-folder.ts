/** A folder for one run under the system's temporary folder, gone when the process ends, by a signal as well. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;
let listening = false;

/** Makes the folder. Servers of `server-process.ts` that still run end with the process too. */
export function scratchFolder(name: string): { readonly path: string; remove(): void } {
  exitOnSignals();
  const path = mkdtempSync(join(tmpdir(), `${name}-`));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', remove);
  return { path, remove };
}

/** A signal's own way to end a process runs no exit handlers. */
function exitOnSignals(): void {
  if (listening) return;
  listening = true;
  for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
}
