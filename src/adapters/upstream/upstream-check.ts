/** What is wrong with a dataset's upstream, in sentences for the person who wrote the file or the configuration. */
import { isIP } from 'node:net';
import type { Dataset } from '../../domain/dataset.ts';
import { type AllowedPlaces, bareHost } from './network-addresses.ts';
import { mayBeSpokenTo } from './outbound-fetch.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { secretOf, type UpstreamSecrets } from './upstream-secrets.ts';

/** Headers that carry the message or the caller, and are therefore nobody's to set. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'accept accept-encoding authorization connection content-encoding content-length content-type cookie dpop ' +
    'expect forwarded host keep-alive proxy-authorization proxy-connection range te trailer transfer-encoding ' +
    'upgrade via'
  ).split(' '),
);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** Sentences on what must be mended before the dataset can be asked; none where all is well. */
export function upstreamFaults(
  dataset: Dataset,
  secrets: UpstreamSecrets,
  places: AllowedPlaces,
  plainHttp: OutboundSettings['plainHttp'],
): string[] {
  const secret = secretOf(dataset, secrets);
  return [
    ...addressFaults(dataset.upstream.address, places, plainHttp),
    ...(typeof secret === 'string' ? [secret] : []),
    ...headerFaults(dataset),
  ];
}

function addressFaults(
  address: string,
  places: AllowedPlaces,
  plainHttp: OutboundSettings['plainHttp'],
): string[] {
  const url = URL.parse(address);
  if (url === null) return [`upstream \`${address}\` is not an address`];
  const host = bareHost(url);
  const faults: string[] = [];
  if (!mayBeSpokenTo(url, plainHttp)) faults.push(`upstream \`${address}\` is not an https address`);
  if (url.search !== '' || url.hash !== '' || address.endsWith('/')) {
    faults.push(`upstream \`${address}\` has a query, a fragment or a slash at its end`);
  }
  if (isIP(host) !== 0 && !places.allows(host, host)) {
    faults.push(`upstream \`${address}\` is an address that the configuration does not allow`);
  }
  return faults;
}

function headerFaults({ upstream }: Dataset): string[] {
  const faults: string[] = [];
  const { signIn } = upstream;
  // An API key may well travel in `Authorization`; anything else there would be somebody's token.
  const names = [...upstream.alwaysSend.keys()];
  for (const name of names) {
    if (RESERVED.has(name.toLowerCase())) faults.push(`header \`${name}\` is the gateway's own to set`);
  }
  if (signIn.kind === 'api key') {
    const name = signIn.header.toLowerCase();
    if (RESERVED.has(name) && name !== 'authorization') faults.push(`header \`${name}\` cannot carry a key`);
    names.push(signIn.header);
  }
  const lower = names.map((name) => name.toLowerCase());
  if (new Set(lower).size !== lower.length) faults.push('a header is sent twice');
  for (const name of names) {
    if (!HEADER_NAME.test(name)) faults.push(`\`${name}\` is not a header name`);
  }
  for (const [name, sent] of upstream.alwaysSend) {
    if (sent.kind === 'constant' && !HEADER_VALUE.test(sent.value)) {
      faults.push(`header \`${name}\` has a value that no header can hold`);
    }
  }
  return faults;
}
