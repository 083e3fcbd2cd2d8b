/** The answers that release no record: refused, failed, nothing found. Each is durable before it leaves. */
import type { EntryDraft, ExchangeResult, LimitToCount, Screened } from '../domain/audit-entry.ts';
import type { Caller } from '../domain/caller.ts';
import type { Permit } from '../domain/decision.ts';
import type { GatewayError } from '../domain/gateway-error.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { RefusalCode } from '../domain/reason.ts';
import type { DurableReceipt } from '../domain/receipt.ts';
import { sha256 } from '../encoding/sha256.ts';
import type { Account } from './account.ts';
import { toldOf } from './not-proved.ts';
import type { ProblemFacts } from './ports.ts';
import type { Turn } from './turn.ts';

/** By then an address that was quiet may be entered in the log again as often as ever. */
const FLOOD_RETRY_SECONDS = 5;

export interface RefusalFacts {
  readonly code: RefusalCode;
  readonly detail: string;
  /** Scope that the token lacks, where that is why. */
  readonly scope?: string | undefined;
  /** How the token was shown, where not as Bearer. */
  readonly scheme?: 'DPoP' | undefined;
  /** Authentication context classes that would do (RFC 9470). */
  readonly acrValues?: string | undefined;
}

/** The gateway or the agreement says no. */
export async function answerRefusal(refusal: RefusalFacts, turn: Turn): Promise<Outcome> {
  const { knock, door, account } = turn;
  if (account.caller === undefined && !knock.admitsUnprovedRefusal()) {
    const detail = 'Too many refused requests came from this address.';
    const problem = problemFacts('too-many-refusals', detail, account);
    door.unavailable({ ...problem, retryAfterSeconds: FLOOD_RETRY_SECONDS });
    return account.outcome('refused', 'too-many-refusals');
  }
  const organisation = account.caller?.organisation;
  if (organisation !== undefined && !turn.gateway.quota.admits(organisation, turn.gateway.clock.now()))
    return answerOverQuota(organisation, turn);
  const { code, detail, scope, scheme, acrValues } = refusal;
  const problem = { ...problemFacts(code, detail, account), scope, scheme, acrValues };
  const after = account.asked === undefined ? 'request' : 'decision';
  const receipt = await appendProblem('refused', problem, { code: refusal.code, after }, turn);
  if (receipt.stored === 'shown before') return answerProofUsed(receipt, turn);
  door.refuse(problem, receipt);
  return account.outcome('refused', refusal.code);
}

/** Refusals beyond the organisation's quota are counted, and one entry sums them up (docs/operations.md). */
export function answerOverQuota(organisation: string, { door, gateway, account }: Turn): Outcome {
  const detail =
    'Too many requests of this organisation were refused in this hour. Find out why before the system goes on asking.';
  const retryAfterSeconds = gateway.quota.retryAfterSeconds(organisation, gateway.clock.now());
  door.unavailable({ ...problemFacts('refusal-quota-reached', detail, account), retryAfterSeconds });
  return account.outcome('refused', 'refusal-quota-reached');
}

/** What a system asks beyond its rate is counted, and one entry sums it up (docs/operations.md). */
export function answerTooFast(caller: Caller, { door, gateway, account }: Turn): Outcome {
  const detail = 'This system asks more often than it may. Ask more slowly.';
  const retryAfterSeconds = gateway.rate.retryAfterSeconds(caller, gateway.clock.now());
  door.unavailable({ ...problemFacts('too-many-requests', detail, account), retryAfterSeconds });
  return account.outcome('refused', 'too-many-requests');
}

/** The draft with the answer to each limit that it must keep to, unless an answer was begun and will be cut. */
export function withAnswers(draft: EntryDraft, { door, account }: Turn): EntryDraft {
  const { limits } = draft;
  if (limits === undefined || account.parts > 0) return draft;
  const answer = ({ name }: LimitToCount) => door.problemBytes(limitProblem(name, account)).toString();
  return { ...draft, limits: limits.map((limit) => ({ ...limit, answer: answer(limit) })) };
}

/**
 * The first entry of an exchange, which counts the proof that its request showed.
 *
 * INVARIANT: a proof counts once, on whatever thread or instance it is shown, and whatever is decided of its request.
 */
export function countingProof(draft: EntryDraft, { door, account }: Turn): EntryDraft {
  const proof = account.caller?.proof;
  if (proof === undefined) return draft;
  const answer = door.problemBytes(proofUsedProblem(account)).toString();
  return { ...draft, once: { hash: proof.hash, also: proof.also, answer } };
}

/** The audit log stored a refusal in place of the first entry, because the proof was shown before. */
export function answerProofUsed(receipt: DurableReceipt, { door, account }: Turn): Outcome {
  const scheme = account.caller?.method === 'dpop' ? 'DPoP' : undefined;
  door.refuse({ ...proofUsedProblem(account), scheme }, receipt);
  return account.outcome('refused', 'proof-used');
}

