/** A folder of its own with keys, store and head file of a log, for one test. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KeyRing, makeMissingKeys, openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import type { LogWriterStart } from '../../src/audit-log/writing/start-log-writer.ts';

export const ORIGIN = 'gateway.northmere.example/audit/2026h2';
export const THREAD_URL = new URL('../../src/roof/threads/log-writer-thread.ts', import.meta.url);

export interface LogFolder {
  readonly path: string;
  readonly storeFile: string;
  readonly headFile: string;
  readonly keysFolder: string;
  readonly keys: KeyRing;
  /** What `startLogWriter` needs, for a fresh run of this log. */
  start(more?: Partial<LogWriterStart['thread']>): LogWriterStart;
  remove(): void;
}

/** Makes the folder with fresh keys, or opens the one that stands at `path`. */
export function logFolder(path = mkdtempSync(join(tmpdir(), 'sharing-gateway-log-'))): LogFolder {
  const keysFolder = join(path, 'keys');
  mkdirSync(keysFolder, { recursive: true });
  makeMissingKeys(keysFolder, '2026h2');
  const keys = openKeyRing(keysFolder, ORIGIN);
  const storeFile = join(path, 'log.db');
  const headFile = join(path, 'head');
  return {
    ...{ path, storeFile, headFile, keysFolder, keys },
    start: (more = {}) => ({
      threadUrl: THREAD_URL,
      thread: {
        ...{ storeFile, headFile, keysFolder },
        started: { versions: { gateway: '0.1.0', node: process.versions.node } },
        ...more,
      },
      ...{ origin: ORIGIN, instance: 'gateway-1', epoch: randomUUID(), keys: keys.sealing, now: Date.now },
    }),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Sealing keys that no file holds. */
export function throwawayKeys(): LogWriterStart['keys'] {
  return {
    subjectTags: { id: '2026h2', bytes: randomBytes(32) },
    sealing: { id: '2026h2', bytes: randomBytes(32) },
  };
}
