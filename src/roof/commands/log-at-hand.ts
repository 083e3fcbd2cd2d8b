/** The log's questions, answered by the gateway that runs, or by the log itself where none does and its settings are at hand. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { type Config, ConfigError, type Environment, readConfig } from '../../config.ts';
import { plainApp } from '../../http/plain-app.ts';
import { drain, listen, makeServer } from '../../http/server.ts';
import { openLogOfGateway } from '../log/log-at-rest.ts';
import { LogReaders } from '../log/log-readers.ts';
import { provingForOperations } from '../log/proving.ts';
import { startLog } from '../threads/start-log.ts';

const WITHIN_MS = 2000;

/**
 * Runs `work` with an address that answers for the log.
 *
 * @param operations address of the gateway. Where nothing listens there, and the settings of a gateway are in the
 * environment, its log is opened for as long as the work takes, under the writer's lock, and the reading is entered in it.
 */
export async function withLogAtHand<Done>(
  operations: string,
  environment: Environment,
  work: (operations: string) => Promise<Done>,
): Promise<Done> {
  if (await listens(operations)) return work(operations);
  const config = settingsOf(environment);
  return config === undefined ? work(operations) : withLogOf(config, work);
}

async function listens(operations: string): Promise<boolean> {
  try {
    await fetch(`${operations}/health/live`, { signal: AbortSignal.timeout(WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

function settingsOf(environment: Environment): Config | undefined {
  try {
    return readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

async function withLogOf<Done>(config: Config, work: (operations: string) => Promise<Done>): Promise<Done> {
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await startLog(config, keys.sealing);
  const reader = await openLogOfGateway(config);
  const readers = new LogReaders({
    // No issuer can be asked from here, so nobody is proved: whoever may write to the log reads it, and the entry says so.
    authenticator: {
      authenticate: async () => ({
        refused: 'token-invalid',
        why: 'no gateway is running that could check it; leave the token out',
      }),
    },
    policies: () => undefined,
    append: log.notes.append,
    operatorOrganisation: undefined,
    provedOnly: config.provedReadersOnly,
  });
  const app = plainApp();
  app.use('/log', provingForOperations({ readers, reader, keys, now: Date.now }));
  const server = makeServer(app, undefined);
  try {
    const port = await listen(server, '127.0.0.1', 0);
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    await drain(server, WITHIN_MS);
    await log.close();
    await reader.close();
  }
}
