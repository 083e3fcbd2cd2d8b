/** What bounds the load on one thread of the gateway, and what is told of it: rates, quotas, floods, and whom it takes up at all. */
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import { LogQuota } from '../../audit-log/writing/log-quota.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import type { Caller } from '../../domain/caller.ts';
import type { AuditLog, Clock, NotProved } from '../../exchange/ports.ts';
import { SystemRates } from '../../exchange/system-rates.ts';
import { Admission } from '../../http/admission.ts';
import type { AdmissionLimit } from '../../http/admission-limit.ts';
import type { GateParts } from '../../http/gate.ts';
import type { TurnedAway } from '../../http/log-door.ts';
import { RefusalFlood } from '../../http/refusal-flood.ts';
import { TOO_MANY_ASKED, TOO_MANY_REFUSED, TOO_MANY_UNPROVED } from '../log/proving.ts';
import { summariseFloods } from './summarise-floods.ts';

export interface LoadBoundsParts {
  readonly config: Pick<Config, 'refusedEntriesPerHour' | 'threads' | 'rates'>;
  readonly log: Pick<StartedLog, 'log' | 'notes'>;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'watch' | 'countEvent'>;
}

export interface LoadBounds {
  readonly quota: LogQuota;
  readonly rates: SystemRates;
  readonly flood: RefusalFlood;
  readonly gate: Pick<GateParts, 'admission' | 'onTurnedAway'>;
  /** The log, watched for how long entries wait. */
  readonly log: AuditLog;
  /** Sums up what is left of floods. */
  stop(): Promise<void>;
}

export function openLoadBounds({ config, log, clock, metrics }: LoadBoundsParts): LoadBounds {
  const quota = new LogQuota(Math.ceil(config.refusedEntriesPerHour / config.threads));
  const rates = new SystemRates(config.rates.systemPerSecond);
  const flood = new RefusalFlood(config.rates);
  const admission = new Admission({ waiting: () => log.log.waiting, now: () => performance.now() });
  watch(admission, metrics);
  const summaries = summariseFloods({ flood, quota, rates, admission }, log, clock);
  return {
    ...{ quota, rates, flood },
    gate: { admission, onTurnedAway: (code) => metrics.countEvent(`turned-away-${code}`) },
    log: measured(log.log, admission.limit),
    stop: () => summaries.stop(),
  };
}

/** Why a reading of the log is not looked at; undefined where it is, and where a refusal of it gets an entry. */
export function heldBackReading(
  caller: Caller | NotProved,
  address: string,
  nowMs: number,
  { flood, rates, quota }: Pick<LoadBounds, 'flood' | 'rates' | 'quota'>,
  mayRead: (caller: Caller) => boolean,
): TurnedAway | undefined {
  if ('refused' in caller) return flood.admits(address, nowMs) ? undefined : TOO_MANY_UNPROVED;
  if (!rates.admits(caller, nowMs))
    return { ...TOO_MANY_ASKED, retryAfterSeconds: rates.retryAfterSeconds(caller, nowMs) };
  if (mayRead(caller) || quota.admits(caller.organisation, nowMs)) return undefined;
  return { ...TOO_MANY_REFUSED, retryAfterSeconds: quota.retryAfterSeconds(caller.organisation, nowMs) };
}

function watch(admission: Admission, metrics: Pick<Metrics, 'watch'>): void {
  metrics.watch(
    'gateway_requests_under_way',
    'Requests that were taken up and not answered',
    () => admission.underWay,
  );
  metrics.watch('gateway_requests_waiting', 'Requests that wait to be taken up', () => admission.parked);
  metrics.watch(
    'gateway_admission_limit',
    'Entries that may wait for the log before no further request is taken up',
    () => admission.limit.most,
  );
}

function measured(log: AuditLog, limit: AdmissionLimit): AuditLog {
  return {
    append(draft) {
      const appended = log.append(draft);
      limit.probe(appended);
      return appended;
    },
    appendTogether: (drafts) => log.appendTogether(drafts),
  };
}
