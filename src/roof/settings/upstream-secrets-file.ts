/** Reads the file that binds each upstream secret to its host (docs/operations.md). */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import type { UpstreamSecrets } from '../../adapters/upstream/upstream-secrets.ts';
import { ConfigError } from '../../config.ts';

const secret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('api key'), host: z.string().min(1), value: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('oauth client credentials'),
    host: z.string().min(1),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    tokenIssuer: z.string().min(1),
  }),
]);
const file = z.record(z.string(), secret);

/**
 * The secrets by name. The messages name members, never values.
 *
 * @throws {ConfigError} for a file that others may read, that is no JSON, or that has anything unknown in it.
 */
export function readUpstreamSecrets(path: string): UpstreamSecrets {
  if ((statSync(path).mode & 0o077) !== 0) {
    throw new ConfigError(['UPSTREAM_SECRETS_FILE may be read by others: its mode must be 0600']);
  }
  const read = file.safeParse(parse(readFileSync(path, 'utf8')));
  if (read.success) return new Map(Object.entries(read.data));
  const mistakes = read.error.issues.map(
    ({ path: place, code }) => `${place.join('.') || 'the whole file'}: ${code}`,
  );
  throw new ConfigError(mistakes.map((mistake) => `UPSTREAM_SECRETS_FILE: ${mistake.replaceAll('_', ' ')}`));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
