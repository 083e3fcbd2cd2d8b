/** `witness make-key`, `witness list`: a witness's key, and what it cosigned. */
import type { CommandIo } from './command-io.ts';

/** What the file of a witness holds. */
export interface WitnessRecords {
  readonly heads: readonly WitnessRecord[];
  readonly evidence: readonly WitnessRecord[];
}

export interface WitnessRecord {
  readonly origin: string;
  /** A signed note. */
  readonly note: string;
}

/** Says what was made, and whom to give what. */
export function saidOfNewKey(file: string, verifierKey: string, io: CommandIo): void {
  io.err(`made ${file}; keep it on the witness's own machine, where only it can read it\n`);
  io.out(`${verifierKey}\n`);
  io.err(
    'Give the line above to whoever runs the log, and compare it by telephone: they write it into their WITNESSES_FILE.\n' +
      "Get the log's verifier key from them in the same way: it goes into WITNESS_LOGS_FILE.\n",
  );
}

/** Prints the newest cosigned checkpoint of each log, and every checkpoint that contradicts one; returns the exit code. */
export function listWitnessed({ heads, evidence }: WitnessRecords, io: CommandIo): number {
  if (heads.length === 0) io.out('Nothing was cosigned yet.\n');
  for (const { origin, note } of heads)
    io.out(`The newest checkpoint that was cosigned of ${origin}:\n\n${note}\n`);
  for (const { origin, note } of evidence) {
    io.out(
      `${origin} SIGNED TWO DIFFERENT HISTORIES. It also signed this, which contradicts what was cosigned:\n\n${note}\n`,
    );
  }
  return evidence.length === 0 ? 0 : 1;
}
