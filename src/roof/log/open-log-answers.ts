/** Opens what answering questions to the log takes: the log, its index, the keys of tags and the policy sets that it keeps. */
import { openKeyRing } from '../../adapters/signing/key-ring.ts';
import { openSearchIndex } from '../../adapters/storage/search/log-search-index.ts';
import type { Config } from '../../config.ts';
import type { PoliciesOfTheLog } from '../policies/policies-of-the-log.ts';
import { LogAnswers } from './log-answers.ts';
import { type LogAtRest, openLogOfGateway } from './log-at-rest.ts';

export interface OpenedLogAnswers {
  readonly answers: LogAnswers;
  close(): Promise<void>;
}

/** How often the index looks for new entries while nobody asks. */
const FOLLOW_EVERY_MS = 3000;

/** @throws {GatewayError} where the log, its index or a key cannot be opened, in words for the operator. */
export async function openLogAnswers(config: Config): Promise<OpenedLogAnswers> {
  const keys = openKeyRing(config.keysFolder, config.logOrigin);
  const log = await openLogOfGateway(config);
  try {
    const index = openSearchIndex({ log, file: config.searchIndexFile, followEveryMs: FOLLOW_EVERY_MS });
    const answers = new LogAnswers({
      ...{ log, index, origin: config.logOrigin, now: Date.now },
      tagKeys: [keys.sealing.subjectTags, ...keys.olderSubjectTags],
      sealingKeys: [keys.sealing.sealing, ...keys.olderSealing],
      policies: () => policiesOf(log, config),
    });
    return {
      answers,
      async close() {
        index.close();
        await log.close();
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function policiesOf(log: LogAtRest, { pinnedKeysFile }: Config): Promise<PoliciesOfTheLog> {
  const { PoliciesOfTheLog } = await import('../policies/policies-of-the-log.ts');
  const { readPinnedKeys } = await import('../policies/pinned-keys-file.ts');
  const { readSignature } = await import('../../adapters/signing/signed-text.ts');
  return new PoliciesOfTheLog(log, () => ({ pins: readPinnedKeys(pinnedKeysFile), read: readSignature }));
}
