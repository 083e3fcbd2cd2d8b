/** Prints how many entries a second `verify` checks on one core: `npm run bench:verify [-- --entries 200000]`. */
import { parseArgs } from 'node:util';
import { openHeadFile } from '../src/adapters/signing/head-file.ts';
import { openSqliteReader } from '../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../src/audit-log/verifying/verifier.ts';
import { startLogWriter } from '../src/audit-log/writing/start-log-writer.ts';
import { exchangeId, releasedDraft, sentDraft } from '../test/support/drafts.ts';
import { type LogFolder, logFolder } from '../test/support/log-folder.ts';

const ROUNDS = 3;
const TOGETHER = 1_000;

/** A log of so many entries, half of them `sent` and half `released`. */
async function write(folder: LogFolder, entries: number): Promise<void> {
  const { log, close } = await startLogWriter(folder.start());
  for (let written = 0; written < entries; written += 2 * TOGETHER) {
    const exchanges = Array.from({ length: TOGETHER }, () => exchangeId(Date.now()));
    const sent = await Promise.all(exchanges.map((id) => log.append(sentDraft(id, Date.now()))));
    await Promise.all(
      sent.map(({ leafHash }, nth) => log.append(releasedDraft(exchanges[nth] ?? '', Date.now(), leafHash))),
    );
  }
  await close();
}

/** Entries a second by the clock, and by the time that the core gave. */
async function verified(
  folder: LogFolder,
): Promise<{ readonly perSecond: number; readonly perCpuSecond: number }> {
  const reader = openSqliteReader(folder.storeFile);
  const cpu = process.cpuUsage();
  const from = performance.now();
  const head = openHeadFile(folder.headFile).read();
  const { entries, findings } = await verifyLog(reader, { key: folder.keys.checkpoint.verifierKey, head });
  const seconds = (performance.now() - from) / 1000;
  const used = process.cpuUsage(cpu);
  reader.close();
  if (findings.length > 0) throw new Error(findings.join('\n'));
  return {
    perSecond: entries / seconds,
    perCpuSecond: (entries * 1e6) / (used.user + used.system),
  };
}

const { values } = parseArgs({ options: { entries: { type: 'string', default: '200000' } } });
const folder = logFolder();
try {
  await write(folder, Number(values.entries));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { perSecond, perCpuSecond } = await verified(folder);
    console.log(
      `round ${round}: ${Math.round(perSecond)} entries a second, ${Math.round(perCpuSecond)} a second of one core`,
    );
  }
} finally {
  folder.remove();
}
