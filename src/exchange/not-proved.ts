/** What a caller that is not proved is told: a sentence for each reason, and nothing of what it sent. */
import type { NotProved } from './ports.ts';

const TOLD: Partial<Record<NotProved['refused'], string>> = {
  'sender-not-proved':
    'This token, or this system, counts only with its client certificate: connect with the certificate that is registered or that the token is bound to, and see that it is in date.',
  'proof-invalid':
    'The DPoP proof is missing or does not fit this request, its token and this minute: make a new one for each request (RFC 9449).',
  'proof-nonce-needed': 'Make the DPoP proof again with the nonce that stands in the DPoP-Nonce header.',
  'proof-used':
    'The DPoP proof, or the assertion of who acts, was used before: make a new one for each request, also where one is repeated.',
  'person-not-proved':
    'The assertion in Exchange-Person-Assertion does not prove who acts: it must be signed by the issuer, for this gateway, this system and one person, for at most five minutes; see the documentation of tokens.',
};

const TOKEN = 'The access token is missing, or does not prove who is asking.';

/** What is wrong and what to do. */
export function toldOf(refused: NotProved['refused']): string {
  return TOLD[refused] ?? TOKEN;
}
