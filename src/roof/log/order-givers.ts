/** Who may order what the log keeps, and look at it: readers who see all of the log, by token or by name. */

import type { OrderGiver } from '../../audit-log/keeping/order-giver.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { UpkeepOrder } from '../../http/log-upkeep.ts';
import type { LogReaders, Reader } from './log-readers.ts';
import { readGiver } from './upkeep-orders.ts';

interface Wrong {
  readonly wrong: string;
}

export interface OrderGivers {
  /** Whoever gives the order, or why they may not. */
  giver(order: UpkeepOrder): Promise<OrderGiver | Wrong>;
  /** Enters in the log that something was looked at, before it is shown; or says why it may not be. */
  recordRead(order: UpkeepOrder, members: NoteMembers): Promise<Wrong | undefined>;
}

const ONLY_OPERATORS: Wrong = {
  wrong:
    'the token is of somebody who sees a part of the log only: OPERATOR_ORGANISATION names whose readers see all',
};

/** Names alone: while no gateway runs, whoever can write the store has no need of a token. */
export function namedGivers(append: StartedLog['notes']['append']): OrderGivers {
  return {
    giver: async (order) => readGiver(order),
    async recordRead(_order, members) {
      await append('read', { ...members, assurance: 'unproved' });
      return undefined;
    },
  };
}

/** A token proves who orders; without one the name that is given counts, where the settings allow such readers. */
export function provedGivers(readers: () => LogReaders): OrderGivers {
  const reader = async (order: UpkeepOrder): Promise<Reader | Wrong> => {
    const { credentials, by } = order;
    const found = await readers().reader(credentials, typeof by === 'string' ? by : undefined);
    if ('refused' in found) return { wrong: found.refused };
    return found.sees === 'all' ? found : ONLY_OPERATORS;
  };
  return {
    async giver(order) {
      const found = await reader(order);
      if ('wrong' in found) return found;
      return found.assurance === 'proved' ? found : readGiver({ ...order, credentials: undefined });
    },
    async recordRead(order, members) {
      const found = await reader(order);
      if ('wrong' in found) return found;
      return readers().recordedReading(found, { kind: 'read', members }, () => undefined);
    },
  };
}
