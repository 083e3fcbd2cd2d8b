/** People held back from answers: their lists in the log's store, kept fresh, asked for each answer, and changed by orders. */
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import { ProtectedPeople } from '../../audit-log/facts/protected-people.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import { askedSubjects } from '../../domain/asked-subjects.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { Gateway } from '../../exchange/ports.ts';
import type { OperationsAppParts } from '../../http/operations-app.ts';
import { keepFresh } from '../threads/kept-fresh.ts';
import { orderAboutPeople } from './orders-about-people.ts';

export interface PeopleHeldBackParts {
  readonly keys: KeyRing;
  readonly reader: LogReader;
  readonly log: Pick<StartedLog, 'notes' | 'close'>;
  readonly policies: () => PolicySet | undefined;
  readonly now: () => number;
}

export interface PeopleHeldBack {
  readonly screen: Gateway['screen'];
  readonly order: OperationsAppParts['people'];
  /** Resolves once the lists are as they stand in the store. */
  refresh(): Promise<void>;
  stop(): void;
}

/** How long another writer's change of the same store may stay unseen. */
const REFRESH_MS = 2000;

/**
 * Reads the lists and keeps them fresh.
 *
 * @throws {GatewayError} `internal-error` where a key is missing by which somebody is protected; the log is closed then, so
 * that it says of this run that it stopped.
 */
export async function holdPeopleBack({
  keys,
  reader,
  log,
  policies,
  now,
}: PeopleHeldBackParts): Promise<PeopleHeldBack> {
  const people = new ProtectedPeople({
    tagKeys: [keys.sealing.subjectTags, ...keys.olderSubjectTags],
    sealing: keys.sealing.sealing,
    facts: (kind) => reader.facts(kind),
    append: log.notes.append,
    now,
  });
  try {
    await people.refresh();
  } catch (error) {
    await log.close();
    throw error;
  }
  // A key that is missing now is kept in mind by the lists: they refuse every answer. A store that is busy is asked again.
  const stop = keepFresh(() => people.refresh().catch(() => undefined), REFRESH_MS);
  return {
    screen: (permit) =>
      people.empty ? undefined : people.screen(askedSubjects(permit), permit.agreement.optOutApplies),
    refresh: () => people.refresh(),
    order: (order) => orderAboutPeople(order, { people, policies, log }),
    stop,
  };
}
