/** The request headers that matter to the gateway (docs/formats/request.md); every other one is dropped unread. */

/** In an order that only this file and the constants below know. */
const WATCHED = [
  'host',
  'authorization',
  'dpop',
  'client-cert',
  'client-cert-chain',
  'x-forwarded-client-cert',
  'x-ssl-client-cert',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'trailer',
  'expect',
  'upgrade',
  'exchange-purpose',
  'exchange-reason',
  'exchange-case-reference',
  'exchange-consent-reference',
  'exchange-emergency',
  'exchange-person',
  'exchange-organisation',
  'exchange-person-assertion',
  'exchange-id',
  'traceparent',
] as const;

export type WatchedHeader = (typeof WATCHED)[number];

const LONGEST = Math.max(...WATCHED.map((name) => name.length));
const byName = new Map<string, WatchedHeader>(
  WATCHED.flatMap((name): [string, WatchedHeader][] => [
    [name, name],
    [name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()), name],
  ]),
);
const bits = new Map<WatchedHeader, number>(WATCHED.map((name, at) => [name, 1 << at]));

/** The watched header of that name, letters compared without regard to case (RFC 9110 section 5.1), or undefined. */
export function watchedHeader(name: string): WatchedHeader | undefined {
  if (name.length > LONGEST) return undefined;
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

/** True for a name that some servers read as a watched one, because they take an underscore for a hyphen. */
export function looksWatched(name: string): boolean {
  return name.includes('_') && watchedHeader(name.replaceAll('_', '-')) !== undefined;
}

/** A number of its own for each watched header, with one bit set. */
export function headerBit(header: WatchedHeader): number {
  return bits.get(header) ?? 0;
}
