/** Every ten seconds, one entry counts the refusals that were held back from the log one by one. */
import type { LogQuota } from '../../audit-log/writing/log-quota.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Clock } from '../../exchange/ports.ts';
import type { RefusalFlood } from '../../http/refusal-flood.ts';

const EVERY_MS = 10_000;

/**
 * Begins to sum up. `stop` sums up what is left.
 *
 * @param quota counts those that are held back by organisation.
 */
export function summariseFloods(
  flood: RefusalFlood,
  quota: Pick<LogQuota, 'takeHeldBack'>,
  log: Pick<StartedLog, 'notes'>,
  clock: Clock,
): { stop(): Promise<void> } {
  let fromMs = clock.now();
  const sumUp = async (): Promise<void> => {
    const toMs = clock.now();
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    fromMs = toMs;
    const unproved = flood.takeHeldBack();
    const all: NoteMembers[] = unproved === 0 ? [] : [{ code: 'refusals-held-back', records: unproved }];
    for (const [consumer, records] of quota.takeHeldBack())
      all.push({ code: 'refusals-over-quota', consumer, records });
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
