/** Judges recorded exchanges again under another policy set: what would be decided otherwise, how often, and what cannot be told. */
import type { PolicySet } from '../../domain/policy-set.ts';
import { REFUSALS, type RefusalCode } from '../../domain/reason.ts';
import { type RecordedRequest, type Rejudged, rejudge } from '../../domain/rejudge.ts';

/** What the replay needs of an entry. */
export interface ReplayedEntry {
  readonly kind: string;
  readonly atMs: number;
  /** The exact bytes of the leaf, canonical JSON. */
  readonly leaf: Uint8Array;
}

export type Verdict = 'permit' | RefusalCode;

/** Exchanges that would be decided otherwise in the same way. */
export interface ReplayedChange {
  /** The agreement of the log, or what was asked where there was none. */
  readonly agreement: string;
  readonly purpose: string;
  readonly was: Verdict;
  readonly now: Verdict;
  readonly unlessAnotherRole: boolean;
  readonly exchanges: number;
}

export interface ReplayResult {
  /** Exchanges that were judged again. */
  readonly exchanges: number;
  readonly same: number;
  readonly changes: readonly ReplayedChange[];
  /** Why nothing can be said → of how many. */
  readonly cannotTell: ReadonlyMap<string, number>;
  /** Agreement and field that left and would not leave now → from how many answers. */
  readonly fieldsLost: ReadonlyMap<string, number>;
}

interface Leaf {
  readonly [member: string]: unknown;
}

/** Refusals for something that the log does not hold, because it was not agreed or could name a person. */
const UNRECORDED: ReadonlyMap<Verdict, string> = new Map<Verdict, string>([
  ['role-not-agreed', 'the roles of a person who was refused are not in the log'],
  ['person-not-proved', 'a person who was stated and refused is not in the log'],
  ['place-not-agreed', 'the place is not in the log'],
  ['training-out-of-date', 'the training is not in the log'],
  ['reason-not-agreed', 'a reason that was not agreed is not in the log'],
  ['case-reference-missing', 'why a case reference was refused is not in the log'],
  ['consent-reference-missing', 'whether a consent reference was given is not in the log'],
  ['emergency-not-allowed', 'the emergency that was claimed is not in the log'],
  ['authorization-not-covered', 'what the token was limited to is not in the log'],
]);

const DECODER = new TextDecoder();

/** Takes entries one by one in the order of the log; holds counts only, so that its memory does not grow with them. */
export class Replay {
  readonly #policies: PolicySet;
  readonly #changes = new Map<string, { change: Omit<ReplayedChange, 'exchanges'>; exchanges: number }>();
  readonly #cannotTell = new Map<string, number>();
  readonly #fieldsLost = new Map<string, number>();
  #exchanges = 0;
  #same = 0;

  constructor(policies: PolicySet) {
    this.#policies = policies;
  }

