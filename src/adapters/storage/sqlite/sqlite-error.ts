/** SQLite's result codes (sqlite.org/rescode.html) as far as the store judges by them. */

const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** Another connection holds a lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY;
}

/** There is no room: the disk or the most pages that the store may have. */
export function isFull(error: unknown): boolean {
  return primaryCode(error) === SQLITE_FULL;
}

/** The low byte of an extended result code, or undefined where the error is not SQLite's. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
