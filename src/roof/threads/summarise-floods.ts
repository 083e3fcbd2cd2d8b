/** Every ten seconds, one entry of each kind counts what was held back from the log one by one. */
import type { LogQuota } from '../../audit-log/writing/log-quota.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Clock } from '../../exchange/ports.ts';
import type { SystemRates } from '../../exchange/system-rates.ts';
import type { Admission } from '../../http/admission.ts';
import type { RefusalFlood } from '../../http/refusal-flood.ts';

const EVERY_MS = 10_000;

export interface HeldBack {
  /** Of callers that proved nobody. */
  readonly flood: Pick<RefusalFlood, 'takeHeldBack'>;
  /** Refusals by organisation. */
  readonly quota: Pick<LogQuota, 'takeHeldBack'>;
  /** Requests by organisation. */
  readonly rates: Pick<SystemRates, 'takeHeldBack'>;
  /** What was not taken up at all. */
  readonly admission: Pick<Admission, 'takeShed'>;
}

/** Begins to sum up. `stop` sums up what is left. */
export function summariseFloods(
  { flood, quota, rates, admission }: HeldBack,
  log: Pick<StartedLog, 'notes'>,
  clock: Clock,
): { stop(): Promise<void> } {
  let fromMs = clock.now();
  const sumUp = async (): Promise<void> => {
    const toMs = clock.now();
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    fromMs = toMs;
    const all: NoteMembers[] = [
      { code: 'refusals-held-back', records: flood.takeHeldBack() },
      ...byConsumer('refusals-over-quota', quota.takeHeldBack()),
      ...byConsumer('requests-over-rate', rates.takeHeldBack()),
      { code: 'requests-shed', records: admission.takeShed() },
    ].filter(({ records }) => records > 0);
    const appended = all.map((members) => log.notes.append('summary', { ...members, ...span }));
    await Promise.all(appended).catch(() => undefined);
  };
  const timer = setInterval(sumUp, EVERY_MS);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      return sumUp();
    },
  };
}

function byConsumer(code: string, heldBack: ReadonlyMap<string, number>) {
  return [...heldBack].map(([consumer, records]) => ({ code, consumer, records }));
}
