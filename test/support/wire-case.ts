/** One request as raw bytes, and what must come of it. */

export interface WireCase {
  readonly name: string;
  readonly bytes: Buffer;
  /** Every answer has one of these; 0 means that the connection may close without one. */
  readonly statuses: readonly number[];
  /** How many requests reach the provider. */
  readonly forwarded: 0 | 1;
  /** The provider's request line, where one is forwarded and it matters. */
  readonly line?: string;
  /** What reaches neither the provider nor the answer. */
  readonly never?: readonly string[];
}

/** One request that the gateway under test permits, in both forms. */
export interface WireSettings {
  /** `/dataset/…` of an operation asked with GET. */
  readonly target: string;
  readonly askTarget: string;
  readonly askBody: string;
  /** Header lines, `Host`, `Authorization` and the `Exchange-` ones among them. */
  readonly headers: readonly string[];
  /** What the provider gets for both. */
  readonly line: string;
  /** Values of `Authorization` of callers who merely look like the right one. */
  readonly strangers: readonly string[];
}

export type More = Partial<Omit<WireCase, 'name' | 'bytes'>>;

/** Unless told otherwise: 400, and nothing reaches the provider. */
export function raw(name: string, lines: readonly string[], more: More): WireCase {
  return { name, bytes: Buffer.from(lines.join('\r\n'), 'latin1'), statuses: [400], forwarded: 0, ...more };
}

/** A GET with the usual headers and `extra` ones. */
export function get(
  name: string,
  { headers }: WireSettings,
  target: string,
  more: More = {},
  extra: readonly string[] = [],
): WireCase {
  return raw(name, [`GET ${target} HTTP/1.1`, ...headers, ...extra, '', ''], more);
}
