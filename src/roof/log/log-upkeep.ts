/** What the log keeps and what it lets go: orders to erase, holds and retention, checked in plain words and carried out. */
import { setImmediate as breath } from 'node:timers/promises';
import type { KeyRing } from '../../adapters/signing/key-ring.ts';
import { everyEntry } from '../../audit-log/finding/candidates.ts';
import { EntriesAbout } from '../../audit-log/finding/entries-about.ts';
import { Erasing } from '../../audit-log/keeping/erasing.ts';
import { Holds } from '../../audit-log/keeping/holds.ts';
import { OrdersOfTwo } from '../../audit-log/keeping/orders-of-two.ts';
import { replayErasures } from '../../audit-log/keeping/replay-erasures.ts';
import { Retention } from '../../audit-log/keeping/retention.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import type { Config } from '../../config.ts';
import { keepingOf } from '../../domain/keeping.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { LogUpkeepOrders, UpkeepAnswer, UpkeepOrder } from '../../http/log-upkeep.ts';
import { openErasuresFile } from './erasures-file.ts';
import type { OrderGivers } from './order-givers.ts';
import { erasureInWords, holdChangeInWords, holdsInWords, retentionInWords } from './upkeep-in-words.ts';
import { readErasure, readHold } from './upkeep-orders.ts';

export interface LogUpkeepParts {
  readonly config: Pick<Config, 'erasuresFile' | 'logKeepYears'>;
  readonly keys: Pick<KeyRing, 'sealing' | 'olderSubjectTags'>;
  readonly log: Pick<StartedLog, 'notes'>;
  readonly reader: LogReader;
  readonly policies: () => PolicySet | undefined;
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
  readonly givers: OrderGivers;
  /** Pieces that one order to run retention drops at most: the next order goes on. All of them where it is left out. */
  readonly piecesAtOnce?: number;
}

/**
 * Carries out the erasures that the store does not know yet, and takes orders from then on.
 *
 * INVARIANT: called before anything is served.
 *
 * @throws {GatewayError} `log-unavailable` where the list of erasures cannot be read, or they cannot be stored.
 */
export async function openLogUpkeep(parts: LogUpkeepParts): Promise<LogUpkeepOrders> {
  const list = openErasuresFile(parts.config.erasuresFile);
  const { append } = parts.log.notes;
  await replayErasures({ log: parts.reader, append }, list.all());
  const reader = breathing(parts.reader);
  const tagKeys = [parts.keys.sealing.subjectTags, ...parts.keys.olderSubjectTags];
  const fact: LogReader['fact'] = (kind, key) => parts.reader.fact(kind, key);
  const orders = new OrdersOfTwo({ tagKeys, fact, now: parts.now });
  const holds = new Holds({ tagKeys, log: parts.reader, append, orders, now: parts.now });
  const keeping = () => {
    const policies = parts.policies();
    return policies && keepingOf(policies.agreements, { months: 12 * parts.config.logKeepYears });
  };
  const entriesAbout = new EntriesAbout({ log: reader, visit: everyEntry(reader), tagKeys });
  const erasing = new Erasing({ entriesAbout, holds, orders, list, append, keeping, now: parts.now });
  const retention = new Retention({ log: reader, holds, append, keeping, now: parts.now });
  return upkeepOrders(parts, { holds, erasing, retention });
}

interface Upkeep {
  readonly holds: Holds;
  readonly erasing: Erasing;
  readonly retention: Retention;
}

function upkeepOrders(parts: LogUpkeepParts, { holds, erasing, retention }: Upkeep): LogUpkeepOrders {
  const inTurn = turns();
  const { giver, recordRead } = parts.givers;
  const changeHold = (what: 'add' | 'lift') => async (order: UpkeepOrder) => {
    const hold = readHold(order, await giver(order), parts.policies());
    return 'wrong' in hold ? hold : holdChangeInWords(await inTurn(() => holds[what](hold)));
  };
  return {
    async erase(order) {
      const erasure = readErasure(order, await giver(order), parts.policies());
      return 'wrong' in erasure ? erasure : erasureInWords(await inTurn(() => erasing.order(erasure)));
    },
    addHold: changeHold('add'),
    liftHold: changeHold('lift'),
    async listHolds(order) {
      const all = await holds.list();
      const wrong = await recordRead(order, { code: 'holds', records: all.length });
      return wrong ?? holdsInWords(all);
    },
    async showRetention(order) {
      const due = await retention.due();
      const wrong = await recordRead(order, { code: 'retention', records: due.length });
      return wrong ?? retentionInWords('due', { dropped: due, more: false });
    },
    async runRetention(order): Promise<UpkeepAnswer> {
      const by = await giver(order);
      if ('wrong' in by) return by;
      return retentionInWords('dropped', await retention.run(by, inTurn, parts.piecesAtOnce));
    },
  };
}

/** One order after the other: each looks at what the one before it left. */
function turns(): <Done>(work: () => Promise<Done>) => Promise<Done> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}

/** The log read page by page with a turn of the event loop before each, so that exchanges go on while all of it is read. */
function breathing(log: LogReader): LogReader {
  return {
    state: () => log.state(),
    async entries(from, most) {
      await breath();
      return log.entries(from, most);
    },
    dropped: (from, most) => log.dropped(from, most),
    entriesOfExchange: (exchange) => log.entriesOfExchange(exchange),
    checkpoint: () => log.checkpoint(),
    checkpoints: (above, most) => log.checkpoints(above, most),
    facts: (kind) => log.facts(kind),
    committedFacts: () => log.committedFacts(),
    fact: (kind, key) => log.fact(kind, key),
    tile: (level, tile) => log.tile(level, tile),
    hashAt: (level, index) => log.hashAt(level, index),
    close: () => log.close(),
  };
}
