/** The address that a request came from: of the connection, or what a proxy that is believed says it saw (RFC 7239). */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { isFromProxy } from './client-certificate.ts';

/**
 * The caller's address. `Forwarded` counts on a connection of a proxy of the settings alone, and there the last element
 * alone, which that proxy wrote: what stands before it came with the request.
 */
export function callerAddressOf(request: IncomingMessage): string {
  const connected = request.socket.remoteAddress ?? '';
  if (!isFromProxy(request)) return connected;
  return forwardedFor(request.headers['forwarded']) ?? connected;
}

/** `name=token` or `name="text"`, the name in any case. */
const PAIR = /^[ \t]*([a-z]+)=(?:([!#$%&'*+.^_`|~0-9a-z:[\]-]+)|"([^"\\]*)")[ \t]*$/i;

/** The address in the last element, without its port; undefined where it cannot be read or is hidden. */
function forwardedFor(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  let found: string | undefined;
  for (const pair of (lastElement(value) ?? '').split(';')) {
    const [, name = '', plain, quoted] = PAIR.exec(pair) ?? [];
    if (name.toLowerCase() !== 'for') continue;
    if (found !== undefined) return undefined;
    found = addressOf(plain ?? quoted ?? '');
    if (found === undefined) return undefined;
  }
  return found;
}

/** What follows the last comma; undefined where a quoted text would hold it, which no address does. */
function lastElement(value: string): string | undefined {
  const last = value.slice(value.lastIndexOf(',') + 1);
  return last.split('"').length % 2 === 1 ? last : undefined;
}

/** `192.0.2.1`, `192.0.2.1:443`, `[2001:db8::1]` or `[2001:db8::1]:443` (RFC 7239 section 6). */
function addressOf(node: string): string | undefined {
  const [, six, four] = /^(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::[0-9]{1,5})?$/i.exec(node) ?? [];
  const address = six ?? four ?? '';
  return isIP(address) === (six === undefined ? 4 : 6) ? address : undefined;
}
