/** Networks as an agreement lists them: an address of IPv4 or IPv6 (RFC 4291) with the length of its prefix (RFC 4632). */

export interface Network {
  /** As the agreement writes it: "192.0.2.0/24". */
  readonly words: string;
  readonly version: 4 | 6;
  readonly address: bigint;
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Reads "192.0.2.0/24", "2001:db8::/32" or one address; undefined for anything else, and where host bits are set. */
export function readNetwork(words: string): Network | undefined {
  const [text = '', length, more] = words.split('/');
  const read = readAddress(text);
  if (read === undefined || more !== undefined) return undefined;
  const bits = BITS[read.version];
  const prefix =
    length === undefined ? bits : /^(?:0|[1-9]\d{0,2})$/.test(length) ? Number(length) : bits + 1;
  if (prefix > bits) return undefined;
  const host = BigInt(bits - prefix);
  if ((read.address >> host) << host !== read.address) return undefined;
  return { words, ...read, prefix };
}

/** True where one of the networks holds the address; false for what is no address. */
export function isInNetworks(networks: readonly Network[], text: string): boolean {
  const read = readAddress(MAPPED.exec(text)?.[1] ?? text);
  if (read === undefined) return false;
  return networks.some(({ version, address, prefix }) => {
    const host = BigInt(BITS[version] - prefix);
    return version === read.version && address >> host === read.address >> host;
  });
}

function readAddress(text: string): Pick<Network, 'version' | 'address'> | undefined {
  const address = text.includes(':') ? readIpv6(text) : readIpv4(text);
  return address === undefined ? undefined : { version: text.includes(':') ? 6 : 4, address };
}

function readIpv4(text: string): bigint | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  // A leading zero is octal to some readers, so nobody may write one.
  if (parts === undefined || parts.some((part) => String(Number(part)) !== part || Number(part) > 255))
    return undefined;
  return parts.reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
}

function readIpv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before = [], after = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - before.length - after.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}
