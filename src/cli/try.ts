/** `try`: one request under an agreement, judged and filtered as in the gateway, with samples and without asking anybody. */
import { readFileSync } from 'node:fs';
import { type Named, namedAgreement, otherVersions } from '../governance/explaining/named-agreement.ts';
import type { Signatures } from '../governance/explaining/standing.ts';
import type { StartFilter } from '../governance/trying/tried-request.ts';
import { tryAgreement } from '../governance/trying/try-agreement.ts';
import { triedAsText } from '../governance/trying/try-as-text.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export interface TryCommand {
  readonly folder: string;
  /** Id of the agreement. */
  readonly agreement: string;
  /** Without it the version in force, else the newest. */
  readonly version?: number | undefined;
  /** The role. */
  readonly as?: string | undefined;
  /** Name of an operation. */
  readonly ask?: string | undefined;
  /** Each "lookup=value". */
  readonly using: readonly string[];
  readonly reason?: string | undefined;
  readonly case?: string | undefined;
  readonly consent?: string | undefined;
  readonly system?: string | undefined;
  /** File with the provider's answer in JSON. */
  readonly answer?: string | undefined;
  /** ISO 8601 with its offset from UTC; without it now. */
  readonly at?: string | undefined;
  readonly signatures: Signatures;
}

/** What is wrong with the command itself, in a sentence for whoever typed it. */
class CannotTry extends Error {
  override readonly name = 'CannotTry';
}

/**
 * Prints the decision and what would leave; resolves to the exit code: 0 where something would leave, 1 where nothing
 * would, 2 where the try itself could not be made.
 */
export async function tryCommand(
  command: TryCommand,
  io: CommandIo,
  load: LoadPolicies,
  startFilter: StartFilter,
  nowMs: number,
): Promise<number> {
  const policies = await readPolicies(command.folder, io, load);
  if (policies === undefined) return CANNOT;
  try {
    const atMs = instantOf(command.at, nowMs);
    const named = theAgreement(namedAgreement(policies, command.agreement, command.version, atMs));
    const others = otherVersions(named, policies, atMs);
    if (others !== undefined) io.err(`${others}\n`);
    const tried = tryAgreement(named.agreement, policies, optionsOf(command, atMs), startFilter);
    io.out(triedAsText(tried));
    return tried.answer === undefined || 'failed' in tried.answer ? 1 : 0;
  } catch (error) {
    if (!(error instanceof CannotTry)) throw error;
    io.err(`${error.message}\n`);
    return CANNOT;
  }
}

function optionsOf(command: TryCommand, atMs: number): Parameters<typeof tryAgreement>[2] {
  return {
    role: command.as,
    operation: command.ask,
    system: command.system,
    using: lookupsOf(command.using),
    reason: command.reason,
    caseReference: command.case,
    consentReference: command.consent,
    answer: command.answer === undefined ? undefined : answerIn(command.answer),
    atMs,
    signatures: command.signatures,
  };
}

function theAgreement(named: ReturnType<typeof namedAgreement>): Named {
  if ('wrong' in named) throw new CannotTry(named.wrong);
  return named;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)$/;

function instantOf(text: string | undefined, nowMs: number): number {
  if (text === undefined) return nowMs;
  const atMs = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(atMs)) throw new CannotTry('--at is a date and time such as 2026-11-23T09:30Z');
  return atMs;
}

function lookupsOf(using: readonly string[]): ReadonlyMap<string, string> {
  const lookups = new Map<string, string>();
  for (const one of using) {
    const end = one.indexOf('=');
    const name = one.slice(0, Math.max(0, end)).trim();
    if (name === '')
      throw new CannotTry('--using is a lookup, an equals sign and a sample, such as "badge number=ZZ9Z01"');
    if (lookups.has(name)) throw new CannotTry(`--using names "${name}" twice; say it once`);
    lookups.set(name, one.slice(end + 1));
  }
  return lookups;
}

function answerIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new CannotTry(
      `the file ${file} cannot be read; --answer names a file with the provider's answer in JSON`,
    );
  }
}
