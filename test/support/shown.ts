/** What a request shows of its sender, for tests that speak to an authenticator without any HTTP. */
import { DpopNonces } from '../../src/adapters/oidc/dpop-nonces.ts';
import type { Credentials } from '../../src/exchange/ports.ts';

/** The gateway's public origin in tests. */
export const SHOWN_ORIGIN = 'https://gateway.northmere.example';

/** Nonces that a test may ask for, and no thread of a gateway knows. */
export const NONCES = new DpopNonces([Buffer.alloc(32, 7)]);

/** How an authenticator of a test sees keys. */
export const SENDER_KEYS = { origin: SHOWN_ORIGIN, nonces: NONCES, nonceRequired: false } as const;

/** A plain request with that `Authorization` header, and whatever else it shows. */
export function shown(authorization: string | undefined, more: Partial<Credentials> = {}): Credentials {
  return { authorization, method: 'GET', path: '/blue-badges/badges', ...more };
}
