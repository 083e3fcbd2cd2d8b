/**
 * A process that opens a log, appends so many exchanges, prints each entry once it is durable, and closes the log. Ends with
 * 70 once the log met a doubtful write, and with 71 where it cannot be opened.
 */
import { startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { exchangeId, releasedDraft, sentDraft } from './drafts.ts';
import { logFolder } from './log-folder.ts';
import { sayAtOnce } from './say-at-once.ts';

const AT_ONCE = 4;
const [, , path = '', exchanges = '40'] = process.argv;

const started = await startLogWriter(logFolder(path).start({ publishDelayMs: 5 })).catch((error: unknown) => {
  sayAtOnce(`cannot open: ${error instanceof Error ? error.message : ''}`);
  process.exit(71);
});
started.poisoned.then(() => process.exit(70));

async function exchange(): Promise<void> {
  const id = exchangeId(Date.now());
  const sent = await started.log.append(sentDraft(id, Date.now()));
  sayAtOnce(`${sent.index} ${sent.leafHash}`);
  const released = await started.log.append(releasedDraft(id, Date.now(), sent.leafHash));
  sayAtOnce(`${released.index} ${released.leafHash}`);
}

let left = Number(exchanges);
async function exchangesInTurn(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await exchange().catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
    });
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, exchangesInTurn));
await started.close();
process.exit(0);
