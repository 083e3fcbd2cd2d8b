/** `replay`: judges the exchanges of the log again under other policy files, and says what would be decided otherwise. */
import { GatewayError } from '../domain/gateway-error.ts';
import { asIfSigned } from '../governance/changes/as-if-signed.ts';
import { Replay, type ReplayedEntry } from '../governance/changes/replay.ts';
import { replayAsPage } from '../governance/changes/replay-as-page.ts';
import { pageAsMarkdown } from '../governance/pages/page-as-markdown.ts';
import { pageAsText } from '../governance/pages/page-as-text.ts';
import type { CommandIo } from './command-io.ts';
import { progressBar } from './progress-bar.ts';
import { CANNOT, type LoadPolicies, readPolicies } from './read-policies.ts';

export interface ReplayCommand {
  /** Folder of the policy files to judge by. */
  readonly policies: string;
  readonly store: string;
  /** "30d", "12h" or a date; undefined for the whole log. */
  readonly since: string | undefined;
  readonly as: 'text' | 'markdown' | 'json';
  /** Judge by the signatures that there are, not as if both parties had signed every version. */
  readonly asTheyStand: boolean;
}

/** One view of the log, whatever is written meanwhile. */
export interface ReplayedLog {
  /** Number of entries. */
  readonly size: number;
  /** Entries from an index on, ascending, at most `most`. */
  entries(from: number, most: number): readonly ReplayedEntry[] | Promise<readonly ReplayedEntry[]>;
  close(): void | Promise<void>;
}

const PAGE = 2000;

/**
 * Prints what was found; resolves to the exit code: 0 where nothing would be decided otherwise, 1 where something would,
 * 2 where the files or the log cannot be read.
 */
export async function replayCommand(
  { policies: folder, store, since, as, asTheyStand }: ReplayCommand,
  io: CommandIo,
  load: LoadPolicies,
  open: (store: string) => ReplayedLog | Promise<ReplayedLog>,
  nowMs: number,
): Promise<number> {
  const sinceMs = since === undefined ? Number.NEGATIVE_INFINITY : sinceInstant(since, nowMs);
  if (sinceMs === undefined) {
    io.err('write --since as `30d`, `12h` or a date such as `2026-10-01`\n');
    return CANNOT;
  }
  const policies = await readPolicies(folder, io, load);
  if (policies === undefined) return CANNOT;
  try {
    const replay = new Replay(asTheyStand ? policies : asIfSigned(policies));
    await readThrough(await open(store), sinceMs, (entry) => replay.take(entry), progressBar(io, 'entries'));
    const result = replay.result();
    if (as === 'json') io.out(`${JSON.stringify(result, mapsAsObjects, 2)}\n`);
    else io.out((as === 'markdown' ? pageAsMarkdown : pageAsText)(replayAsPage(result)));
    return result.changes.length === 0 && result.fieldsLost.size === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    io.err(`the log could not be read: ${error.message}\n`);
    return CANNOT;
  }
}

async function readThrough(
  log: ReplayedLog,
  sinceMs: number,
  take: (entry: ReplayedEntry) => void,
  progress: (done: number, of: number) => void,
): Promise<void> {
  try {
    const first = await firstSince(log, sinceMs);
    for (let from = first; from < log.size; from += PAGE) {
      for (const entry of await log.entries(from, PAGE)) take(entry);
      progress(Math.min(from + PAGE, log.size) - first, log.size - first);
    }
  } finally {
    await log.close();
  }
}

/** Entries stand in the order of their time, so that the first one is found by halving. */
async function firstSince(log: ReplayedLog, sinceMs: number): Promise<number> {
  let [low, high] = [0, log.size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const atMs = (await log.entries(middle, 1))[0]?.atMs ?? Number.POSITIVE_INFINITY;
    if (atMs < sinceMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

const SPAN = /^([1-9]\d{0,4})([dh])$/;
const HOUR_MS = 3_600_000;

function sinceInstant(since: string, nowMs: number): number | undefined {
  const [, count, unit] = SPAN.exec(since) ?? [];
  if (count !== undefined) return nowMs - Number(count) * (unit === 'd' ? 24 : 1) * HOUR_MS;
  const atMs = /^\d{4}-\d{2}-\d{2}/.test(since) ? Date.parse(since) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}

function mapsAsObjects(_name: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
