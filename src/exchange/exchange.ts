/** One exchange, one page: authenticate, decide, log "sent", fetch, filter, log "released", release. */
import { decide, type Permit } from '../domain/decision.ts';
import { GatewayError, toGatewayError } from '../domain/gateway-error.ts';
import type { Outcome } from '../domain/outcome.ts';
import { Account } from './account.ts';
import {
  answerFailure,
  answerLimit,
  answerNothingFound,
  answerOverQuota,
  answerProofUsed,
  answerRefusal,
  answerTooFast,
  answerTooMany,
  countingProof,
  withAnswers,
} from './answers.ts';
import { LimitReached } from './different-people.ts';
import { exchangeId } from './exchange-id.ts';
import { toldOf } from './not-proved.ts';
import { NothingLeft, readParts, TooManyRecords } from './parts.ts';
import type { Door, Gateway, Knock, NotProved, UpstreamAnswer, UpstreamContext } from './ports.ts';
import { releaseParts } from './release.ts';
import { signInThatWouldDo } from './sign-in-that-would-do.ts';
import type { Turn } from './turn.ts';
import { passOver, readAnswer } from './upstream-answer.ts';

const AMBIGUOUS = 'The request cannot be read in one way only; see the documentation of requests.';

/**
 * Answers one request and records the answer, whatever it is. Resolves when the answer has been handed to the door;
 * never rejects. Without a durable entry the caller gets nothing but a bare "try again".
 */
export async function exchange(knock: Knock, door: Door, gateway: Gateway): Promise<Outcome> {
  const policies = gateway.policies.current();
  const account = new Account(exchangeId(gateway.clock.now()), policies?.sha256);
  const turn: Turn = { knock, door, gateway, policies, account, arrivedMs: performance.now() };
  door.begin(account.exchange);
  try {
    return await answer(turn);
  } catch (error) {
    return await answerFailure(toGatewayError(error), turn);
  }
}

/** Who asks, and may they? */
async function answer(turn: Turn): Promise<Outcome> {
  const { knock, gateway, policies, account } = turn;
  if (policies === undefined) throw new GatewayError('policies-unavailable', 'no policy set is in force');
  if (knock.ambiguous !== undefined) return answerRefusal({ code: knock.ambiguous, detail: AMBIGUOUS }, turn);

  const proving = gateway.authenticator.authenticate(knock.credentials);
  const caller = proving instanceof Promise ? await proving : proving;
  if ('refused' in caller) return answerNotProved(caller, turn);
  if (caller.proof?.freshNonce !== undefined) turn.door.offerNonce(caller.proof.freshNonce);
  account.caller = caller;
  if (!gateway.rate.admits(caller, gateway.clock.now())) return answerTooFast(caller, turn);

  const asking = knock.ask();
  const asked = asking instanceof Promise ? await asking : asking;
  if ('refused' in asked) return answerRefusal({ code: asked.refused, detail: AMBIGUOUS }, turn);
  account.asked = asked;

  const decision = decide(caller, asked, policies, gateway.clock.now(), gateway.references.open);
  if (decision.effect === 'refuse') {
    account.settle(decision);
    return answerRefusal({ ...decision, ...signInThatWouldDo(decision, caller, policies) }, turn);
  }
  account.permit = decision;
  return disclose(decision, turn);
}

function answerNotProved({ refused, scope, scheme, nonce }: NotProved, turn: Turn): Promise<Outcome> {
  if (nonce !== undefined) turn.door.offerNonce(nonce);
  return answerRefusal({ code: refused, detail: toldOf(refused), scope, scheme }, turn);
}

/** What the provider holds, cut down to what was agreed. */
async function disclose(permit: Permit, turn: Turn): Promise<Outcome> {
  const { gateway, account, arrivedMs } = turn;
  const overQuota = account.heldBackBy(gateway.quota, gateway.clock.now());
  if (overQuota !== undefined) return answerOverQuota(overQuota, turn);
  const place = gateway.upstream.admit(permit.dataset, arrivedMs);
  try {
    // INVARIANT: no request is forwarded before its "sent" entry is durable.
    const draft = withAnswers(account.sentEntry(permit, gateway.clock.now()), turn);
    const sent = await gateway.log.append(countingProof(draft, turn));
    if (sent.stored === 'shown before') return answerProofUsed(sent, turn);
    if (sent.stored !== 'as drafted') return answerLimit(sent.stored, sent, turn);
    account.first = sent;
    return await discloseAnswer(await place.fetch(permit.request, contextOf(permit, turn)), permit, turn);
  } finally {
    place.leave();
  }
}

function contextOf(
  { agreement, role, operation }: Permit,
  { knock, policies, account }: Turn,
): UpstreamContext {
  return {
    exchange: account.exchange,
    consumerCode: policies?.organisations.get(agreement.consumer)?.code,
    role,
    mediaTypes: operation.mediaTypes,
    onlyReads: operation.method === 'GET' || operation.onlyReads === true,
    onSentAgain: () => account.noteSentAgain(),
    signal: knock.signal,
  };
}

async function discloseAnswer(answer: UpstreamAnswer, permit: Permit, turn: Turn): Promise<Outcome> {
  const { gateway, account } = turn;
  account.upstream = { ...account.upstream, status: answer.status, ms: Math.round(answer.ms) };
  try {
    if (readAnswer(answer, permit.operation) === 'nothing found') {
      await passOver(answer);
      return await answerNothingFound(permit, turn);
    }
    account.mediaType = answer.mediaType;
    const session = gateway.disclosures.start(
      permit,
      account.caller?.system ?? '',
      answer.mediaType,
      gateway.screen(permit),
    );
    await releaseParts(readParts(answer, session, permit), permit, turn);
    return account.outcome('released', undefined);
  } catch (error) {
    if (error instanceof NothingLeft) return await answerNothingFound(permit, turn, error.screened);
    if (error instanceof TooManyRecords) return await answerTooMany(turn);
    if (error instanceof LimitReached) return answerLimit(error.stored, error.receipt, turn);
    throw error;
  } finally {
    answer.cancel();
  }
}
