/** Reads the file that pins the signing keys of organisations by fingerprint (docs/operations.md). */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { ConfigError } from '../../config.ts';
import type { PinnedKeys } from '../../domain/signing-key.ts';

const fingerprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const file = z.record(z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/), z.array(fingerprint));

/**
 * Organisation → fingerprints of the keys that count for it.
 *
 * @throws {ConfigError} for a file that cannot be read or has anything else in it: no key counts by mistake.
 */
export function readPinnedKeys(path: string): PinnedKeys {
  const read = file.safeParse(parsed(path));
  if (!read.success) {
    throw new ConfigError([
      'PINNED_KEYS_FILE is not a list of fingerprints for each organisation: write `organisation: [fingerprint]`, as `sharing-gateway keys make-signing` prints it',
    ]);
  }
  return new Map(Object.entries(read.data).map(([id, keys]) => [id, new Set(keys)]));
}

/** JSON is YAML too. An empty file pins nobody, and must say so. */
function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'), { schema: 'core', uniqueKeys: true, maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

export interface PinChange {
  readonly organisation: string;
  readonly fingerprint: string;
  readonly change: 'pinned' | 'unpinned';
}

/** What was pinned and unpinned between two readings. */
export function pinChanges(before: PinnedKeys, after: PinnedKeys): readonly PinChange[] {
  return [...missingFrom(before, after, 'pinned'), ...missingFrom(after, before, 'unpinned')];
}

function missingFrom(base: PinnedKeys, other: PinnedKeys, change: PinChange['change']): PinChange[] {
  return [...other].flatMap(([organisation, keys]) =>
    [...keys]
      .filter((fingerprint) => base.get(organisation)?.has(fingerprint) !== true)
      .map((fingerprint) => ({ organisation, fingerprint, change })),
  );
}
