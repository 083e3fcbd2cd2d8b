/**
 * One of several processes that append exchanges to one log in PostgreSQL as quickly as they can, and print each entry once it
 * is durable. Ends in good order at SIGTERM, with 70 once the log met a doubtful write, with 71 where it cannot be opened.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { readPostgresAddress } from '../../src/adapters/storage/postgres/postgres-address.ts';
import { startLogWriter } from '../../src/audit-log/writing/start-log-writer.ts';
import { GatewayError } from '../../src/domain/gateway-error.ts';
import { exchangeId, releasedDraft, sentDraft } from './drafts.ts';
import { logFolder } from './log-folder.ts';
import { sayAtOnce } from './say-at-once.ts';

const [, , path = '', address = '', instance = '', atOnce = '16'] = process.argv;
const start = logFolder(path).start({
  ...{ storeFile: '', storeAddress: readPostgresAddress(address), publishDelayMs: 20 },
  headFile: join(path, `head-${instance}`),
});
const started = await startLogWriter({ ...start, instance }).catch((error: unknown) => {
  writeSync(2, `cannot open: ${error instanceof Error ? error.message : ''}\n`);
  process.exit(71);
});
started.poisoned.then((error) => {
  writeSync(2, `poisoned: ${error.message}\n`);
  process.exit(70);
});

let ending = false;
process.once('SIGTERM', () => {
  ending = true;
});

async function exchangesInTurn(): Promise<void> {
  while (!ending) {
    const exchange = exchangeId(Date.now());
    try {
      const sent = await started.log.append(sentDraft(exchange, Date.now()));
      sayAtOnce(`${sent.index} ${sent.leafHash}`);
      for (const part of [1, 2]) {
        const draft = releasedDraft(exchange, Date.now(), sent.leafHash, { part, last: part === 2 });
        const released = await started.log.append(draft);
        sayAtOnce(`${released.index} ${released.leafHash}`);
      }
    } catch (error) {
      // Nothing was stored: a gateway answers 503 here, and goes on.
      if (!(error instanceof GatewayError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

sayAtOnce('open');
await Promise.all(Array.from({ length: Number(atOnce) }, exchangesInTurn));
await started.close();
process.exit(0);
