/** `list`: entries of the log, newest first, read through the running gateway so that the reading is itself an entry. */
import type { CommandIo } from './command-io.ts';

export interface ListOptions {
  /** Operations address of the running gateway, such as http://127.0.0.1:9443. */
  readonly operations: string;
  readonly most: number;
  readonly exchange: string | undefined;
  readonly kind: string | undefined;
  /** Print whole leaves as JSON lines instead of one plain line each. */
  readonly json: boolean;
}

interface Entry {
  readonly index: number;
  readonly leafHash: string;
  readonly leaf: Readonly<Record<string, unknown>>;
}

/** Prints the entries; resolves to the exit code: 0, or 1 where the gateway could not be asked. */
export async function listEntries(options: ListOptions, io: CommandIo): Promise<number> {
  const query = new URLSearchParams({ most: String(options.most) });
  if (options.exchange !== undefined) query.set('exchange', options.exchange);
  if (options.kind !== undefined) query.set('kind', options.kind);
  const entries = await ask(`${options.operations}/log/entries?${query}`).catch(() => undefined);
  if (entries === undefined) {
    io.err(
      `the gateway does not answer at ${options.operations}: is it running, and is this its operations address?\n`,
    );
    return 1;
  }
  for (const entry of entries) io.out(options.json ? `${JSON.stringify(entry)}\n` : `${inWords(entry)}\n`);
  return 0;
}

async function ask(url: string): Promise<readonly Entry[]> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  const { entries } = (await response.json()) as { entries: readonly Entry[] };
  return entries;
}

/** One entry on one line: what, when, who asked whom, under what, and how it ended. */
function inWords({ index, leaf }: Entry): string {
  const { kind, at, consumer, system, agreement, dataset, operation, code, purpose, exchange } = leaf;
  const parts = [`#${index}`, at, kind, code, exchange, consumer, system, dataset, operation, purpose];
  const said = parts.filter((part) => typeof part === 'string');
  if (isAgreement(agreement)) said.push(`${agreement.id} version ${agreement.version}`);
  if (kind === 'released')
    said.push(
      `records ${leaf['records']}, fields ${fieldNames(leaf['fields'])}, withheld ${leaf['withheld']}`,
    );
  return said.join(' · ');
}

function isAgreement(value: unknown): value is { id: string; version: number } {
  return typeof value === 'object' && value !== null && 'id' in value && 'version' in value;
}

function fieldNames(fields: unknown): string {
  return Array.isArray(fields) && fields.length > 0 ? fields.join(' ') : 'none';
}
