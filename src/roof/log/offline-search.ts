/** Searches the log while no gateway runs: in the store itself, under the writer's lock; nobody is proved so. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { readSignature } from '../../adapters/signing/signed-text.ts';
import type { Config } from '../../config.ts';
import type { LogReply, LogRequest } from '../../http/log-questions.ts';
import { readPinnedKeys } from '../policies/pinned-keys-file.ts';
import { PoliciesOfTheLog } from '../policies/policies-of-the-log.ts';
import { startLog } from '../threads/start-log.ts';
import { AskedLog } from './asked-log.ts';
import { openLogOfGateway } from './log-at-rest.ts';
import { LogReaders } from './log-readers.ts';
import { openLogAnswers } from './open-log-answers.ts';

export interface OfflineSearch {
  search(request: LogRequest): Promise<LogReply>;
  list(request: LogRequest): Promise<LogReply>;
  close(): Promise<void>;
}

/** @throws {GatewayError} `log-unavailable` where a gateway holds the log, or it is not in order. */
export async function openOfflineSearch(config: Config): Promise<OfflineSearch> {
  const log = await startLog(config, openKeyRing(config.keysFolder, config.logOrigin).sealing);
  try {
    const { answers, close } = await openLogAnswers(config);
    const current = await lastSet(config);
    const readers = new LogReaders({
      authenticator: {
        authenticate: () => ({ refused: 'token-invalid', why: 'only a running gateway can prove a token' }),
      },
      policies: () => current,
      append: log.notes.append,
      operatorOrganisation: config.operatorOrganisation,
      provedOnly: config.provedReadersOnly,
    });
    const asked = new AskedLog({ readers, questions: answers, policies: () => current });
    return {
      search: (request) => asked.search(request),
      list: (request) => asked.list(request),
      async close() {
        await close();
        await log.close();
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** The set that was in force last: it says by which issuers people are known. */
async function lastSet(config: Config) {
  const log = await openLogOfGateway(config);
  try {
    const trust = () => ({ pins: readPinnedKeys(config.pinnedKeysFile), read: readSignature });
    return (await new PoliciesOfTheLog(log, trust).open([])).current;
  } finally {
    await log.close();
  }
}
