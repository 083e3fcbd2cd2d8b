/** Reads the file that binds each upstream secret to its host (docs/operations.md). */
import { dirname } from 'node:path';
import { z } from 'zod';
import { ASSERTION_ALGORITHMS, certificateFault, signingKeyFault } from '../../adapters/upstream/own-keys.ts';
import {
  type ApiKey,
  AUTHENTICATIONS,
  type CertificateAlone,
  type ClientCredentials,
  signsInByCertificate,
  type UpstreamSecret,
  type UpstreamSecrets,
} from '../../adapters/upstream/upstream-secrets.ts';
import { ConfigError } from '../../config.ts';
import { readOwnFile, SecretTexts } from './secret-texts.ts';
import type { Environment } from './settings-reader.ts';

const HEADER_VALUE = /^[\x20-\x7e]*$/;
const given = z.string().min(1);
/** A secret itself, or where it stands. */
const secretText = z.union([
  given,
  z.strictObject({ file: given }),
  z.strictObject({ environment: z.string().regex(/^[A-Z][A-Z0-9_]*$/) }),
]);
const certificate = { certificate: secretText, certificateKey: secretText };
const perhapsCertificate = { certificate: secretText.optional(), certificateKey: secretText.optional() };

const secret = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('api key'), host: given, value: secretText, ...perhapsCertificate }),
  z.strictObject({ kind: z.literal('client certificate'), host: given, ...certificate }),
  z.strictObject({
    kind: z.literal('oauth client credentials'),
    host: given,
    clientId: given,
    tokenIssuer: given,
    tokenEndpoint: z.url({ protocol: /^https?$/ }).optional(),
    authentication: z.enum(AUTHENTICATIONS).optional(),
    clientSecret: secretText.optional(),
    signingKey: secretText.optional(),
    signingAlgorithm: z.enum(ASSERTION_ALGORITHMS).optional(),
    signingKeyId: given.optional(),
    assertionAudience: given.optional(),
    ...perhapsCertificate,
  }),
]);
const file = z.record(z.string(), secret);
type Written = z.infer<typeof secret>;
type WrittenClient = Extract<Written, { kind: 'oauth client credentials' }>;

/** The secrets, and every file that they were read from, to be watched. */
export interface SecretsRead {
  readonly secrets: UpstreamSecrets;
  readonly files: readonly string[];
}

/**
 * The secrets by name. The messages name secrets and members, never values.
 *
 * @throws {ConfigError} with all that is wrong: a file that others may read, that is no JSON or that has anything unknown in
 * it; a key or certificate that cannot be used.
 */
export function readUpstreamSecrets(path: string, environment: Environment = process.env): UpstreamSecrets {
  return readSecretsAndFiles(path, environment).secrets;
}

/** As `readUpstreamSecrets`, with the files. */
export function readSecretsAndFiles(path: string, environment: Environment = process.env): SecretsRead {
  const mistakes: string[] = [];
  const text = readOwnFile(path, 'it', mistakes);
  const read = file.safeParse(text === undefined ? undefined : parse(text));
  if (text !== undefined && !read.success) mistakes.push(...read.error.issues.map(inWords));
  const texts = new SecretTexts(dirname(path), environment, mistakes);
  const secrets = Object.entries(read.data ?? {}).map(([name, written]): [string, UpstreamSecret] => [
    name,
    new SecretReader(name, texts).read(written),
  ]);
  if (mistakes.length > 0) throw new ConfigError(mistakes.map((one) => `UPSTREAM_SECRETS_FILE: ${one}`));
  return { secrets: new Map(secrets), files: [path, ...texts.files] };
}

/** One secret on its way from the file. What is wrong stands among the mistakes; what is read then is never used. */
class SecretReader {
  readonly #name: string;
  readonly #texts: SecretTexts;

  constructor(name: string, texts: SecretTexts) {
    this.#name = name;
    this.#texts = texts;
  }

