/**
 * The check of every raw request before anything else reads it (RFC 9112, docs/formats/request.md): what two servers
 * could read in two ways is refused, so that what is judged is what was sent.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { RefusalCode } from '../domain/reason.ts';
import { isCertificateHeader, isFromProxy } from './client-certificate.ts';
import { MOST_HEADERS } from './server.ts';
import { checkTarget } from './target.ts';
import type { WatchedHeader } from './wire-headers.ts';
import { headerBit, looksWatched, watchedHeader } from './wire-headers.ts';

/** Connections on which headers were refused: what follows on them may be the inside of a body. */
const doubted = new WeakSet<Socket>();

/**
 * Why the request line and headers can be read in more than one way, or undefined. Takes the request as Node parsed
 * it, with `url` untouched. It reads no body; `readBody` sees to trailers. Once headers were refused, whatever else
 * comes on that connection is refused too, so the answer must end it.
 *
 * INVARIANT: a header that decides anything stands at most once.
 */
export function frontCheck(request: IncomingMessage): RefusalCode | undefined {
  if (doubted.has(request.socket)) return 'header-invalid';
  const refused = checkVersion(request.httpVersion) ?? checkHeaders(request);
  if (refused === undefined) return checkTarget(request.url ?? '');
  doubted.add(request.socket);
  return refused;
}

// An answer that is cut short looks whole to an HTTP/1.0 client, and HTTP/0.9 has no headers at all.
function checkVersion(version: string): RefusalCode | undefined {
  return version === '1.1' ? undefined : 'header-invalid';
}

function checkHeaders(request: IncomingMessage): RefusalCode | undefined {
  const { rawHeaders: raw, method } = request;
  const mayHaveBody = method === 'POST';
  if (raw.length > 2 * MOST_HEADERS) return 'header-invalid';
  let seen = 0;
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? '';
    const header = watchedHeader(name);
    if (header === undefined) {
      if (looksWatched(name)) return 'header-invalid';
      continue;
    }
    const bit = headerBit(header);
    if ((seen & bit) !== 0) return 'header-repeated';
    seen |= bit;
    // INVARIANT: nobody but a proxy that is believed says whose certificate it saw (RFC 9440 section 4).
    if (saysCertificate(header) && !isFromProxy(request)) return 'certificate-header';
    const value = raw[at + 1] ?? '';
    if (!isValueOf(header, value)) return 'header-invalid';
    if (!mayHaveBody && announcesBody(header, value)) return 'body-invalid';
  }
  return undefined;
}

const PRINTABLE = /^[\x20-\x7e]*$/;
const LENGTH = /^(?:0|[1-9][0-9]{0,14})$/;

function isValueOf(header: WatchedHeader, value: string): boolean {
  switch (header) {
    case 'authorization':
      return true; // Its own reader refuses whatever is not a token.
    case 'content-length':
      return LENGTH.test(value);
    case 'transfer-encoding':
      return value.toLowerCase() === 'chunked';
    case 'content-encoding':
      return value.toLowerCase() === 'identity';
    case 'expect':
      return value.toLowerCase() === '100-continue';
    case 'upgrade':
      return value.toLowerCase() === 'h2c'; // An offer (RFC 7540 section 3.2) that is not taken up.
    case 'trailer':
      return false;
    case 'client-cert':
      return isCertificateHeader(value);
    default:
      return PRINTABLE.test(value);
  }
}

function saysCertificate(header: WatchedHeader): boolean {
  switch (header) {
    case 'client-cert':
    case 'client-cert-chain':
    case 'x-forwarded-client-cert':
    case 'x-ssl-client-cert':
      return true;
    default:
      return false;
  }
}

function announcesBody(header: WatchedHeader, value: string): boolean {
  return header === 'transfer-encoding' || (header === 'content-length' && value !== '0');
}
