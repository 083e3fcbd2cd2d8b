/** The commands for taking a partner on: `new partner` writes its file to begin with, `check partner` looks at its servers. */
import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import { checkOutboundSettings, type OutboundSettings } from '../../adapters/upstream/outbound-settings.ts';
import type { UpstreamSecrets } from '../../adapters/upstream/upstream-secrets.ts';
import { type CheckPartnerCommand, checkPartnerCommand } from '../../cli/check-partner.ts';
import type { CommandIo } from '../../cli/command-io.ts';
import { type NewPartnerCommand, newPartnerCommand } from '../../cli/new-partner.ts';
import { CANNOT, type LoadPolicies } from '../../cli/read-policies.ts';
import { ConfigError } from '../../config.ts';
import { rehearsalOf } from '../../domain/rehearsal.ts';
import { outboundSettings } from '../settings/outbound.ts';

/** The settings of the gateway that its own connections go by, under the same names. */
interface OutboundOptions {
  readonly privateCa?: string;
  readonly proxy?: string;
  readonly privateAddresses?: string;
}

const ALL_ALGORITHMS = 'PS256 PS384 PS512 ES256 ES384 ES512 EdDSA RS256 RS384 RS512'.split(' ');
/** A token is at most 8 KiB; what is far larger is none. */
const LONGEST_TOKEN_FILE = 65_536;

/** Adds the commands; `check` must be there already. */
export function addPartnerCommands(
  program: Command,
  io: CommandIo,
  load: LoadPolicies,
  now: () => number = Date.now,
): void {
  addNew(program, io, now);
  addCheck(program, io, load, now);
}

function withOutbound(command: Command): Command {
  return command
    .addOption(new Option('--private-ca <file>', 'as the gateway has it').env('PRIVATE_CA_FILE'))
    .addOption(new Option('--proxy <url>', 'as the gateway has it').env('OUTBOUND_PROXY'))
    .addOption(new Option('--private-addresses <list>', 'as the gateway has them').env('PRIVATE_ADDRESSES'));
}

function addNew(program: Command, io: CommandIo, now: () => number): void {
  const made = program.commands.find((command) => command.name() === 'new');
  const group = made ?? program.command('new').description('write a policy file to begin with');
  const command = group
    .command('partner')
    .description(
      'an organisation file; every blank says who can fill it. Nobody is asked but the issuer, where one is named',
    )
    .argument('<id>', 'name of the organisation, such as eastmoor-borough-council')
    .option('--name <name>', 'name of the legal body')
    .option('--kind <kind>', 'such as council or "hospital trust"')
    .option('--nation <nation>', 'such as England')
    .option('--address <address>', 'where it has its seat')
    .option('--issuer <url>', 'exact issuer of its tokens; it is asked how it signs')
    .option('--audience <audience>', 'audience of tokens for this gateway')
    .option('--system <id>', 'its first system that will ask')
    .option('--client-id <id>', "the system's client id")
    .option('--shares-only', 'it provides data and asks for none', false)
    .option('--offline', 'ask nobody, not even the issuer', false);
  withOutbound(command).action(
    async (id: string, options: Omit<NewPartnerCommand, 'id'> & OutboundOptions & { offline: boolean }) => {
      const settings = await orSay(io, () => outbound(options));
      if (settings === undefined) return;
      const { createOutboundFetch } = await import('../../adapters/upstream/outbound-fetch.ts');
      const { probeIssuer } = await import('../../adapters/oidc/issuer-probe.ts');
      const small = createOutboundFetch(settings);
      try {
        const ask = (issuer: string) => probeIssuer(issuer, ALL_ALGORITHMS, small.fetch, now);
        process.exitCode = await newPartnerCommand({ ...options, id }, io, options.offline ? undefined : ask);
      } finally {
        await small.close();
      }
    },
  );
}

interface CheckOptions extends OutboundOptions {
  readonly policies: string;
  readonly as: CheckPartnerCommand['as'];
  readonly tokenFile?: string;
  readonly secrets?: string;
  readonly rehearsal: boolean;
}

