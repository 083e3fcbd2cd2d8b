/** What a refusal says of the sign-in that would do: step-up authentication (RFC 9470). */
import type { Caller } from '../domain/caller.ts';
import type { PolicySet } from '../domain/policy-set.ts';
import type { Refused } from '../domain/refusal.ts';
import type { RefusalFacts } from './answers.ts';

/** Claims whose values are names of ways to sign in, which an issuer can be asked for; `amr` only tells what was done. */
const CONTEXT_CLAIMS: ReadonlySet<string> = new Set(['acr', 'acrs']);

/** The scheme that the caller used and, where a second factor is missing, how its organisation's file says that it is shown. */
export function signInThatWouldDo(
  { code }: Pick<Refused, 'code'>,
  { organisation, method }: Pick<Caller, 'organisation' | 'method'>,
  policies: Pick<PolicySet, 'organisations'>,
): Pick<RefusalFacts, 'scheme' | 'acrValues'> {
  const scheme = method === 'dpop' ? 'DPoP' : undefined;
  if (code !== 'second-factor-missing') return { scheme };
  const shown = policies.organisations.get(organisation)?.signIn?.secondFactor;
  const isNamed = shown !== undefined && CONTEXT_CLAIMS.has(shown.claim);
  return { scheme, acrValues: isNamed ? shown.includes : undefined };
}
