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
  answerRefusal,
  answerTooMany,
  withAnswers,
} from './answers.ts';
import { LimitReached } from './different-people.ts';
import { exchangeId } from './exchange-id.ts';
import { NothingLeft, readParts, TooManyRecords } from './parts.ts';
import type { Door, Gateway, Knock } from './ports.ts';
import { releaseParts } from './release.ts';
import type { Turn } from './turn.ts';
import { passOver, readAnswer } from './upstream-answer.ts';

const AMBIGUOUS = 'The request cannot be read in one way only; see the documentation of requests.';
const NOT_PROVED = 'The access token is missing, or does not prove who is asking.';

/**
 * Answers one request and records the answer, whatever it is. Resolves when the answer has been handed to the door;
 * never rejects. Without a durable entry the caller gets nothing but a bare "try again".
 */
export async function exchange(knock: Knock, door: Door, gateway: Gateway): Promise<Outcome> {
  const policies = gateway.policies.current();
  const account = new Account(exchangeId(gateway.clock.now()), policies?.sha256);
  const turn: Turn = { knock, door, gateway, policies, account };
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

  const proving = gateway.authenticator.authenticate(knock.authorization);
  const caller = proving instanceof Promise ? await proving : proving;
  if ('refused' in caller) {
    return answerRefusal({ code: caller.refused, detail: NOT_PROVED, scope: caller.scope }, turn);
  }
  account.caller = caller;

  const asking = knock.ask();
  const asked = asking instanceof Promise ? await asking : asking;
  if ('refused' in asked) return answerRefusal({ code: asked.refused, detail: AMBIGUOUS }, turn);
  account.asked = asked;

  const decision = decide(caller, asked, policies, gateway.clock.now(), gateway.references.open);
  if (decision.effect === 'refuse') {
    account.settle(decision);
    return answerRefusal(decision, turn);
  }
  account.permit = decision;
  return disclose(decision, turn);
}

/** What the provider holds, cut down to what was agreed. */
async function disclose(permit: Permit, turn: Turn): Promise<Outcome> {
  const { knock, gateway, policies, account } = turn;
  const overQuota = account.heldBackBy(gateway.quota, gateway.clock.now());
  if (overQuota !== undefined) return answerOverQuota(overQuota, turn);
  // INVARIANT: no request is forwarded before its "sent" entry is durable.
  const sent = await gateway.log.append(withAnswers(account.sentEntry(permit, gateway.clock.now()), turn));
  if (sent.stored !== 'as drafted') return answerLimit(sent.stored, sent, turn);
  account.first = sent;

  const answer = await gateway.upstream.fetch(permit.request, permit.dataset, {
    exchange: account.exchange,
    consumerCode: policies?.organisations.get(permit.agreement.consumer)?.code,
    role: permit.role,
    mediaTypes: permit.operation.mediaTypes,
    signal: knock.signal,
  });
  account.upstream = { status: answer.status, ms: Math.round(answer.ms) };
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
