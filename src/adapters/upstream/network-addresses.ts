/** Which addresses may be connected to: public ones (RFC 6890 registries) and those that the configuration allows. */
import { BlockList, isIP } from 'node:net';

const NOT_PUBLIC_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Within 2000::/3; everything outside it (loopback, unique local, link-local, multicast, NAT64) is not public either. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const notPublic = networks([...NOT_PUBLIC_V4, ...NOT_PUBLIC_V6]);
const globalUnicast = networks(['2000::/3']);
const loopback = networks(['127.0.0.0/8', '::1/128']);

/** What the gateway's configuration allows beyond public addresses. */
export class AllowedPlaces {
  readonly #hosts = new Set<string>();
  readonly #networks = new BlockList();

  /**
   * @param places host names, addresses, or networks as "10.4.0.0/16".
   * @throws {TypeError} for a text that is none of these.
   */
  constructor(places: readonly string[]) {
    for (const place of places) {
      if (place.includes('/')) addNetwork(this.#networks, place);
      else if (isIP(place) !== 0) addNetwork(this.#networks, `${place}/${isIP(place) === 4 ? 32 : 128}`);
      else this.#hosts.add(hostName(place));
    }
  }

  /**
   * True where a connection to `host` may go to `address`.
   *
   * @param host the name that was looked up, lower case.
   * @param address an IPv4 or IPv6 address; one that is neither is refused.
   */
  allows(host: string, address: string): boolean {
    if (isIP(address) === 0) return false;
    if (this.#hosts.has(host)) return true;
    const plain = embeddedV4(address) ?? address;
    return contains(this.#networks, plain) || isPublic(plain);
  }
}

/** True for 127.0.0.0/8, ::1 and the name localhost. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && contains(loopback, embeddedV4(host) ?? host);
}

/** The host of an address without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function isPublic(address: string): boolean {
  if (contains(notPublic, address)) return false;
  return isIP(address) === 4 || contains(globalUnicast, address);
}

/** The IPv4 address that an IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2) stands for, in any spelling of it. */
function embeddedV4(address: string): string | undefined {
  if (isIP(address) !== 6 || address.includes('%')) return undefined;
  const canonical = bareHost(new URL(`http://[${address}]`));
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = Number.parseInt(high, 16) * 65536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

function networks(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) addNetwork(list, text);
  return list;
}

function addNetwork(list: BlockList, text: string): void {
  const [, address = '', prefix = ''] = /^([0-9A-Fa-f:.]+)\/([0-9]{1,3})$/.exec(text) ?? [];
  const family = isIP(address);
  if (family === 0 || Number(prefix) > (family === 4 ? 32 : 128)) {
    throw new TypeError(`\`${text}\` is not a network such as 10.4.0.0/16`);
  }
  list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
}

function hostName(text: string): string {
  const lower = text.toLowerCase();
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(lower)) throw new TypeError(`\`${text}\` is not a host name`);
  return lower;
}
