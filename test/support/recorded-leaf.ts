/** The entry that the gateway would append for a decision, as the replay reads it: made by the exchange's own account. */

import { decide } from '../../src/domain/decision.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';
import { Account } from '../../src/exchange/account.ts';
import type { ReplayedEntry } from '../../src/governance/changes/replay.ts';
import type { Point } from './decision-space.ts';
import { openReference } from './judge-fixtures.ts';

const COMMITMENT = 'A'.repeat(43);

/** Decides the request and gives the first entry of its exchange: `sent`, or `refused` after the decision. */
export function recordedLeaf(policies: PolicySet, { caller, asked, atMs }: Point): ReplayedEntry {
  const account = new Account('01990000-0000-7000-8000-000000000000', policies.sha256);
  account.caller = caller;
  account.asked = asked;
  const decision = decide(caller, asked, policies, atMs, openReference);
  if (decision.effect === 'permit') account.permit = decision;
  else account.settle(decision);
  const { kind, facts, result, sealed } =
    decision.effect === 'permit'
      ? account.sentEntry(decision, atMs)
      : account.entry('refused', atMs, { code: decision.code, after: 'decision' });
  const { auth, assurance, atMs: at, ...clear } = facts;
  const members: Record<string, Json | undefined> = {
    ...JSON.parse(JSON.stringify({ ...clear, ...result })),
    kind,
    at: new Date(at).toISOString(),
    auth:
      auth === undefined
        ? undefined
        : { issuer: auth.issuer, method: auth.method, second_factor: auth.secondFactor },
    person: sealed.person === undefined || assurance === undefined ? undefined : { c: COMMITMENT, assurance },
    case: sealed.caseReference === undefined ? undefined : COMMITMENT,
  };
  return { kind, atMs, leaf: Buffer.from(canonicalJson(members)) };
}
