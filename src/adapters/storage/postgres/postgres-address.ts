/** Where a log's PostgreSQL is: an address of the form postgres://user@host/database, and what of it may be shown. */
import { GatewayError } from '../../../domain/gateway-error.ts';

export interface PostgresAddress {
  /** For the driver, with the password where there is one; never shown, never logged. */
  readonly connectionString: string;
  /** Host, port and database: for people. */
  readonly shown: string;
}

const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|)$/;

/** True for an address rather than a file. */
export function isPostgresAddress(store: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(store);
}

/**
 * Reads an address.
 *
 * @param password in place of one in the address.
 * @throws {GatewayError} `log-unavailable` where it is none, or it would cross a network without saying how it is protected.
 */
export function readPostgresAddress(address: string, password?: string): PostgresAddress {
  const url = isPostgresAddress(address) ? URL.parse(address) : null;
  if (url === null || url.pathname.length < 2 || url.hash !== '')
    throw refusal('is no address such as postgres://gateway@db.northmere.example/audit?sslmode=verify-full');
  const isSocket = url.searchParams.has('host');
  if (!isSocket && !LOOPBACK.test(url.hostname) && !url.searchParams.has('sslmode'))
    throw refusal(
      'crosses a network: add ?sslmode=verify-full (or ?sslmode=disable where nobody else can listen on the way)',
    );
  const shown = `postgres://${url.host}${url.pathname}`;
  if (password !== undefined) url.password = encodeURIComponent(password);
  return { connectionString: url.href, shown };
}

function refusal(why: string): GatewayError {
  return new GatewayError('log-unavailable', `the address of the audit store ${why}`);
}
