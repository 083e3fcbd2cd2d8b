/** The one canonical request: rebuilt from the operation's template and typed lookups, never copied from the caller. */

export interface CanonicalRequest {
  readonly method: 'GET' | 'POST';
  /** Path below the dataset's upstream address, percent-encoded, beginning with a slash; no query. */
  readonly path: string;
  /** Query with its question mark, percent-encoded, or the empty text. */
  readonly query: string;
  /** JSON body, rebuilt from the agreed members, or undefined. */
  readonly body: string | undefined;
}