  take({ kind, atMs, leaf }: ReplayedEntry): void {
    if (kind !== 'sent' && kind !== 'refused' && kind !== 'released') return;
    const members = membersOf(leaf);
    if (members === undefined) return count(this.#cannotTell, 'the entry is no leaf; verify the log');
    if (kind === 'released') return this.#takeReleased(members, atMs);
    const was = decided(members);
    if (was === undefined) return;
    this.#exchanges += 1;
    const recorded = recordedRequest(members, atMs);
    if (typeof recorded === 'string') return count(this.#cannotTell, recorded);
    const unrecorded = UNRECORDED.get(was);
    if (unrecorded !== undefined) return count(this.#cannotTell, unrecorded);
    this.#compare(members, was, rejudge(recorded, this.#policies));
  }

  result(): ReplayResult {
    const changes = [...this.#changes.values()].map(({ change, exchanges }) => ({ ...change, exchanges }));
    return {
      exchanges: this.#exchanges,
      same: this.#same,
      changes: changes.sort((one, other) => other.exchanges - one.exchanges),
      cannotTell: this.#cannotTell,
      fieldsLost: this.#fieldsLost,
    };
  }

  #compare(members: Leaf, was: Verdict, again: Rejudged): void {
    if (again.verdict === 'cannot tell') return count(this.#cannotTell, again.because);
    const now = again.verdict === 'permit' ? 'permit' : again.code;
    const unsettled = whatWasNotSettled(was, now);
    if (unsettled !== undefined) return count(this.#cannotTell, unsettled);
    if (now === was) {
      this.#same += 1;
      return;
    }
    const unlessAnotherRole = again.verdict === 'refuse' && again.unlessAnotherRole;
    const [agreement, purpose] = [agreementOf(members), text(members['purpose']) ?? ''];
    const change = { agreement, purpose, was, now, unlessAnotherRole } as const;
    const key = JSON.stringify(change);
    const known = this.#changes.get(key);
    if (known === undefined) this.#changes.set(key, { change, exchanges: 1 });
    else known.exchanges += 1;
  }

  /** Of an answer that would still be permitted, the fields that would not leave any more. */
  #takeReleased(members: Leaf, atMs: number): void {
    const fields = texts(members['fields']);
    const recorded = recordedRequest(members, atMs);
    if (fields.length === 0 || typeof recorded === 'string') return;
    const again = rejudge(recorded, this.#policies);
    if (again.verdict !== 'permit') return;
    const agreed = new Set(again.agreement.fields.map(({ field }) => field.name));
    for (const field of fields) {
      if (!agreed.has(field)) count(this.#fieldsLost, `${again.agreement.id} ${field}`);
    }
  }
}

/** Undefined for bytes that are no JSON object: somebody wrote in the store. */
function membersOf(leaf: Uint8Array): Leaf | undefined {
  try {
    const value: unknown = JSON.parse(DECODER.decode(leaf));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the gateway decided; undefined for what it refused before it could decide anything. */
function decided({ kind, after, code }: Leaf): Verdict | undefined {
  if (kind === 'sent' || after === 'limit') return 'permit';
  // What the answer brought about followed a `sent` entry of the same exchange.
  return after === 'decision' ? REFUSALS.find((one) => one === code) : undefined;
}

/** The last steps of a decision, in their order; what a step needs is in the log only once it was reached. */
const LAST_STEPS: readonly Verdict[] = [
  'system-not-agreed',
  'person-missing',
  'role-not-agreed',
  'second-factor-missing',
  'outside-hours',
  'reason-missing',
  'case-reference-missing',
  'authorization-not-covered',
  'permit',
];

/** Why a refusal cannot be followed beyond the step at which it ended; undefined where it need not be. */
function whatWasNotSettled(was: Verdict, now: Verdict): string | undefined {
  if (was === 'permit' || was === now) return undefined;
  const [ended, goesOn] = [LAST_STEPS.indexOf(was), LAST_STEPS.indexOf(now)];
  const passes = (step: Verdict): boolean =>
    ended < LAST_STEPS.indexOf(step) && goesOn >= LAST_STEPS.indexOf(step);
  if (passes('role-not-agreed')) return 'the roles of a person who was refused are not in the log';
  return passes('reason-missing')
    ? 'the reason of a request that was refused before is not in the log'
    : undefined;
}

/** The inputs of the decision, or why they are not all in the log. */
function recordedRequest(leaf: Leaf, atMs: number): RecordedRequest | string {
  const { consumer, system, auth, dataset, operation, purpose, lookups, person } = leaf;
  const issuer = isObject(auth) ? text(auth['issuer']) : undefined;
  const [who, by, what, how, why] = [consumer, system, dataset, operation, purpose].map(text);
  if (who === undefined || by === undefined || issuer === undefined) return 'who asked is not in the log';
  if (what === undefined || how === undefined)
    return 'what was asked is not in the log, since it was not agreed';
  if (why === undefined) return 'the purpose is not in the log, since it was not agreed';
  if (lookups === undefined) return 'what it was asked with is not in the log, since it was not agreed';
  const assurance = isObject(person) ? person['assurance'] : undefined;
  return {
    atMs,
    consumer: who,
    system: by,
    issuer,
    method: methodOf(auth),
    secondFactor: isObject(auth) && auth['second_factor'] === true,
    assurance: assurance === 'proved' || assurance === 'stated' ? assurance : undefined,
    role: text(leaf['role']),
    dataset: what,
    operation: how,
    purpose: why,
    lookups: texts(lookups),
    reason: text(leaf['reason']),
    caseGiven: leaf['case'] !== undefined,
  };
}

function methodOf(auth: unknown): RecordedRequest['method'] {
  const method = isObject(auth) ? auth['method'] : undefined;
  return method === 'dpop' || method === 'mtls' ? method : 'bearer';
}

function agreementOf({ agreement, dataset }: Leaf): string {
  return (isObject(agreement) ? text(agreement['id']) : undefined) ?? text(dataset) ?? 'no agreement';
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function isObject(value: unknown): value is Leaf {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
