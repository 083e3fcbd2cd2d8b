/** What is wrong with a whole log by one checkpoint of it, with the policy sets that it keeps. */
import { verifyLog } from '../../audit-log/verifying/verifier.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import { faultOfKeptSet } from '../policies/kept-policies.ts';
import type { LogAtRest } from './log-at-rest.ts';

/** Sentences; empty for a whole log. @param progress told now and then how many of how many entries are done. */
export async function findingsOfLog(
  log: LogAtRest,
  key: VerifierKey,
  checkpoint: string | undefined,
  progress: (done: number, of: number) => void = () => undefined,
): Promise<readonly string[]> {
  const keptSetFault = (sha256: string) => faultOfKeptSet(sha256, log.fact.bind(log));
  return (await verifyLog(log, { key, head: checkpoint, progress, keptSetFault })).findings;
}
