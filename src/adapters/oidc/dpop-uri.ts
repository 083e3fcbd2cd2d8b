/** The address that a DPoP proof is made for, normalised (RFC 9449 section 4.3 check 9, RFC 3986 sections 6.2.2 and 6.2.3). */

/** A scheme, an authority without a user, and a path, in the characters that RFC 3986 allows. */
const HTTP = /^https?:\/\/[A-Za-z0-9.:[\]-]+(?:\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?$/i;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/**
 * Two addresses of one resource give one text; `undefined` for what is no http address. Query and fragment do not count.
 * Case of scheme and host, a default port, `.` and `..`, and what is written in percent for no reason are settled.
 */
export function dpopUri(address: string): string | undefined {
  const [plain = ''] = address.split(/[?#]/, 1);
  if (!HTTP.test(plain)) return undefined;
  const url = URL.parse(plain);
  if (url === null) return undefined;
  return `${url.protocol}//${url.host}${settledPath(url.pathname)}`;
}

/** Unreserved characters stand as they are, and every other octet in capital letters. */
function settledPath(path: string): string {
  return path.replaceAll(/%([0-9A-Fa-f]{2})/g, (octet, digits: string) => {
    const character = String.fromCharCode(Number.parseInt(digits, 16));
    return UNRESERVED.test(character) ? character : octet.toUpperCase();
  });
}
