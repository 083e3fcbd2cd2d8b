/** `new partner`: an organisation file to begin with; its issuer is asked how it signs only where one is named. */

import { counted, listed } from '../governance/pages/phrases.ts';
import { algorithmsOf, type NewPartner, newPartnerAsYaml } from '../governance/partners/partner-as-yaml.ts';
import type { IssuerSeen } from '../governance/partners/partner-seen.ts';
import { FILL_IN } from '../governance/scaffolds/new-dataset-as-yaml.ts';
import type { CommandIo } from './command-io.ts';
import { CANNOT } from './read-policies.ts';

export type NewPartnerCommand = Omit<NewPartner, 'algorithms'>;

const ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/**
 * Prints the file; resolves to the exit code: 0, or 2 where there is nothing to begin with.
 *
 * @param ask asks an issuer what it publishes; undefined where nobody is to be asked.
 */
export async function newPartnerCommand(
  command: NewPartnerCommand,
  io: CommandIo,
  ask: ((issuer: string) => Promise<IssuerSeen>) | undefined,
): Promise<number> {
  for (const [what, text] of [
    ['an organisation', command.id],
    ['a system', command.system],
  ]) {
    if (text === undefined || ID.test(text)) continue;
    io.err(`${what} is named with small letters, digits and hyphens, at most 63 characters\n`);
    return CANNOT;
  }
  const algorithms = await algorithmsAsked(command, io, ask);
  const text = newPartnerAsYaml({ ...command, algorithms });
  io.out(text);
  const blanks = text.split('\n').filter((line) => line.includes(FILL_IN) && !line.startsWith('#')).length;
  io.err(`${counted(blanks, 'line')} with ${FILL_IN} to fill; each says who knows\n`);
  return 0;
}

async function algorithmsAsked(
  { issuer, sharesOnly }: NewPartnerCommand,
  io: CommandIo,
  ask: ((issuer: string) => Promise<IssuerSeen>) | undefined,
): Promise<readonly string[] | undefined> {
  if (issuer === undefined || sharesOnly || ask === undefined) return undefined;
  if (!URL.canParse(issuer)) {
    io.err(`${issuer} is not an address, so it was not asked\n`);
    return undefined;
  }
  const seen = await ask(issuer);
  const why = 'refused' in seen.metadata ? seen.metadata.refused : seen.keysRefused;
  if (why !== undefined) {
    io.err(`${issuer} was asked how it signs, and cannot be used: ${why}; \`check partner\` says more\n`);
    return undefined;
  }
  const algorithms = algorithmsOf(seen);
  const said =
    algorithms.length === 0 ? 'its keys do not say how it signs' : `it signs with ${listed(algorithms)}`;
  io.err(`${issuer} was asked: ${said}\n`);
  return algorithms;
}
