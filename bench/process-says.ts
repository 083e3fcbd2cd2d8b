/** A process that is given one JSON document on its standard input and says one on its standard output. */
import { spawn } from 'node:child_process';

/** Resolves with what it said; rejects where it ended with anything but 0. */
export function processSays<Said>(command: readonly string[], asked: unknown): Promise<Said> {
  const [program = '', ...rest] = command;
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(asked));
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(said));
      else reject(new Error(`${rest.at(-1)} ended with ${code}`));
    });
  });
}
