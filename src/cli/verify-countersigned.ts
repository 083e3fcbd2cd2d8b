/** `verify --policy`: how far witnesses outside countersigned a log, judged by a witness policy and their public keys alone. */
import {
  countersignedInWords,
  coveredInWords,
  openCountersigned,
} from '../audit-log/witnessing/witness-countersigned.ts';
import { parseVerifierKey } from '../merkle/signed-note.ts';
import { parseWitnessPolicy, type WitnessPolicy, WitnessPolicyError } from '../merkle/witness-policy.ts';
import type { CommandIo } from './command-io.ts';
import { type LogNow, wrongWith } from './verify-checkpoint.ts';
import { checked, InputError, tell } from './verify-verdict.ts';

export interface VerifyCountersignedArgs {
  /** The cosigned checkpoint, a signed note; undefined where there is none. */
  readonly note: string | undefined;
  /** Text of the policy (C2SP tlog-policy). */
  readonly policy: string;
  /** Verifier key of the log. */
  readonly key: string;
}

/** Prints the verdict on the log that was verified just before; resolves to the exit code. */
export function verifyCountersignedCommand(
  { note, policy, key }: VerifyCountersignedArgs,
  log: LogNow,
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const witnesses = readPolicy(policy);
    const found = note === undefined ? undefined : openCountersigned(note, parseVerifierKey(key), witnesses);
    const wrong = found === undefined ? [tooFew(note)] : await wrongWith(found.checkpoint, log);
    return tell(io, {
      holds: countersignedInWords(found, log.size, undefined),
      wrong,
      shown: [
        'Those witnesses saw one history of this log and no other: what is countersigned cannot be taken back or written anew.',
      ],
      notShown: ['what came after it: only the key of the log itself says that.'],
    });
  });
}

/** The same of a checkpoint alone, where the log is not at hand: that of a proof. */
export function verifyCountersignedNote(
  { note, policy, key }: VerifyCountersignedArgs & { readonly note: string },
  io: CommandIo,
): Promise<number> {
  return checked(io, async () => {
    const found = openCountersigned(note, parseVerifierKey(key), readPolicy(policy));
    return tell(io, {
      holds: found === undefined ? '' : `${coveredInWords(found)}.`,
      wrong: found === undefined ? [tooFew(note)] : [],
      shown: ['Those witnesses saw one history of this log and no other, and the entry stands in it.'],
      notShown: [],
    });
  });
}

function tooFew(note: string | undefined): string {
  return note === undefined
    ? 'there is no cosigned checkpoint beside the log: nothing is countersigned. Name the file with --cosigned, or ask the operator for it'
    : 'too few of the witnesses of the policy cosigned the checkpoint: it is attested by the key of the log alone';
}

function readPolicy(text: string): WitnessPolicy {
  try {
    return parseWitnessPolicy(text);
  } catch (error) {
    if (!(error instanceof WitnessPolicyError)) throw error;
    throw new InputError(`the witness policy is not in order: ${error.message}`, { cause: error });
  }
}
