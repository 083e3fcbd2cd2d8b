/** Spoils a real log in thousands of ways and looks whether `verify` reports each: `npm run campaign:tamper -- EDITS SEED`. */
import { randomInt } from 'node:crypto';
import { copyFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { EDITS, type Edit, type Edited, names } from './tamper-edits.ts';
import { findingsOfStore, type TamperedLog, tamperedLog } from './tamper-log.ts';

const MOST_EDITS = 10_000;

export interface TamperReport {
  readonly seed: number;
  readonly entries: number;
  /** How many edits of each kind were reported as they should be. */
  readonly reported: ReadonlyMap<string, number>;
  /** Edits that were not reported, or not by what they did. */
  readonly unreported: readonly string[];
}

/** Makes the edits one after the other, each on a fresh copy of the log. */
export async function tamperCampaign(
  edits: number,
  seed: number,
  progress: (done: number) => void = () => undefined,
): Promise<TamperReport> {
  const log = await tamperedLog();
  const below = seeded(seed);
  const kinds = Object.entries(EDITS);
  const reported = new Map<string, number>();
  const unreported: string[] = [];
  try {
    const whole = await findingsOfStore(log.whole, log);
    if (whole.length > 0) throw new Error(`the log is not whole to begin with: ${whole.join('; ')}`);
    for (let nth = 0; nth < edits; nth += 1) {
      const [name, edit] = kinds[nth % kinds.length] ?? ['', () => ({ named: /^$/ })];
      const missed = await missedBy(edit, log, below);
      if (missed === undefined) reported.set(name, (reported.get(name) ?? 0) + 1);
      else unreported.push(`${name}: ${missed}`);
      progress(nth + 1);
    }
    return { seed, entries: log.size, reported, unreported };
  } finally {
    log.remove();
  }
}

/** Undefined where the edit is reported as it should be. */
async function missedBy(
  edit: Edit,
  log: TamperedLog,
  below: (most: number) => number,
): Promise<string | undefined> {
  for (const beside of ['-wal', '-shm']) rmSync(`${log.spoiled}${beside}`, { force: true });
  copyFileSync(log.whole, log.spoiled);
  const { named, entry } = spoil(edit, log, below);
  const findings = await findingsOfStore(log.spoiled, log);
  const said = findings.slice(0, 5).join('; ') || 'nothing';
  if (!findings.some((finding) => named.test(finding))) return `${named} is not among: ${said}`;
  if (entry !== undefined && !names(findings, entry)) return `entry ${entry} is not named by: ${said}`;
  return undefined;
}

function spoil(edit: Edit, log: TamperedLog, below: (most: number) => number): Edited {
  const db = new DatabaseSync(log.spoiled);
  try {
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; BEGIN');
    const edited = edit({ db, log, below });
    db.exec('COMMIT');
    return edited;
  } finally {
    db.close();
  }
}

/** Numbers that look random and are the same for one seed (mulberry32). */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export function tamperReportText({ seed, entries, reported, unreported }: TamperReport): string {
  const lines = [`a log of ${entries} entries, seed ${seed}`];
  for (const [name, count] of reported) lines.push(`${String(count).padStart(7)}  ${name}`);
  lines.push(`${unreported.length} edits were not reported`, ...unreported.slice(0, 50));
  return `${lines.join('\n')}\n`;
}

async function main(): Promise<void> {
  const edits = Number(process.argv[2] ?? MOST_EDITS);
  const seed = Number(process.argv[3] ?? randomInt(2 ** 31));
  const tty = process.stderr.isTTY;
  const report = await tamperCampaign(
    edits,
    seed,
    (done) => tty && process.stderr.write(`\r${done} of ${edits}`),
  );
  if (tty) process.stderr.write('\n');
  process.stdout.write(tamperReportText(report));
  process.exitCode = report.unreported.length === 0 ? 0 : 1;
}

if (import.meta.main) await main();
