/** Reads orders about what the log keeps, as they came: who gives them, about whom or what, and why. */
import type { Where } from '../../audit-log/finding/entries-about.ts';
import type { ErasureOrder } from '../../audit-log/keeping/erasing.ts';
import type { Held, HoldOrder } from '../../audit-log/keeping/holds.ts';
import type { OrderGiver } from '../../audit-log/keeping/order-giver.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { readIdentifiers } from '../../governance/reports/report-identifiers.ts';
import type { UpkeepOrder } from '../../http/log-upkeep.ts';

interface Wrong {
  readonly wrong: string;
}

const MOST_NAME = 200;
const MOST_REASON = 1000;
const NO_POLICIES: Wrong = { wrong: 'no policy set is in force, so nobody can tell kinds of identifiers' };

/** Whoever says a name at the operations port; nobody proves it. */
export function readGiver({ by, credentials }: UpkeepOrder): OrderGiver | Wrong {
  if (credentials?.authorization !== undefined)
    return { wrong: 'a token counts only while the gateway runs: say with --by who orders this' };
  if (typeof by !== 'string' || by.length > MOST_NAME || !/[\p{L}\p{N}]/u.test(by))
    return { wrong: 'say with --by who orders this' };
  return { assurance: 'unproved', name: by };
}

export function readErasure(
  order: UpkeepOrder,
  by: OrderGiver | Wrong,
  policies: PolicySet | undefined,
): ErasureOrder | Wrong {
  const because = readReason(order);
  const where = readWhere(order);
  if ('wrong' in by) return by;
  if (typeof because !== 'string') return because;
  if (typeof where === 'object' && 'wrong' in where) return where;
  if (policies === undefined) return NO_POLICIES;
  const person = readIdentifiers(String(order['lines'] ?? ''), policies);
  if ('wrong' in person) return person;
  return { person, where, by, because, althoughKept: order['althoughKept'] === true };
}

export function readHold(
  order: UpkeepOrder,
  by: OrderGiver | Wrong,
  policies: PolicySet | undefined,
): HoldOrder | Wrong {
  const because = readReason(order);
  if ('wrong' in by) return by;
  if (typeof because !== 'string') return because;
  const held = readHeld(order, policies);
  return 'wrong' in held ? held : { held, by, because };
}

function readHeld(
  { exchange, agreement, lines }: UpkeepOrder,
  policies: PolicySet | undefined,
): Held | Wrong {
  const said = [exchange, agreement, lines].filter((one) => one !== undefined);
  if (said.length !== 1) return { wrong: 'name one thing to hold: an exchange, an agreement or a person' };
  if (exchange !== undefined) return isExchange(exchange) ? { exchange } : NO_EXCHANGE;
  if (policies === undefined) return NO_POLICIES;
  if (agreement !== undefined) {
    return typeof agreement === 'string' && policies.agreements.some(({ id }) => id === agreement)
      ? { agreement }
      : { wrong: 'there is no agreement of that id' };
  }
  const person = readIdentifiers(String(lines), policies);
  if ('wrong' in person) return person;
  const [telling, ...others] = person.telling;
  if (telling === undefined || others.length + person.shared.length > 0)
    return { wrong: 'write one identifier; a hold by another is an order of its own' };
  return { person: telling };
}

function readWhere({ exchange, entry, everywhere }: UpkeepOrder): Where | Wrong {
  const said = [exchange, entry, everywhere === true ? true : undefined].filter((one) => one !== undefined);
  if (said.length !== 1) return { wrong: 'say where: in one exchange, in one entry, or everywhere' };
  if (exchange !== undefined) return isExchange(exchange) ? { exchange } : NO_EXCHANGE;
  if (entry === undefined) return 'everywhere';
  if (typeof entry === 'number' && Number.isSafeInteger(entry) && entry >= 0) return { entry };
  return { wrong: 'an entry is named by its number, as `list` prints it behind #' };
}

const NO_EXCHANGE: Wrong = { wrong: 'that is not the id of an exchange' };

function isExchange(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
}

function readReason({ because }: UpkeepOrder): string | Wrong {
  if (typeof because === 'string' && because.length <= MOST_REASON && /[\p{L}\p{N}]/u.test(because))
    return because;
  return { wrong: 'say with --because why' };
}