function addCheck(program: Command, io: CommandIo, load: LoadPolicies, now: () => number): void {
  const check = program.commands.find((command) => command.name() === 'check');
  const command = (check ?? program.command('check'))
    .command('partner')
    .description(
      "ask a partner's servers what they are like, look at a sample token, and say who has to mend what; ends with 1 where something is to mend",
    )
    .argument('<organisation>', 'id of the organisation, such as westhaven-district-council')
    .option('--policies <folder>', 'folder with organisations, datasets and agreements', 'policies')
    .option(
      '--token-file <file>',
      'a fresh access token, or - for standard input; it is neither printed nor kept',
    )
    .addOption(
      new Option('--secrets <file>', "the gateway's upstream secrets, to try them").env(
        'UPSTREAM_SECRETS_FILE',
      ),
    )
    .option('--rehearsal', 'as a gateway that rehearses: test servers and the rehearsal audience', false)
    .addOption(
      new Option('--as <face>', 'how to print it')
        .choices(['text', 'markdown', 'html', 'json'])
        .default('text'),
    );
  withOutbound(command).action(async (organisation: string, options: CheckOptions) => {
    const { policies, as } = options;
    const token = await tokenIn(options.tokenFile, io);
    if (token === 'unreadable') {
      process.exitCode = CANNOT;
      return;
    }
    const settings = await orSay(io, () => outbound(options));
    const secrets = await orSay(io, () => secretsIn(options.secrets));
    if (settings === undefined || secrets === undefined) return;
    const { createOutboundFetch } = await import('../../adapters/upstream/outbound-fetch.ts');
    const { probesOf } = await import('./partner-probes.ts');
    const small = createOutboundFetch(settings);
    const loading: LoadPolicies = async (from) =>
      options.rehearsal ? rehearsalOf(await load(from)) : load(from);
    try {
      const { file } = secrets;
      const probes = probesOf({ settings, fetch: small.fetch, secrets: file, token: token?.text, now });
      process.exitCode = await checkPartnerCommand({ organisation, policies, as }, io, loading, probes);
    } finally {
      await small.close();
    }
  });
}

async function tokenIn(
  file: string | undefined,
  io: CommandIo,
): Promise<{ text: string } | 'unreadable' | undefined> {
  if (file === undefined) return undefined;
  try {
    const held = file === '-' ? await text(process.stdin) : readFileSync(file, 'utf8');
    if (held.length <= LONGEST_TOKEN_FILE) return { text: held.trim() };
    io.err(`${file} is too large to hold one access token\n`);
  } catch {
    io.err(`${file} cannot be read\n`);
  }
  return 'unreadable';
}

/** The settings, or undefined once it is said what is wrong with them. */
async function orSay<Settings>(
  io: CommandIo,
  read: () => Settings | Promise<Settings>,
): Promise<Settings | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    io.err(`${error.mistakes.join('\n')}\n`);
    process.exitCode = CANNOT;
    return undefined;
  }
}

/** @throws {ConfigError} for a file that is not as the gateway wants it. */
async function secretsIn(file: string | undefined): Promise<{ readonly file: UpstreamSecrets | undefined }> {
  if (file === undefined || file === '') return { file: undefined };
  if (!existsSync(file)) throw new ConfigError(['UPSTREAM_SECRETS_FILE names something that is not there']);
  const { readUpstreamSecrets } = await import('../settings/upstream-secrets-file.ts');
  return { file: readUpstreamSecrets(file) };
}

/** @throws {ConfigError} where a file or an option is wrong. */
function outbound({ privateCa, proxy, privateAddresses }: OutboundOptions): OutboundSettings {
  const settings = outboundSettings({
    privateCa: privateCa === undefined || privateCa === '' ? undefined : fileText(privateCa),
    outboundProxy: proxy === '' ? undefined : proxy,
    privateAddresses: (privateAddresses ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  });
  try {
    checkOutboundSettings(settings);
  } catch (error) {
    throw error instanceof TypeError ? new ConfigError([error.message]) : error;
  }
  return settings;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(['PRIVATE_CA_FILE names a file that cannot be read']);
  }
}
