/** Orders about the lists of people who are held back, given to the running gateway through its operations port. */
import type { CommandIo } from './command-io.ts';

export interface PeopleOrderOptions {
  /** Operations address of the running gateway, such as http://127.0.0.1:9443. */
  readonly operations: string;
  /** Kind of the identifiers, such as "NHS number". */
  readonly kind: string | undefined;
  /** Who gives the order. */
  readonly by: string | undefined;
}

export const PEOPLE_ORDERS = ['add', 'remove', 'list', 'test'] as const;

/**
 * Gives the order for each identifier and prints what became of it; resolves to the exit code: 0, or 1 where one of them
 * was not carried out.
 *
 * @param readValues identifiers from standard input, one a line: what stands in arguments is seen by every user of the machine.
 */
export async function orderPeople(
  list: 'protected' | 'opted-out',
  order: string,
  { operations, kind, by }: PeopleOrderOptions,
  io: CommandIo,
  readValues: () => Promise<string>,
): Promise<number> {
  const values = order === 'list' ? [''] : linesOf(await readValues());
  if (values.length === 0) {
    io.err('write the identifiers to standard input, one a line\n');
    return 1;
  }
  let code = 0;
  for (const value of values) {
    const answer = await send(`${operations}/people/${list}/${order}`, { kind, value, by });
    if (answer === undefined) {
      io.err(
        `the gateway does not answer at ${operations}: is it running, and is this its operations address?\n`,
      );
      return 1;
    }
    if (answer.wrong !== undefined) code = 1;
    tell(answer, io);
  }
  return code;
}

interface Answer {
  readonly said?: string;
  readonly wrong?: string;
  readonly people?: readonly {
    readonly kind: string;
    readonly since: string;
    readonly removalAsked: boolean;
  }[];
}

async function send(url: string, order: Readonly<Record<string, unknown>>): Promise<Answer | undefined> {
  try {
    const answered = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(10_000),
    });
    const answer: unknown = await answered.json();
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch {
    return undefined;
  }
}

function tell({ said, wrong, people }: Answer, io: CommandIo): void {
  if (wrong !== undefined) io.err(`${wrong}\n`);
  for (const { kind, since, removalAsked } of people ?? [])
    io.out(`${kind} · since ${since}${removalAsked ? ' · removal asked for' : ''}\n`);
  if (said !== undefined) io.out(`${said}\n`);
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
