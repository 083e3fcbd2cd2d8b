/** The gateway's daily messages: to whom, with which checkpoint, and how often it looks whether one is due. */
import { openOutboxFolder } from '../../adapters/notify/outbox-folder.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { newestCheckpoint } from '../../audit-log/proving/proofs.ts';
import { CheckpointOutbox, type Party } from '../../audit-log/witnessing/checkpoint-outbox.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import type { Witnesses } from './witnesses.ts';

export interface DailyMessages {
  attention(): readonly string[];
  /** Looks soon, and then every half minute. */
  start(): void;
  stop(): Promise<void>;
}

export interface DailyMessagesParts {
  readonly config: Pick<Config, 'outboxFolder' | 'outboxHour' | 'operatorContact'>;
  readonly key: VerifierKey;
  readonly reader: LogReader;
  readonly log: Pick<StartedLog, 'notes'>;
  readonly witnesses: Pick<Witnesses, 'inWords' | 'cosigned'>;
  readonly policies: () => PolicySet | undefined;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly now: () => number;
}

const LOOK_EVERY_MS = 30_000;
/** By then a new log has its first checkpoint. */
const FIRST_LOOK_MS = 1000;
const NOTHING: DailyMessages = { attention: () => [], start: () => undefined, stop: () => Promise.resolve() };

/** Without a folder nothing is sent. */
export function openDailyMessages(parts: DailyMessagesParts): DailyMessages {
  const { config, key, reader, log, witnesses, policies, now } = parts;
  if (config.outboxFolder === undefined) return NOTHING;
  const messages = new CheckpointOutbox({
    ...{ reader, key, now, hour: config.outboxHour, operatorContact: config.operatorContact },
    outbox: openOutboxFolder(config.outboxFolder),
    parties: () => partiesOf(policies()),
    checkpoint: () => newestNote(reader, witnesses),
    countersigned: () => witnesses.inWords(),
    append: log.notes.append,
  });
  let failing: string | undefined;
  const look = async (): Promise<void> => {
    failing = await messages.look().then(
      () => undefined,
      (error: unknown) => tellFailed(error, parts),
    );
  };
  let first: NodeJS.Timeout | undefined;
  let timer: NodeJS.Timeout | undefined;
  return {
    attention: () => [...messages.attention(), ...(failing === undefined ? [] : [failing])],
    start() {
      timer = setInterval(look, LOOK_EVERY_MS);
      first = setTimeout(look, FIRST_LOOK_MS);
      timer.unref();
      first.unref();
    },
    async stop() {
      clearTimeout(first);
      clearInterval(timer);
      await messages.settled();
    },
  };
}

function tellFailed(error: unknown, { logger, metrics }: DailyMessagesParts): string {
  const why = error instanceof Error ? error.message : 'something else was thrown';
  metrics.countEvent('checkpoint-not-sent');
  logger.error({ message: 'the daily checkpoint could not be sent', why });
  return 'the daily checkpoint could not be sent to everybody; it is tried again every half minute';
}

/** The cosigned one where it is as new as any. */
async function newestNote(
  reader: LogReader,
  witnesses: Pick<Witnesses, 'cosigned'>,
): Promise<{ note: string; size: number } | undefined> {
  const newest = await newestCheckpoint(reader);
  const cosigned = witnesses.cosigned();
  // A checkpoint of no entries would prove nothing to anybody.
  if (newest?.checkpoint.size === 0) return undefined;
  if (newest === undefined || (cosigned !== undefined && cosigned.size >= newest.checkpoint.size))
    return cosigned;
  return { note: newest.note, size: newest.checkpoint.size };
}

/** Both sides of every agreement that the policy set holds. */
function partiesOf(policies: PolicySet | undefined): readonly Party[] {
  const ids = new Set(policies?.agreements.flatMap(({ provider, consumer }) => [provider, consumer]));
  return [...ids].flatMap((organisation) => {
    const found = policies?.organisations.get(organisation);
    if (found === undefined) return [];
    return [{ organisation, name: found.name, address: found.dataProtectionOfficer.email }];
  });
}
