/** One writer per store: a lock that the operating system drops when the process ends, however it ends. */
import { DatabaseSync } from 'node:sqlite';
import { GatewayError } from '../../../domain/gateway-error.ts';
import { isBusy } from './sqlite-error.ts';

/**
 * Takes the lock, or throws at once where another writer of this or another process holds it.
 *
 * The lock is SQLite's own exclusive lock on an empty database beside the store: readers of the store itself are not
 * kept out, and a process that is killed leaves no lock behind.
 *
 * @throws {GatewayError} `log-unavailable`.
 */
export function takeWriterLock(storeFile: string): { release(): void } {
  const lock = new DatabaseSync(`${storeFile}.lock`, { timeout: 0 });
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new GatewayError(
      'log-unavailable',
      'another process writes to this audit store; it can have only one writer',
    );
  }
  return { release: () => lock.close() };
}
