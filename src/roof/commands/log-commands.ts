/** The commands that look for entries in the log: search, by whatever is known of them, and list, from the newest back. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo } from '../../cli/command-io.ts';
import { ENTRY_FACES, type EntryFace } from '../../cli/found-entries.ts';
import { type Found, type SearchedFor, type SearchOptions, searchCommand } from '../../cli/search-log.ts';
import { type Environment, readConfig } from '../../config.ts';
import type { LogReply } from '../../http/log-questions.ts';

/** The first question of a gateway that has just started may wait until its index has caught up. */
const ASK_WITHIN_MS = 60_000;

const FILTERS = [
  ['organisation <id>', 'organisation that received, shared or read the log'],
  ['consumer <id>', 'organisation that received'],
  ['provider <id>', 'organisation that shared'],
  ['system <id>', 'calling system'],
  ['dataset <id>', 'dataset'],
  ['agreement <id>', 'agreement, such as DSA-2026-014, or one version of it, such as DSA-2026-014/3'],
  ['purpose <purpose>', 'purpose, as the agreement writes it'],
  ['reason <reason>', 'reason that the consumer gave'],
  ['outcome <outcome>', 'how the exchange ended: released, refused or failed'],
  ['kind <kind>', 'kind of entry, such as sent, read or policies'],
  ['code <code>', 'why an exchange was refused or failed, such as role-not-agreed'],
  ['role <role>', 'role of whoever asked'],
  ['from <day>', 'from the beginning of this day in London, or an instant such as 2026-11-23T09:30Z'],
  ['to <day>', 'to the end of this day in London, or an instant'],
] as const;

interface Options {
  readonly most: number;
  readonly before?: number;
  readonly as: EntryFace;
  readonly person?: boolean;
  readonly case?: boolean;
  readonly json?: boolean;
  readonly by?: string;
  readonly tokenFile?: string;
  readonly operations: string;
}

/** Adds the commands to the program. */
export function addLogCommands(program: Command, io: CommandIo, environment: Environment): void {
  const search = program
    .command('search')
    .description('find entries of the log by all that is named, newest first; the search is itself an entry');
  for (const [flag, means] of FILTERS) search.option(`--${flag}`, means);
  search
    .option('--person', 'what a member of staff did; who, is read from standard input', false)
    .option('--case', 'what was done under a case; its reference is read from standard input', false);
  withOptions(search, 50).action(async (options: Options & SearchedFor) => {
    const searched = Object.fromEntries(
      FILTERS.map(([flag]) => nameOf(flag)).map((name) => [name, options[name]]),
    );
    process.exitCode = await run('search', searched, options, io, environment);
  });
  const list = program
    .command('list')
    .description('list entries of the log, newest first; the reading is itself an entry')
    .option('--exchange <id>', 'entries of one exchange')
    .option('--kind <kind>', 'entries of one kind, such as refused')
    .option('--json', 'whole entries as JSON lines, as --as jsonl', false);
  withOptions(list, 20).action(async (options: Options & SearchedFor) => {
    const searched = { exchange: options['exchange'], kind: options['kind'] };
    process.exitCode = await run('list', searched, options, io, environment);
  });
}

function withOptions(command: Command, most: number): Command {
  return command
    .addOption(new Option('--most <number>', 'how many').default(most).argParser(wholeNumber))
    .addOption(new Option('--before <entry>', 'entries before this one only').argParser(wholeNumber))
    .addOption(new Option('--as <face>', 'how to print them').choices(ENTRY_FACES).default('text'))
    .option('--by <name>', 'who reads, where no token proves it; it is sealed in the entry')
    .option('--token-file <file>', "a token of an organisation's issuer, which proves who reads")
    .addOption(
      new Option('--operations <url>', 'operations address')
        .env('OPERATIONS_URL')
        .default('http://127.0.0.1:9443'),
    );
}

type Question = 'search' | 'list';

function run(
  question: Question,
  searched: SearchedFor,
  options: Options,
  io: CommandIo,
  environment: Environment,
): Promise<number> {
  const { operations, tokenFile, by: stated, person = false, json = false, most, before } = options;
  const token = tokenFile === undefined ? undefined : readFileSync(tokenFile, 'utf8').trim();
  const asked: SearchOptions = {
    ...{ searched, person, most, before, as: json ? 'jsonl' : options.as },
    case: options.case ?? false,
  };
  return searchCommand(asked, io, {
    operations,
    ask: (page) => ask(operations, question, { ...page, stated }, token),
    async openOffline() {
      const { openOfflineSearch } = await import('../log/offline-search.ts');
      const offline = await openOfflineSearch(readConfig(environment));
      const authorization = token === undefined ? undefined : `Bearer ${token}`;
      const request = { credentials: { authorization, method: 'POST', path: '/log/search' }, stated };
      return {
        ask: async (page) => foundIn(await offline[question]({ ...request, asked: withoutUndefined(page) })),
        close: () => offline.close(),
      };
    },
    readLines: () => text(process.stdin),
  });
}

async function ask(
  operations: string,
  question: Question,
  page: Readonly<Record<string, unknown>>,
  token: string | undefined,
): Promise<Found | undefined> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const signal = AbortSignal.timeout(ASK_WITHIN_MS);
  const named = withoutUndefined(page);
  const answer = await (question === 'search'
    ? fetch(`${operations}/log/search`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(named),
        signal,
      })
    : fetch(`${operations}/log/entries?${new URLSearchParams(asTexts(named))}`, { headers, signal })
  ).catch(() => undefined);
  if (answer === undefined) return undefined;
  const said: unknown = await answer.json().catch(() => undefined);
  return isFound(said) ? said : { wrong: `the gateway answered ${answer.status}` };
}

function isFound(said: unknown): said is Found {
  return (
    typeof said === 'object' && said !== null && ('entries' in said || 'wrong' in said || 'building' in said)
  );
}

function foundIn(reply: LogReply): Found {
  if ('refused' in reply) return { wrong: reply.refused };
  if (!('entries' in reply)) return reply;
  return { ...reply, entries: reply.entries.map((entry) => ({ ...entry, leaf: JSON.parse(entry.leaf) })) };
}

function withoutUndefined(asked: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function asTexts(asked: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)]));
}

function nameOf(flag: string): string {
  return flag.slice(0, flag.indexOf(' '));
}

function wholeNumber(written: string): number {
  if (/^[0-9]{1,12}$/.test(written)) return Number(written);
  throw new InvalidArgumentError('Write a whole number, such as 50.');
}
