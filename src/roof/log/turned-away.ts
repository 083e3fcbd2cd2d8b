/** What a reader of the log who is not proved is told: the reason, a sentence, and the challenges that say how to sign in. */
import { toldOf } from '../../exchange/not-proved.ts';
import type { NotProved } from '../../exchange/ports.ts';
import type { TurnedAway } from '../../http/log-door.ts';
import { challenges } from '../../http/www-authenticate.ts';

/**
 * The answer, with a nonce for the next proof where one is due (RFC 9110 section 15.5.2, RFC 9449 section 8).
 *
 * @param resourceMetadata public address of the RFC 9728 document.
 */
export function turnedAwayOf(
  notProved: Pick<NotProved, 'refused' | 'scheme' | 'nonce' | 'scope'>,
  resourceMetadata: string,
): TurnedAway {
  const { refused, nonce } = notProved;
  return {
    turned: refused,
    why: toldOf(refused),
    challenges: challenges(refused, notProved, resourceMetadata),
    nonce,
  };
}

/** The proof of possession was used before, as the log found when it was to record the reading. */
export class ProofUsedBefore extends Error {
  override readonly name = 'ProofUsedBefore';

  constructor() {
    super('the proof of possession was used before');
  }
}
