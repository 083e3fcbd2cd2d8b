/** `npm run campaign:report -- [entries]`: plants 137 accesses to one person in a log of that many entries, and times their report. */
import { join } from 'node:path';
import { openSearchIndex } from '../../src/adapters/storage/search/log-search-index.ts';
import type { SubjectIdentifier } from '../../src/domain/audit-entry.ts';
import type { CopyForThePerson } from '../../src/governance/reports/report-copies.ts';
import type { MadeReport } from '../../src/roof/log/reports.ts';
import { type Change, SEARCH } from '../support/changed-policies.ts';
import { type Asking, BADGE, NINO, question, ReportLog } from '../support/report-log.ts';

export const PLANTED = 137;
/** How many of them an agreement keeps from the report. */
export const KEPT_BACK = 21;
/** Clients at once: how many entries a commit holds follows from it. */
const AT_ONCE = 256;
/** Ten exchanges a second, so that half a million take fourteen hours. */
const BETWEEN_MS = 100;
const MY_LINES = 'blue badge number: ZZ9Z01\nnational insurance number: QQ123456C';

export interface ReportRun {
  readonly entries: number;
  readonly told: number;
  readonly keptBack: unknown;
  /** Exchanges that were planted and are told, or planted nowhere and told: none of either is right. */
  readonly missing: number;
  readonly strange: number;
  readonly secondsToFill: number;
  readonly secondsToIndex: number;
  readonly secondsByIndex: number;
  readonly secondsWithoutIndex: number;
  /** Whether both ways came to the same document. */
  readonly same: boolean;
}

export async function reportCampaign(entries: number, err: (text: string) => void): Promise<ReportRun> {
  const log = await ReportLog.start();
  const index = openSearchIndex({ log: log.reader, file: join(log.folder.path, 'log.search') });
  try {
    await log.takePolicies(new Map([[SEARCH, [HOLD]]]));
    const [planted, secondsToFill] = await timed(() => fill(log, entries, err));
    const [, secondsToIndex] = await timed(() => index.follow());
    err(`indexed in ${secondsToIndex.toFixed(1)} s\n`);
    const maker = log.maker({ index, now: () => NOW });
    const make = async (withoutIndex: boolean): Promise<MadeReport> => {
      const made = await maker.make(question(MY_LINES, { withoutIndex }));
      if ('wrong' in made) throw new Error(made.wrong);
      return made;
    };
    const [report, secondsByIndex] = await timed(() => make(false));
    const [again, secondsWithoutIndex] = await timed(() => make(true));
    const copy: CopyForThePerson = JSON.parse(report.document);
    const told = new Set(copy.accesses.flatMap(({ proof }) => proof.map(({ entry }) => entry)));
    return {
      entries: copy.log.entries,
      told: copy.accesses.length,
      keptBack: report.entry.members['withheld'],
      missing: planted.filter((at) => !told.has(at)).length,
      strange: copy.accesses.filter(({ proof }) => !proof.some(({ entry }) => planted.includes(entry)))
        .length,
      ...{ secondsToFill, secondsToIndex, secondsByIndex, secondsWithoutIndex },
      same: again.document === report.document,
    };
  } finally {
    await index.close();
    log.close();
  }
}

const NOW = Date.parse('2026-12-01T12:00:00Z');
const HOLD: Change = [
  '  children: may',
  `  kept from the person's report: {until: 2027-03-31, exemption: crime and taxation, because: So., decided by: R. Shah}\n  children: may`,
];

const other = (nth: number): SubjectIdentifier => ({
  namespace: 'blue badge number',
  id: (nth % 2_000_000).toString(36).toUpperCase().padStart(6, '0'),
});
const SEARCHED = { agreement: { id: 'DSA-2026-015', version: 1, sha256: 'ab'.repeat(32) } };

/** The ways in which a person can come into a log; the last three are kept back from their report. */
const WAYS: readonly ((nth: number) => Asking)[] = [
  () => ({}),
  () => ({ asked: [BADGE], parts: [] }),
  () => ({ refused: true }),
  (nth) => ({ asked: [other(nth)], parts: [[other(nth), NINO]] }),
  (nth) => ({
    asked: [],
    parts: [Array.from({ length: 40 }, (_, at) => (at === 17 ? BADGE : other(nth * 40 + at)))],
  }),
  () => ({ asked: [NINO], parts: [], heldBack: [NINO] }),
  (nth) => ({ asked: [other(nth)], parts: [[other(nth)]], heldBack: [BADGE] }),
];

/** Resolves to the index of an entry of each planted exchange that the person is told of. */
async function fill(
  log: ReportLog,
  entries: number,
  err: (text: string) => void,
): Promise<readonly number[]> {
  const exchanges = Math.floor(entries / 2);
  const every = Math.floor(exchanges / PLANTED);
  const planted: string[] = [];
  const beganMs = Date.now();
  for (let from = 0; from < exchanges; from += AT_ONCE) {
    const askings = Array.from({ length: Math.min(AT_ONCE, exchanges - from) }, async (_, at) => {
      const nth = from + at;
      const atMs = beganMs + nth * BETWEEN_MS;
      const plant = nth % every === 0 ? nth / every : PLANTED;
      if (plant >= PLANTED) return log.ask({ asked: [other(nth)], parts: [[other(nth)]], atMs });
      const asking = { ...WAYS[plant % WAYS.length]?.(nth), atMs };
      const isKept = plant < KEPT_BACK;
      const exchange = await log.ask(isKept ? { ...asking, facts: SEARCHED } : asking);
      if (!isKept) planted.push(exchange);
      return exchange;
    });
    await Promise.all(askings);
    if (from % (400 * AT_ONCE) === 0) err(`${from * 2} entries\n`);
  }
  return planted.map((exchange) => log.reader.entriesOfExchange(exchange)[0]?.index ?? -1);
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const started = performance.now();
  const done = await work();
  return [done, (performance.now() - started) / 1000];
}

if (process.argv[1] === import.meta.filename) {
  const run = await reportCampaign(Number(process.argv[2] ?? 1_000_000), (text) =>
    process.stderr.write(text),
  );
  process.stdout.write(`${JSON.stringify(run, null, 2)}\n`);
  const right = run.told === PLANTED - KEPT_BACK && run.missing + run.strange === 0 && run.same;
  process.exitCode = right && run.secondsByIndex < 2 ? 0 : 1;
}
