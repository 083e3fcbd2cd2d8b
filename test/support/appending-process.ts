/** A process that appends exchanges as quickly as it can and prints each entry once it is durable, until it is killed. */
import { startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { exchangeId, releasedDraft, sentDraft } from './drafts.ts';
import { logFolder } from './log-folder.ts';
import { sayAtOnce } from './say-at-once.ts';

const AT_ONCE = 32;
const { log } = await startLogWriter(logFolder(process.argv[2]).start({ publishDelayMs: 5 }));

async function exchangeForEver(): Promise<never> {
  for (;;) {
    const exchange = exchangeId(Date.now());
    const sent = await log.append(sentDraft(exchange, Date.now()));
    sayAtOnce(`${sent.index} ${sent.leafHash}`);
    for (const part of [1, 2]) {
      const draft = releasedDraft(exchange, Date.now(), sent.leafHash, { part, last: part === 2 });
      const released = await log.append(draft);
      sayAtOnce(`${released.index} ${released.leafHash}`);
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, exchangeForEver));
