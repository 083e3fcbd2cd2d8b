/** The account of one exchange: what is settled so far, and the entries that say it. */
import type { Asked } from '../domain/asked.ts';
import { askedSubjects } from '../domain/asked-subjects.ts';
import type {
  EntryDraft,
  ExchangeFacts,
  ExchangeKind,
  ExchangeResult,
  LimitToCount,
  SealedFacts,
} from '../domain/audit-entry.ts';
import type { Caller } from '../domain/caller.ts';
import type { Permit, Refusal } from '../domain/decision.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DurableReceipt } from '../domain/receipt.ts';
import type { RefusalQuota } from './ports.ts';

/** What is known of an exchange at one moment. Steps fill it in; the entries and the outcome read it. */
export class Account {
  readonly exchange: string;
  readonly #policies: string | undefined;
  caller: Caller | undefined;
  asked: Asked | undefined;
  permit: Permit | undefined;
  #settled: Refusal['settled'] = {};
  /** Receipt of the `sent` entry, once it is durable. */
  first: DurableReceipt | undefined;
  upstream: ExchangeResult['upstream'];
  /** Of the upstream's answer; it is the reply's too. */
  mediaType = '';
  parts = 0;
  records = 0;
  withheld = 0;
  bytes = 0;
  /** Number of the last part, once its entry was drafted. */
  #lastPart: number | undefined;

  constructor(exchange: string, policies: string | undefined) {
    this.exchange = exchange;
    this.#policies = policies;
  }

  /** Takes over what a refusal had settled before it refused. */
  settle(refusal: Refusal): void {
    this.#settled = refusal.settled;
  }

  /** Leaf hash of the `sent` entry. */
  get sent(): string | undefined {
    return this.first?.leafHash;
  }

  /** True once the entry of the last part is durable: the exchange's story has ended, and no entry may follow. */
  get ended(): boolean {
    return this.parts === this.#lastPart;
  }

  /** Every entry after this says that the provider was asked twice. */
  noteSentAgain(): void {
    this.upstream = { attempts: 2 };
  }

  sentEntry(permit: Permit, atMs: number): EntryDraft {
    const draft = this.entry('sent', atMs, {}, { asked: askedSubjects(permit) });
    const limits = limitsToCount(permit, this.caller?.system);
    return limits.length > 0 ? { ...draft, limits } : draft;
  }

  /** The organisation, where its quota has no room to be told once more that a limit of this permit is reached. */
  heldBackBy(quota: RefusalQuota, nowMs: number): string | undefined {
    const { caller, permit } = this;
    if (caller === undefined || permit === undefined) return undefined;
    const limits = limitsToCount(permit, caller.system).map(limitName);
    return limits.length > 0 && quota.holdsBack(caller.organisation, limits, nowMs)
      ? caller.organisation
      : undefined;
  }

  /** Takes note of a limit of this permit that was reached before anything was asked of the provider. */
  noteLimit(
    { limit, retryAfterSeconds }: { readonly limit: string; readonly retryAfterSeconds: number },
    quota: RefusalQuota,
    nowMs: number,
  ): void {
    const { caller, permit } = this;
    if (caller === undefined || permit === undefined) return;
    const reached = limitsToCount(permit, caller.system).find(({ name }) => name === limit);
    if (reached === undefined) return;
    quota.limitReached(caller.organisation, limitName(reached), nowMs + retryAfterSeconds * 1000, nowMs);
  }

  entry(kind: ExchangeKind, atMs: number, result: ExchangeResult, found: SealedFacts = {}): EntryDraft {
    if (result.last === true) this.#lastPart = result.part;
    const sealed = {
      ...found,
      ...(this.first === undefined ? this.#names() : { named: this.first.commitments }),
    };
    return { kind, facts: this.#facts(atMs), result, sealed };
  }

  #names(): SealedFacts {
    return {
      person: this.permit?.person?.id ?? this.caller?.person?.id,
      caseReference: this.permit?.caseReference ?? this.asked?.caseReference,
      consentReference: this.permit?.consentReference ?? this.asked?.consentReference,
      token: this.caller?.tokenId,
      callerReference: this.asked?.callerReference,
    };
  }

  outcome(kind: Outcome['kind'], code: Outcome['code'], cause?: unknown): Outcome {
    const { permit } = this;
    const agreement = permit?.agreement ?? this.#settled.agreement;
    return {
      kind,
      exchange: this.exchange,
      code,
      consumer: this.caller?.organisation,
      system: this.caller?.system,
      dataset: permit?.dataset.id ?? this.#settled.dataset?.id,
      operation: permit?.operation.name ?? this.#settled.operation?.name,
      agreement: agreement === undefined ? undefined : `${agreement.id} version ${agreement.version}`,
      records: this.records,
      withheld: this.withheld,
      bytes: this.bytes,
      parts: this.parts,
      upstreamMs: this.upstream?.ms,
      cause,
    };
  }

  /** Whom the caller can ring: the agreement's contact, else the provider's (formats §5). */
  contact(): string | undefined {
    const contact = (this.permit?.agreement ?? this.#settled.agreement)?.contact;
    return contact?.email ?? contact?.telephone ?? contact?.name;
  }

  agreement(): { readonly id: string; readonly version: number } | undefined {
    const agreement = this.permit?.agreement ?? this.#settled.agreement;
    return agreement === undefined ? undefined : { id: agreement.id, version: agreement.version };
  }

  #facts(atMs: number): ExchangeFacts {
    const { caller, permit } = this;
    const settled = permit ?? this.#settled;
    const { agreement, dataset, operation } = settled;
    return {
      exchange: this.exchange,
      atMs,
      provider: dataset?.provider,
      consumer: caller?.organisation,
      system: caller?.system,
      role: settled.role,
      assurance: permit === undefined ? caller?.person?.assurance : permit.person?.assurance,
      auth:
        caller === undefined
          ? undefined
          : { issuer: caller.issuer, method: caller.method, secondFactor: caller.secondFactor },
      agreement:
        agreement === undefined
          ? undefined
          : { id: agreement.id, version: agreement.version, sha256: agreement.sha256 },
      policies: this.#policies,
      purpose: permit === undefined ? this.#settled.purpose : permit.agreement.purpose,
      reason: settled.reason,
      basis: agreement?.basis,
      special: agreement?.specialCategories,
      emergency: false,
      dataset: dataset?.id,
      operation: operation?.name,
      lookups: permit === undefined ? this.#settled.lookups : [...permit.lookups.keys()],
    };
  }
}

function limitName({ name, agreement, person = '' }: LimitToCount): string {
  return `${agreement}\0${name}\0${person}`;
}

function limitsToCount(permit: Permit, system: string | undefined): LimitToCount[] {
  const { agreement, person } = permit;
  const { byPerson, byOrganisation } = agreement.limits;
  const limits: LimitToCount[] = [];
  if (byPerson !== undefined) {
    // Where no person acts, the system itself is the one who checks.
    const checker = person?.id ?? `system ${system ?? ''}`;
    limits.push({ name: 'checks by one person', agreement: agreement.id, person: checker, ...byPerson });
  }
  if (byOrganisation !== undefined) {
    limits.push({ name: 'checks by the organisation', agreement: agreement.id, ...byOrganisation });
  }
  return limits;
}
