/** `search` and `list`: entries of the log by whatever is known of them, asked of the running gateway; each page is an entry itself. */
import { setTimeout as wait } from 'node:timers/promises';
import type { CommandIo } from './command-io.ts';
import { type EntryFace, entriesAs, type FoundEntry } from './found-entries.ts';

/** What is searched for, by the names of the operations port; nothing of it names a person. */
export type SearchedFor = Readonly<Record<string, string | undefined>>;

export interface SearchOptions {
  readonly searched: SearchedFor;
  /** Ask for a person and for a case, one line of standard input each, in this order. */
  readonly person: boolean;
  readonly case: boolean;
  readonly most: number;
  readonly before: number | undefined;
  readonly as: EntryFace;
}

export type Found =
  | { readonly entries: readonly FoundEntry[]; readonly next: number | undefined; readonly size: number }
  | { readonly wrong: string }
  | { readonly building: { readonly indexed: number; readonly size: number } };

export type AskForEntries = (asked: Readonly<Record<string, unknown>>) => Promise<Found>;

export interface SearchParts {
  /** Where the running gateway is asked for. */
  readonly operations: string;
  /** Undefined only where nobody listens. */
  readonly ask: (asked: Readonly<Record<string, unknown>>) => Promise<Found | undefined>;
  /** With no gateway running: the store itself, under the writer's lock, until it is closed. @throws where that cannot be. */
  readonly openOffline: () => Promise<{ readonly ask: AskForEntries; close(): Promise<void> }>;
  /** Standard input: what stands in arguments is seen by every user of the machine. */
  readonly readLines: () => Promise<string>;
}

const MOST_OF_PAGE = 500;
const BUILDING_AGAIN_MS = 1000;

/** Prints what was found; resolves to the exit code: 0, or 1 where there is no answer. */
export async function searchCommand(
  options: SearchOptions,
  io: CommandIo,
  parts: SearchParts,
): Promise<number> {
  const named = await readNamed(options, parts);
  if (named === undefined) {
    io.err('write what is searched for to standard input, one a line: the person, then the case reference\n');
    return 1;
  }
  const asked = { ...options.searched, ...named };
  const online = await parts.ask({
    ...asked,
    most: Math.min(options.most, MOST_OF_PAGE),
    before: options.before,
  });
  if (online !== undefined) return printPages(options, asked, io, online, (page) => again(parts, page));
  return offline(options, asked, io, parts);
}

async function again(parts: SearchParts, asked: Readonly<Record<string, unknown>>): Promise<Found> {
  return (await parts.ask(asked)) ?? { wrong: 'the gateway does not answer any more' };
}

async function offline(
  options: SearchOptions,
  asked: Readonly<Record<string, unknown>>,
  io: CommandIo,
  { operations, openOffline }: SearchParts,
): Promise<number> {
  io.err(`no gateway answers at ${operations}; the store itself is searched\n`);
  try {
    const { ask, close } = await openOffline();
    const page = { ...asked, most: Math.min(options.most, MOST_OF_PAGE), before: options.before };
    return await ask(page)
      .then((first) => printPages(options, asked, io, first, ask))
      .finally(close);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'something else was thrown';
    io.err(
      `nothing was searched: ${why}\nName the gateway's operations address, or run this with the gateway's own settings\n`,
    );
    return 1;
  }
}

async function printPages(
  { as, most, before }: SearchOptions,
  asked: Readonly<Record<string, unknown>>,
  io: CommandIo,
  first: Found,
  ask: AskForEntries,
): Promise<number> {
  let found = first;
  for (let printed = 0, below = before; ; ) {
    if ('wrong' in found) {
      io.err(`nothing was searched: ${found.wrong}\n`);
      return 1;
    }
    if ('building' in found) {
      tellBuilding(found.building, io);
      await wait(BUILDING_AGAIN_MS);
    } else {
      io.out(entriesAs(as, found.entries, printed === 0));
      printed += found.entries.length;
      below = found.next;
      if (below === undefined || printed >= most) return tellEnd(printed, found.size, below, io);
    }
    found = await ask({ ...asked, most: Math.min(most - printed, MOST_OF_PAGE), before: below });
  }
}

function tellBuilding(
  { indexed, size }: { readonly indexed: number; readonly size: number },
  io: CommandIo,
): void {
  io.err(`the index is being built: ${indexed} of ${size} entries${io.errIsTerminal ? '\r' : '\n'}`);
}

function tellEnd(printed: number, size: number, next: number | undefined, io: CommandIo): number {
  const more = next === undefined ? '' : `; there may be more: --before ${next}`;
  io.err(`${printed} found in a log of ${size} entries${more}\n`);
  return 0;
}

/** Person and case from standard input, or undefined where a line is missing. */
async function readNamed(
  options: SearchOptions,
  { readLines }: SearchParts,
): Promise<{ readonly person?: string; readonly case?: string } | undefined> {
  const names = (['person', 'case'] as const).filter((name) => options[name]);
  if (names.length === 0) return {};
  const lines = (await readLines())
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length !== names.length) return undefined;
  return Object.fromEntries(names.map((name, nth) => [name, lines[nth]]));
}