/** The audit log counted, and stored a refusal in place of `sent`, or of the next part: an answer that was begun is cut. */
export function answerLimit(
  stored: { readonly limit: string; readonly retryAfterSeconds: number },
  receipt: DurableReceipt,
  { door, gateway, account }: Turn,
): Outcome {
  const { retryAfterSeconds } = stored;
  if (account.parts === 0) account.noteLimit(stored, gateway.quota, gateway.clock.now());
  if (account.parts > 0) door.cut();
  else door.refuse({ ...limitProblem(stored.limit, account), retryAfterSeconds }, receipt);
  return account.outcome('refused', 'limit-reached');
}

/**
 * The provider holds nothing under what was asked, or nothing that may be known: one answer for both. It discloses, so it
 * is logged and released like any record.
 *
 * @param screened what was held back, for the sealed row only.
 */
export async function answerNothingFound(permit: Permit, turn: Turn, screened?: Screened): Promise<Outcome> {
  const { door, account } = turn;
  const { nothingFound } = permit.operation;
  // INVARIANT: the leaf says the same of a record that was screened as of one that is not there.
  if (account.upstream !== undefined && typeof nothingFound === 'object')
    account.upstream = { ...account.upstream, status: nothingFound.status };
  const problem = problemFacts('no-record', 'The provider holds no record under what was asked.', account);
  const result = {
    part: 1,
    last: true,
    sent: account.sent,
    upstream: account.upstream,
    records: 0,
    fields: [],
    withheld: 0,
  };
  const receipt = await appendProblem('released', problem, result, turn, screened);
  account.parts = 1;
  door.refuse(problem, receipt, permit.agreement);
  return account.outcome('released', 'no-record');
}

/** The answer holds more records than agreed: nothing of it leaves, or the stream is cut and the cut is recorded. */
export async function answerTooMany(turn: Turn): Promise<Outcome> {
  const { door, account } = turn;
  const detail = 'The answer holds more records than the agreement allows in one answer. Ask more narrowly.';
  const problem = problemFacts('too-many-records', detail, account);
  const result = { code: 'too-many-records', after: 'fetch', ...gone(account) } as const;
  const receipt = await appendProblem('refused', problem, result, turn);
  if (account.parts > 0) door.cut();
  else door.refuse(problem, receipt);
  return account.outcome('refused', 'too-many-records');
}

/** Something went wrong. An answer that was begun is reset, never ended cleanly. */
export async function answerFailure(failure: GatewayError, turn: Turn): Promise<Outcome> {
  const { knock, door, account } = turn;
  // The caller did not wait for bytes whose entry ends the exchange: they count as disclosed, and nothing follows them.
  if (account.ended) {
    door.cut();
    return account.outcome('failed', failure.code, failure);
  }
  const {
    retryAfterSeconds,
    detail = 'Something failed on the way, and nothing is released by this answer.',
  } = failure;
  const problem = { ...problemFacts(failure.code, detail, account), retryAfterSeconds };
  if (account.caller === undefined && !knock.admitsUnprovedRefusal()) {
    door.unavailable(problem);
    return account.outcome('failed', failure.code, failure);
  }
  const result = { code: failure.code, ...gone(account) };
  const receipt = await appendProblem('failed', problem, result, turn).catch(() => undefined);
  if (account.parts > 0) door.cut();
  else if (receipt !== undefined) door.refuse(problem, receipt);
  // Without an entry the caller learns only that it may try again: nothing of the exchange is in that answer.
  else door.unavailable({ ...problemFacts('log-unavailable', detail, account), retryAfterSeconds: 5 });
  return account.outcome('failed', failure.code, failure);
}

/**
 * Appends the entry of an answer that is a problem. It commits to the exact bytes that the caller gets, unless the
 * answer was begun and will be cut.
 */
function appendProblem(
  kind: 'refused' | 'failed' | 'released',
  problem: ProblemFacts,
  result: ExchangeResult,
  turn: Turn,
  screened?: Screened,
): Promise<DurableReceipt> {
  const { door, gateway, account } = turn;
  const atMs = gateway.clock.now();
  const status = door.status(problem);
  if (account.parts > 0) return gateway.log.append(account.entry(kind, atMs, { ...result, status }));
  const body = door.problemBytes(problem);
  account.bytes = body.length;
  const sealed = { bodySha256: sha256(body), screened };
  const draft = account.entry(kind, atMs, { ...result, status, bytes: body.length }, sealed);
  const isFirst = kind === 'refused' && account.first === undefined;
  return gateway.log.append(isFirst ? countingProof(draft, turn) : draft);
}

/** What had gone before, for the entries that end an exchange early. */
function gone(account: Account): Pick<ExchangeResult, 'part' | 'sent' | 'upstream'> {
  if (account.sent === undefined) return {};
  return { part: account.parts, sent: account.sent, upstream: account.upstream };
}

/** When to come back stands in a header: only the audit log knows, once the entry is stored. */
function limitProblem(limit: string, account: Account): ProblemFacts {
  return problemFacts('limit-reached', `The agreement's limit on ${limit} is reached.`, account);
}

function proofUsedProblem(account: Account): ProblemFacts {
  return problemFacts('proof-used', toldOf('proof-used'), account);
}

function problemFacts(code: ProblemFacts['code'], detail: string, account: Account): ProblemFacts {
  return {
    code,
    detail,
    exchange: account.exchange,
    contact: account.contact(),
    agreement: account.agreement(),
  };
}
