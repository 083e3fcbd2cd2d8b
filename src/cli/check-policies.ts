/** `check`: reads a policy folder and says what is wrong with it, or which agreements are in force and why others are not. */
import type { Versions } from '../domain/in-force.ts';
import { versionConcerned, versionInForce, versionsOf, whyNotInForce } from '../domain/in-force.ts';
import { londonDate } from '../domain/london-time.ts';
import { mistakeInWords, PolicyMistakes } from '../domain/policy-mistakes.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import type { CommandIo } from './command-io.ts';

/** Reads a policy folder whole. @throws {PolicyMistakes} where it cannot. */
export type LoadPolicies = (folder: string) => Promise<PolicySet>;

/**
 * Prints one line for each mistake, or one for each agreement; resolves to the exit code: 0 for a folder that can be
 * used, 2 for one that cannot.
 *
 * @param atMs the instant at which agreements are in force or not, milliseconds since 1970 UTC.
 */
export async function checkPoliciesCommand(
  folder: string,
  io: CommandIo,
  load: LoadPolicies,
  atMs: number,
): Promise<number> {
  try {
    const policies = await load(folder);
    io.out(inWords(policies, atMs));
    for (const advice of policies.advice) io.out(`advice: ${mistakeInWords(advice)}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    for (const mistake of error.mistakes) io.out(`${mistakeInWords(mistake)}\n`);
    io.err(`${error.message}; nothing in ${folder} is used until it is put right\n`);
    return 2;
  }
}

/** Wherever "in force" is shown, so that nobody takes it for a lawyer's word. */
const IN_FORCE_MEANS = 'in force means that the gateway acts on an agreement, never that a sharing is lawful';

function inWords(policies: PolicySet, atMs: number): string {
  const { organisations, datasets, agreements, sha256 } = policies;
  const families = [...versionsOf(agreements)].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  const lines = families.map((versions) => agreementInWords(versions, policies, atMs));
  const counts = [
    counted(organisations.size, 'organisation'),
    counted(datasets.size, 'dataset'),
    counted(families.length, 'agreement'),
  ].join(', ');
  return `${[...lines, IN_FORCE_MEANS, `no mistakes in ${counts}; policy set ${sha256}`].join('\n')}\n`;
}

function agreementInWords(versions: Versions, policies: PolicySet, atMs: number): string {
  const inForce = versionInForce(versions, policies, atMs);
  const shown = inForce ?? versionConcerned(versions, atMs);
  if (shown === undefined) return '';
  const { id, version, provider, consumer, dataset, purpose } = shown;
  const gist = `${provider} shares ${dataset} with ${consumer} for ${purpose}`;
  const standing =
    inForce === undefined
      ? `not in force: it ${whyNotInForce(versions, policies, atMs) ?? 'cannot be used'}`
      : `in force until ${londonDate(inForce.endsAtMs - 1)}`;
  const faults = inForce === undefined ? shown.signatureFaults : [];
  return [`${id} version ${version}: ${standing}; ${gist}`, ...faults.map((why) => `  - ${why}`)].join('\n');
}

function idOf(versions: Versions): string {
  return versions[0]?.id ?? '';
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
