/** The first of two people's orders to open a new log, kept in a file: the old log must not be written any more. */
import { isObject } from '../../domain/leaf-shape.ts';
import { type OrderGiver, whoIs } from '../keeping/order-giver.ts';
import { Salts } from '../sealing/salts.ts';
import { openSealedText, TextSealer } from '../sealing/sealed-text.ts';
import type { NamedKey, SealingKeys } from '../sealing/sealing-keys.ts';
import { SubjectTags } from '../sealing/subject-tags.ts';
import type { LostRange, SizedTree } from './recover-range.ts';

const FORMAT = 'recovery-order/1';
const NAMESPACE = 'who orders a recovery';

/** What is ordered. */
export interface RecoveryPlan {
  /** Name of the new log. */
  readonly origin: string;
  readonly before: LostRange;
}

/** Who orders it, and why; both only ever leave sealed. */
export interface RecoveryWish {
  readonly giver: OrderGiver & { readonly assurance: 'unproved' };
  readonly because: string;
}

/** The order as the text of a file, which holds the name and the reason as cipher text alone. */
export function recoveryOrderText(
  plan: RecoveryPlan,
  { giver, because }: RecoveryWish,
  keys: SealingKeys,
): string {
  const { id } = keys.sealing;
  const words = JSON.stringify({ words: { because, by: giver.name } });
  const room = Buffer.alloc(256 + 3 * words.length);
  const bytes = new TextSealer(keys.sealing, new Salts()).seal(words, boundTo(plan), room, 0);
  const sealed = { key: id, text: room.toString('base64', 0, bytes) };
  return `${JSON.stringify({ format: FORMAT, ...plan, by: tagOf(giver, keys), sealed }, null, 2)}\n`;
}

/** What stands in the way of a second order after the first one, in words; or the first person's wish. */
export function secondOrder(
  text: string,
  plan: RecoveryPlan,
  giver: OrderGiver,
  keys: SealingKeys,
  sealing: readonly NamedKey[],
): RecoveryWish | { readonly wrong: string } {
  const first = parse(text);
  if (!isObject(first) || first['format'] !== FORMAT) return { wrong: 'the first order cannot be read' };
  if (first['origin'] !== plan.origin || !isSameRange(first['before'], plan.before))
    return { wrong: 'the first order was for another log, or what is left of the old log has changed since' };
  if (first['by'] === tagOf(giver, keys))
    return {
      wrong: 'the first order was given under the same name; a second person must give the same order',
    };
  return (
    wishOf(first['sealed'], plan, sealing) ?? {
      wrong: 'the first order cannot be opened with the keys in place',
    }
  );
}

function wishOf(sealed: unknown, plan: RecoveryPlan, keys: readonly NamedKey[]): RecoveryWish | undefined {
  if (!isObject(sealed)) return undefined;
  const key = keys.find(({ id }) => id === sealed['key']);
  if (key === undefined) return undefined;
  try {
    const { words } = openSealedText(key, Buffer.from(String(sealed['text']), 'base64'), boundTo(plan));
    const { because = '', by: name = '' } = words ?? {};
    return { giver: { assurance: 'unproved', name }, because };
  } catch {
    return undefined; // changed since, or sealed with another key of the same name
  }
}

/** The key is never a person's name: who can read the file cannot tell who gave the order. */
function tagOf(giver: OrderGiver, { subjectTags }: SealingKeys): string {
  return new SubjectTags(subjectTags.bytes).of(NAMESPACE, whoIs(giver)).toString('base64url');
}

function boundTo({ origin, before }: RecoveryPlan): string {
  return `recovery ${origin} ${before.log} ${before.held.root}`;
}

function isSameRange(one: unknown, { log, held, signed }: LostRange): boolean {
  if (!isObject(one)) return false;
  return one['log'] === log && isSameTree(one['held'], held) && isSameTree(one['signed'], signed);
}

function isSameTree(one: unknown, tree: SizedTree | undefined): boolean {
  if (!isObject(one)) return one === undefined && tree === undefined;
  return one['size'] === tree?.size && one['root'] === tree?.root;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
