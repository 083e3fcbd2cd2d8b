#!/usr/bin/env node
/** Prints a fresh access token of the running demo, for a system or for a person: `demo:token -- --as person "social worker"`. */
import { parseArgs } from 'node:util';
import type { CryptoKeyPair } from 'openid-client';
import { boundHeaders, clientKey } from './dpop-proof.ts';
import { DEFAULT_FOLDER, type OrganisationSignIn, readSignIns, type SignIns } from './run-folder.ts';
import { personToken, systemToken } from './sign-in.ts';
import { isNamed, type StaffMember, TRAINEE } from './staff.ts';

const USAGE = `Prints a fresh access token.

  --as system NAME    a system, by its name
  --as person WHO     a person, by role, name or staff number ("${TRAINEE}" has no role)
  --system NAME       the system that the person uses, where there are several
  --at ORGANISATION   the organisation, where several have such a person
  --prove-key 'GET ADDRESS'
                      a token that is bound to a fresh key, and the proof for one such request, as header lines for \`curl -H @-\`
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
 * @param keys bind the token to them, where they are given.
 * @throws {Error} with a sentence that lists the choices, where it names nobody or several.
 */
export async function tokenFor(wanted: Wanted, signIns: SignIns, keys?: CryptoKeyPair): Promise<string> {
  if (wanted.as === 'system') {
    const all = signIns.organisations.flatMap((organisation) => organisation.systems);
    const system = theOne(
      all.filter((one) => one.system === wanted.who),
      `system ${wanted.who ?? ''}`,
      all.map((one) => one.system),
    );
    return systemToken(system, keys);
  }
  const [organisation, member] = personIn(wanted, signIns);
  const systems = organisation.systems.filter((one) => one.forPeople);
  const chosen =
    wanted.system === undefined ? systems.slice(0, 1) : systems.filter((one) => one.system === wanted.system);
  const names = systems.map((one) => one.system);
  return personToken(theOne(chosen, `system of ${organisation.organisation}`, names), member.number, keys);
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
      'prove-key': { type: 'string' },
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
  const signIns = readSignIns(values.folder);
  process.stdout.write(
    values['prove-key'] === undefined
      ? `${await tokenFor(wanted, signIns)}\n`
      : await headerLines(wanted, signIns, values['prove-key']),
  );
  return 0;
}

async function headerLines(wanted: Wanted, signIns: SignIns, request: string): Promise<string> {
  const [, method, url] = /^([A-Z]+) (https?:\/\/\S+)$/.exec(request) ?? [];
  if (method === undefined || url === undefined || !URL.canParse(url))
    throw new Error(`--prove-key takes a method and an address, such as 'GET http://127.0.0.1:8443/…'`);
  const keys = await clientKey();
  const headers = await boundHeaders({ method, url }, await tokenFor(wanted, signIns, keys), keys);
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

if (import.meta.main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