  read(written: Written): UpstreamSecret {
    const { kind, host } = written;
    if (kind === 'api key') {
      const value = this.#text('value', written.value).trim();
      if (!HEADER_VALUE.test(value)) this.#mistake('`value` holds signs that no header can hold');
      return { kind, host, value, ...this.#certificate(written) } satisfies ApiKey;
    }
    if (kind === 'oauth client credentials') return this.#client(written);
    const { certificate: own = { chain: '', key: '' } } = this.#certificate(written);
    return { kind, host, certificate: own } satisfies CertificateAlone;
  }

  #client(written: WrittenClient): ClientCredentials {
    const { kind, host, clientId, tokenIssuer, tokenEndpoint, authentication, clientSecret } = written;
    const client: ClientCredentials = {
      ...{ kind, host, clientId, tokenIssuer },
      ...(tokenEndpoint === undefined ? {} : { tokenEndpoint }),
      ...(authentication === undefined ? {} : { authentication }),
      ...(clientSecret === undefined
        ? {}
        : { clientSecret: this.#text('clientSecret', clientSecret).trim() }),
      ...this.#signing(written),
      ...this.#certificate(written),
    };
    this.#checkWhole(client);
    return client;
  }

  /** Each way of signing in has what it needs, and nothing that it does not use. */
  #checkWhole(client: ClientCredentials): void {
    const { authentication, clientSecret, signing, certificate } = client;
    const byKey = authentication === 'private_key_jwt';
    const byCertificate = signsInByCertificate(client);
    const way = authentication ?? 'a client secret';
    const members = [
      { name: 'clientSecret', there: clientSecret !== undefined, wanted: !byKey && !byCertificate },
      { name: 'signingKey', there: signing !== undefined, wanted: byKey },
    ];
    for (const { name, there, wanted } of members) {
      if (wanted && !there) this.#mistake(`signing in with ${way} needs \`${name}\``);
      if (there && !wanted) this.#mistake(`signing in with ${way} uses no \`${name}\``);
    }
    if (byCertificate && certificate === undefined)
      this.#mistake(`signing in with ${way} needs \`certificate\``);
  }

  #signing(written: WrittenClient): Pick<ClientCredentials, 'signing'> {
    const { signingKey, signingAlgorithm, signingKeyId, assertionAudience } = written;
    if (signingKey === undefined) {
      const names = ['signingAlgorithm', 'signingKeyId', 'assertionAudience'] as const;
      for (const name of names)
        if (written[name] !== undefined) this.#mistake(`\`${name}\` needs \`signingKey\``);
      return {};
    }
    const key = this.#text('signingKey', signingKey);
    const fault = key === '' ? undefined : signingKeyFault(key, signingAlgorithm);
    if (fault !== undefined) this.#mistake(`\`signingKey\` ${fault}`);
    return {
      signing: {
        key,
        ...(signingAlgorithm === undefined ? {} : { algorithm: signingAlgorithm }),
        ...(signingKeyId === undefined ? {} : { keyId: signingKeyId }),
        ...(assertionAudience === undefined ? {} : { audience: assertionAudience }),
      },
    };
  }

  #certificate(written: Written): Pick<ApiKey, 'certificate'> {
    const { certificate: own, certificateKey } = written;
    if (own === undefined && certificateKey === undefined) return {};
    if (own === undefined || certificateKey === undefined) {
      this.#mistake('`certificate` and `certificateKey` stand together or not at all');
      return {};
    }
    const found = {
      chain: this.#text('certificate', own, 'public'),
      key: this.#text('certificateKey', certificateKey),
    };
    const isRead = found.chain !== '' && found.key !== '';
    const fault = isRead ? certificateFault(found) : undefined;
    if (fault !== undefined) this.#mistake(`\`certificate\` ${fault}`);
    return { certificate: found };
  }

  #text(member: string, source: z.infer<typeof secretText>, how: 'secret' | 'public' = 'secret'): string {
    return this.#texts.of(`${this.#name}.${member}`, source, how);
  }

  #mistake(what: string): void {
    this.#texts.mistakes.push(`${this.#name}: ${what}`);
  }
}

/** What zod found, without any value: an unknown member is named, so that a slip can be seen. */
function inWords(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.') || 'the whole file';
  if (issue.code === 'unrecognized_keys')
    return `${place}: ${issue.keys.map((key) => `\`${key}\``).join(', ')} is not known`;
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().find(({ code }) => code === 'unrecognized_keys');
    const more = inner === undefined ? undefined : inWords(inner).split(': ')[1];
    return `${place}: ${more ?? 'is missing, or is none of what can stand there'}`;
  }
  return `${place}: ${issue.code.replaceAll('_', ' ')}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
