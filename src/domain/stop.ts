/** Stops: an order, signed by one party alone, that takes an agreement out of force (docs/formats/stops.md). */
import { canonicalJson } from '../encoding/canonical-json.ts';
import { sha256Hex } from '../encoding/sha256.ts';
import type { Organisation } from './organisation.ts';

export const STOP_FORMAT = 'agreement-stop/1';
export const ORDERS = ['suspend', 'end', 'revoke', 'resume'] as const;
export type Order = (typeof ORDERS)[number];
/** What stands: `resume` only lifts. */
export type StandingOrder = Exclude<Order, 'resume'>;

/** What a party signs. INVARIANT: it can take an agreement out of force, or take back its own suspension; it permits nothing. */
export interface StopOrder {
  readonly order: Order;
  /** Id of the agreement, all versions of it. */
  readonly agreement: string;
  /** Organisation that gives the order. */
  readonly by: string;
  /** For people; nothing about a person stands in it. */
  readonly reason: string;
  /** By the clock of whoever signed, milliseconds since 1970 UTC. */
  readonly atMs: number;
}

/** An order that stands. */
export interface Stop extends StopOrder {
  readonly order: StandingOrder;
}

const AGREEMENT = /^[A-Z0-9-]{1,40}$/;
const ORGANISATION = /^[a-z0-9][a-z0-9-]{0,62}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const MEMBERS = ['agreement', 'at', 'by', 'format', 'order', 'reason'];
const LONGEST_REASON = 500;

/** The text to sign. */
export function stopText({ order, agreement, by, reason, atMs }: StopOrder): string {
  return canonicalJson({
    format: STOP_FORMAT,
    order,
    agreement,
    by,
    reason,
    at: new Date(atMs).toISOString(),
  });
}

/** The order that a text holds, or undefined where it is not exactly one. */
export function readStopText(text: string): StopOrder | undefined {
  const value = parsed(text);
  if (value === undefined || Object.keys(value).sort().join() !== MEMBERS.join()) return undefined;
  const { format, agreement, by, reason, at } = value;
  const order = ORDERS.find((one) => one === value['order']);
  if (format !== STOP_FORMAT || order === undefined) return undefined;
  if (!matches(agreement, AGREEMENT) || !matches(by, ORGANISATION) || !matches(at, INSTANT)) return undefined;
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs) || typeof reason !== 'string' || !isReason(reason)) return undefined;
  return { order, agreement, by, reason, atMs };
}

/** True for one line of words that says something. */
export function isReason(reason: string): boolean {
  return reason.trim() !== '' && reason.length <= LONGEST_REASON && !/\p{Cc}/u.test(reason);
}

/** The name of an order: one order, one name, whoever brings it and however often. */
export function stopName(order: StopOrder): string {
  return sha256Hex(stopText(order));
}

export function isStanding(order: StopOrder): order is Stop {
  return order.order !== 'resume';
}

/** True where `resume` takes the stop back: a suspension by the same party, ordered before. Ends and revocations stand for good. */
export function lifts(resume: StopOrder, stop: Stop): boolean {
  return (
    resume.order === 'resume' &&
    stop.order === 'suspend' &&
    stop.agreement === resume.agreement &&
    stop.by === resume.by &&
    stop.atMs < resume.atMs
  );
}

const DONE: Readonly<Record<StandingOrder, string>> = {
  suspend: 'was suspended',
  end: 'was ended early',
  revoke: 'was revoked',
};

/** The end of a sentence about the agreement: what was ordered, when, by whom, and whom to ring. */
export function stopInWords({ order, by, atMs }: Stop, organisation: Organisation | undefined): string {
  const { name, email, telephone } = organisation?.dataProtectionOfficer ?? {};
  const reached = [email, telephone].filter((one) => one !== undefined).join(', ');
  const whom = name === undefined ? '' : ` (ask ${name}${reached === '' ? '' : `, ${reached}`})`;
  return `${DONE[order]} on ${new Date(atMs).toISOString().slice(0, 10)} by ${organisation?.name ?? by}${whom}`;
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
