#!/usr/bin/env node
/** Prints a fresh access token of the running demo, for a system or for a person: `demo:token -- --as person "social worker"`. */
import { parseArgs } from 'node:util';
import { DEFAULT_FOLDER, type OrganisationSignIn, readSignIns, type SignIns } from './run-folder.ts';
import { personToken, systemToken } from './sign-in.ts';
import { isNamed, type StaffMember, TRAINEE } from './staff.ts';

const USAGE = `Prints a fresh access token.

  --as system NAME    a system, by its name
  --as person WHO     a person, by role, name or staff number ("${TRAINEE}" has no role)
  --system NAME       the system that the person uses, where there are several
  --at ORGANISATION   the organisation, where several have such a person
  --folder FOLDER     where the demo runs, if not in demo/.run
`;

export interface Wanted {
  readonly as: string | undefined;
  readonly who: string | undefined;
  readonly system: string | undefined;
  readonly at: string | undefined;
}

/**
 * A fresh token for what the command line names.
 *
 * @throws {Error} with a sentence that lists the choices, where it names nobody or several.
 */
export async function tokenFor(wanted: Wanted, signIns: SignIns): Promise<string> {
  if (wanted.as === 'system') {
    const all = signIns.organisations.flatMap((organisation) => organisation.systems);
    const system = theOne(
      all.filter((one) => one.system === wanted.who),
      `system ${wanted.who ?? ''}`,
      all.map((one) => one.system),
    );
    return systemToken(system);
  }
  const [organisation, member] = personIn(wanted, signIns);
  const systems = organisation.systems.filter((one) => one.forPeople);
  const chosen =
    wanted.system === undefined ? systems.slice(0, 1) : systems.filter((one) => one.system === wanted.system);
  const names = systems.map((one) => one.system);
  return personToken(theOne(chosen, `system of ${organisation.organisation}`, names), member.number);
}

function personIn(wanted: Wanted, signIns: SignIns): readonly [OrganisationSignIn, StaffMember] {
  const all = signIns.organisations
    .filter((organisation) => wanted.at === undefined || organisation.organisation === wanted.at)
    .flatMap((organisation) => organisation.staff.map((member) => [organisation, member] as const));
  const choices = all.map(([at, member]) => `"${member.role ?? TRAINEE}" --at ${at.organisation}`);
  const found = all.filter(([, member]) => isNamed(member, wanted.who ?? ''));
  return theOne(found, `person ${wanted.who ?? ''}`, choices);
}

function theOne<Value>(found: readonly Value[], what: string, choices: readonly string[]): Value {
  const [one, another] = found;
  if (one !== undefined && another === undefined) return one;
  const how = one === undefined ? 'there is no' : 'there is more than one';
  throw new Error(`${how} ${what.trim()}; choose one of:\n  ${choices.join('\n  ')}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      system: { type: 'string' },
      at: { type: 'string' },
      folder: { type: 'string', default: DEFAULT_FOLDER },
      help: { type: 'boolean', default: false },
    },
  });
  const isAsked = values.as === 'system' || values.as === 'person';
  if (values.help || !isAsked || positionals.length > 1) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const wanted = { as: values.as, who: positionals[0], system: values.system, at: values.at };
  process.stdout.write(`${await tokenFor(wanted, readSignIns(values.folder))}\n`);
  return 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
