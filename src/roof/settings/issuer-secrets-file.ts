/** Reads the file of the gateway's credentials at issuers that it asks about opaque tokens (docs/operations.md). */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { IssuerSecret, IssuerSecrets } from '../../adapters/oidc/issuer-secrets.ts';
import { certificateFault, signingKeyFault } from '../../adapters/upstream/own-keys.ts';
import { ConfigError } from '../../config.ts';
import { readOwnFile, SecretTexts } from './secret-texts.ts';
import type { Environment } from './settings-reader.ts';

const given = z.string().min(1);
/** A secret itself, or where it stands. */
const secretText = z.union([
  given,
  z.strictObject({ file: given }),
  z.strictObject({ environment: z.string().regex(/^[A-Z][A-Z0-9_]*$/) }),
]);
const bound = { issuer: given, host: given, clientId: given };
const secret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('client secret'), ...bound, clientSecret: secretText }),
  z.strictObject({
    kind: z.literal('private key'),
    ...bound,
    signingKey: secretText,
    signingKeyId: given.optional(),
  }),
  z.strictObject({
    kind: z.literal('client certificate'),
    ...bound,
    certificate: secretText,
    certificateKey: secretText,
  }),
]);
const file = z.record(z.string(), secret);
type Written = z.infer<typeof secret>;

const SETTING = 'ISSUER_SECRETS_FILE';
/** How often the files are looked at again, in milliseconds. */
const LOOK_EVERY_MS = 1000;

/** The credentials as the files have them, read again once they change; a broken new file leaves the last good ones. */
export class IssuerSecretsFile {
  readonly #path: string | undefined;
  readonly #onFault: (why: string) => void;
  readonly #now: () => number;
  #read: SecretsRead;
  #lookedAtMs: number;

  /**
   * @param path undefined where no issuer is asked.
   * @param onFault told in one sentence why changed files are not used.
   * @throws {ConfigError} where what stands there at the start cannot be used.
   */
  constructor(path: string | undefined, onFault: (why: string) => void, now: () => number = Date.now) {
    this.#path = path;
    this.#onFault = onFault;
    this.#now = now;
    this.#lookedAtMs = now();
    this.#read = path === undefined ? NOTHING : readIssuerSecrets(path);
  }

  current(): IssuerSecrets {
    if (this.#path !== undefined && this.#now() - this.#lookedAtMs >= LOOK_EVERY_MS) this.#look(this.#path);
    return this.#read.secrets;
  }

  #look(path: string): void {
    this.#lookedAtMs = this.#now();
    const stamp = stampOf(this.#read.files);
    if (stamp === this.#read.stamp) return;
    try {
      this.#read = readIssuerSecrets(path);
    } catch (error) {
      // Told once for each change, not at every look.
      this.#read = { ...this.#read, stamp };
      this.#onFault(error instanceof ConfigError ? error.mistakes.join('; ') : `${SETTING} cannot be read`);
    }
  }
}

interface SecretsRead {
  readonly secrets: IssuerSecrets;
  /** Everything that was read: the file itself, keys and certificates. */
  readonly files: readonly string[];
  readonly stamp: string;
}

const NOTHING: SecretsRead = { secrets: new Map(), files: [], stamp: '' };

/**
 * The credentials by name. The messages name members and files, never values.
 *
 * @throws {ConfigError} with all that is wrong: a file that others may read, that is no JSON or that has anything unknown
 * in it; a key or certificate that cannot be used.
 */
export function readIssuerSecrets(path: string, environment: Environment = process.env): SecretsRead {
  const mistakes: string[] = [];
  const text = readOwnFile(path, 'it', mistakes);
  const read = file.safeParse(text === undefined ? undefined : parse(text));
  if (text !== undefined && !read.success) mistakes.push(...read.error.issues.map(inWords));
  const texts = new SecretTexts(dirname(path), environment, mistakes);
  const secrets = new Map<string, IssuerSecret>();
  for (const [name, written] of Object.entries(read.data ?? {}))
    secrets.set(name, secretOf(name, written, texts));
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((one) => `${SETTING}: ${one}`));
  const files = [path, ...texts.files];
  return { secrets, files, stamp: stampOf(files) };
}

function secretOf(name: string, written: Written, texts: SecretTexts): IssuerSecret {
  const { issuer, host, clientId } = written;
  const text = (member: string, source: z.infer<typeof secretText>, how: 'secret' | 'public' = 'secret') =>
    texts.of(`${name}.${member}`, source, how);
  const fault = (member: string, found: string, what: string | undefined) => {
    if (found !== '' && what !== undefined) texts.mistakes.push(`${name}: \`${member}\` ${what}`);
  };
  if (written.kind === 'client secret') {
    const clientSecret = text('clientSecret', written.clientSecret).trim();
    return { kind: written.kind, issuer, host, clientId, clientSecret };
  }
  if (written.kind === 'private key') {
    const key = text('signingKey', written.signingKey);
    fault('signingKey', key, signingKeyFault(key));
    return { kind: written.kind, issuer, host, clientId, key, keyId: written.signingKeyId };
  }
  const chain = text('certificate', written.certificate, 'public');
  const key = text('certificateKey', written.certificateKey);
  fault('certificate', chain && key, certificateFault({ chain, key }));
  return { kind: written.kind, issuer, host, clientId, certificate: { chain, key } };
}

/** What zod found, without any value. */
function inWords({ path, code, ...more }: z.core.$ZodIssue): string {
  const unknown = 'keys' in more && Array.isArray(more.keys) ? ` ${more.keys.join(', ')}` : '';
  return `${path.join('.') || 'the whole file'}: ${code.replaceAll('_', ' ')}${unknown}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Changes whenever one of the files does; a file that is gone counts as a change. */
function stampOf(files: readonly string[]): string {
  return files
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? 'gone' : `${found.mtimeMs} ${found.size} ${found.ino}`;
    })
    .join('\n');
}
