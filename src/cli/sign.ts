/** `sign`: an organisation signs one version of an agreement, and what it comes to today is printed in words (docs/formats/signatures.md). */
import type { Agreement } from '../domain/agreement.ts';
import { mistakeInWords, PolicyMistakes } from '../domain/policy-mistakes.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import { agreementStatement, type Statement } from '../domain/signed-statement.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { canonicalJson, type Json } from '../encoding/canonical-json.ts';
import type { CommandIo } from './command-io.ts';

export interface SignOptions {
  readonly agreement: string;
  /** The newest version where none is named. */
  readonly version: number | undefined;
  /** Organisation that signs. */
  readonly as: string;
  readonly folder: string;
}

export interface SignParts {
  /** @throws {PolicyMistakes} */
  readonly load: (folder: string) => Promise<PolicySet>;
  /** The public half of the key to sign with. */
  readonly key: SigningKey;
  readonly sign: (text: string) => Promise<string>;
  /** Writes the signature of this agreement and party; returns where. */
  readonly write: (agreement: Agreement, party: string, signature: string) => string;
}

/** Signs and writes; resolves to the exit code: 0, 1 where it cannot be signed so, 2 where the files have mistakes. */
export async function signCommand(options: SignOptions, io: CommandIo, parts: SignParts): Promise<number> {
  const policies = await loaded(options.folder, io, parts);
  if (policies === undefined) return 2;
  const agreement = chosen(policies, options);
  const wrong = whyNot(policies, agreement, options, parts.key);
  const statement = agreement && statementOf(policies, agreement);
  if (wrong !== undefined || agreement === undefined || statement === undefined) {
    io.err(`${wrong ?? 'the agreement cannot be signed'}\n`);
    return 1;
  }
  const file = parts.write(agreement, options.as, `${await parts.sign(canonicalJson(statement))}\n`);
  io.out(`${options.as} signs this, and nothing else flows under it:\n${outline(statement, '  ')}`);
  io.out(`written to ${file}; the other party signs too, and both files go to the gateway's policy folder\n`);
  return 0;
}

async function loaded(folder: string, io: CommandIo, { load }: SignParts): Promise<PolicySet | undefined> {
  try {
    return await load(folder);
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    for (const mistake of error.mistakes) io.err(`${mistakeInWords(mistake)}\n`);
    io.err(`${error.message}; put them right and sign then\n`);
    return undefined;
  }
}

function chosen({ agreements }: PolicySet, { agreement, version }: SignOptions): Agreement | undefined {
  const versions = agreements
    .filter(({ id }) => id === agreement)
    .sort((one, other) => other.version - one.version);
  return version === undefined ? versions[0] : versions.find((one) => one.version === version);
}

function whyNot(
  { organisations }: PolicySet,
  agreement: Agreement | undefined,
  { as, folder, agreement: id, version }: SignOptions,
  { x, fingerprint }: SigningKey,
): string | undefined {
  if (agreement === undefined)
    return `there is no ${id}${version === undefined ? '' : ` version ${version}`} in ${folder}`;
  if (agreement.rehearsal)
    return `${id} version ${agreement.version} is a rehearsal, which needs no signature`;
  if (as !== agreement.provider && as !== agreement.consumer)
    return `${as} is not a party to ${id}: ${agreement.provider} and ${agreement.consumer} are`;
  if (organisations.get(as)?.signingKeys.some((key) => key.fingerprint === fingerprint) !== true)
    return `the file of ${as} does not list this key; add to it, and have the other party read it:\n\nsigning keys:\n  - ${x}\n`;
  if (agreement.words.signed?.some(({ organisation }) => organisation === as) !== true)
    return `${id} does not say under \`signed\` who signs for ${as}; add organisation, name, role and date`;
  return undefined;
}

function statementOf({ datasets, organisations }: PolicySet, agreement: Agreement): Statement | undefined {
  const dataset = datasets.get(agreement.dataset);
  const provider = organisations.get(agreement.provider);
  const consumer = organisations.get(agreement.consumer);
  if (dataset === undefined || provider === undefined || consumer === undefined) return undefined;
  return agreementStatement(agreement, dataset, provider, consumer);
}

/** The keys are plain words, so the statement can be read as it stands. */
function outline(value: Readonly<Record<string, Json | undefined>>, indent: string): string {
  return Object.entries(value)
    .map(([name, member]) => {
      if (isObject(member) && Object.keys(member).length > 0)
        return `${indent}${name}:\n${outline(member, `${indent}  `)}`;
      return `${indent}${name}: ${inWords(member)}\n`;
    })
    .join('');
}

function inWords(value: Json | undefined): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (!Array.isArray(value)) return isObject(value) ? 'none' : String(value);
  return value.length === 0
    ? 'none'
    : value.map((one: Json) => (isObject(one) ? canonicalJson(one) : inWords(one))).join(', ');
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json | undefined>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
