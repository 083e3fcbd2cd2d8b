/** Every setting of the gateway, read once from the environment, all mistakes told at once. */
import { existsSync, readFileSync } from 'node:fs';

export interface Config {
  /** Public origin of the gateway: audience of tokens, base of its metadata. `GATEWAY_ORIGIN` */
  readonly origin: string;
  /** Where consumers connect. `GATEWAY_HOST`, default 127.0.0.1. */
  readonly host: string;
  /** `GATEWAY_PORT`, default 8443; 0 takes any free port. */
  readonly port: number;
  /** Certificate chain and key for TLS, PEM files. `TLS_CERTIFICATE_FILE`, `TLS_KEY_FILE`; both or neither. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Where the operator connects. `OPERATIONS_HOST`, default 127.0.0.1. */
  readonly operationsHost: string;
  /** `OPERATIONS_PORT`, default 9443; 0 takes any free port. */
  readonly operationsPort: number;
  /** Folder with organisations/, datasets/ and agreements/. `POLICIES_FOLDER` */
  readonly policiesFolder: string;
  /** SQLite file of the audit log, on a local disk. `AUDIT_LOG_FILE` */
  readonly auditLogFile: string;
  /** Most MiB that the store may take; no bound but the disk without it. `AUDIT_LOG_MOST_MB` */
  readonly auditLogMostMb: number | undefined;
  /** Last signed checkpoint, best on another disk than the log. `HEAD_FILE` */
  readonly headFile: string;
  /** Name of the log, without a scheme: the origin line of its checkpoints. `LOG_ORIGIN` */
  readonly logOrigin: string;
  /** Name of this instance in the entries. `INSTANCE_NAME`, default "gateway-1". */
  readonly instance: string;
  /** Folder with the gateway's keys. `KEYS_FOLDER` */
  readonly keysFolder: string;
  /** JSON or YAML file: the fingerprints of the signing keys that count, by organisation. `PINNED_KEYS_FILE` */
  readonly pinnedKeysFile: string;
  /** JSON file: upstream secrets by name, each bound to its host. `UPSTREAM_SECRETS_FILE` */
  readonly upstreamSecretsFile: string;
  /** Whom to ring when no agreement says it. `OPERATOR_CONTACT` */
  readonly operatorContact: string;
  /** Extra certificate authority for upstreams and issuers, PEM file. `PRIVATE_CA_FILE` */
  readonly privateCa: string | undefined;
  /** HTTP proxy for outbound connections. `OUTBOUND_PROXY` */
  readonly outboundProxy: string | undefined;
  /** Private or loopback addresses (host names or CIDR blocks) that upstreams and issuers may have. `PRIVATE_ADDRESSES` */
  readonly privateAddresses: readonly string[];
  /** True for a gateway that only rehearses: its own audience and log, test upstreams only. `REHEARSAL`, default false. */
  readonly rehearsal: boolean;
  /** Longest wait for running exchanges at a stop, in milliseconds. `DRAIN_SECONDS`, default 25. */
  readonly drainMs: number;
  /** `LOG_LEVEL`: error, warn, info or debug; default info. */
  readonly logLevel: string;
}

/** Settings are missing or wrong. The message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`the gateway cannot start:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings.
 *
 * @throws {ConfigError} naming every setting that is missing or wrong, all at once.
 */
export function readConfig(environment: Environment): Config {
  const reader = new Reader(environment);
  const config: Config = {
    origin: reader.origin(
      'GATEWAY_ORIGIN',
      'public origin of the gateway, such as https://gateway.northmere.example',
    ),
    host: reader.text('GATEWAY_HOST', '127.0.0.1'),
    port: reader.port('GATEWAY_PORT', 8443),
    tls: reader.tls('TLS_CERTIFICATE_FILE', 'TLS_KEY_FILE'),
    operationsHost: reader.text('OPERATIONS_HOST', '127.0.0.1'),
    operationsPort: reader.port('OPERATIONS_PORT', 9443),
    policiesFolder: reader.existing('POLICIES_FOLDER', 'folder with organisations, datasets and agreements'),
    auditLogFile: reader.required('AUDIT_LOG_FILE', 'file of the audit log, on a local disk'),
    auditLogMostMb: reader.wholeNumber('AUDIT_LOG_MOST_MB'),
    headFile: reader.required(
      'HEAD_FILE',
      'file of the last signed checkpoint, best on another disk than the log',
    ),
    logOrigin: reader.logOrigin(
      'LOG_ORIGIN',
      'name of the log, such as gateway.northmere.example/audit/2026h2',
    ),
    instance: reader.text('INSTANCE_NAME', 'gateway-1'),
    keysFolder: reader.existing(
      'KEYS_FOLDER',
      'folder with the keys; `sharing-gateway keys make` makes them',
    ),
    pinnedKeysFile: reader.existing(
      'PINNED_KEYS_FILE',
      "file with the fingerprints of the organisations' signing keys",
    ),
    upstreamSecretsFile: reader.existing(
      'UPSTREAM_SECRETS_FILE',
      'JSON file with the secrets of the upstreams',
    ),
    operatorContact: reader.required('OPERATOR_CONTACT', 'e-mail or telephone of whoever runs the gateway'),
    privateCa: reader.fileText('PRIVATE_CA_FILE'),
    outboundProxy: reader.optional('OUTBOUND_PROXY'),
    privateAddresses: reader.list('PRIVATE_ADDRESSES'),
    rehearsal: reader.oneOf('REHEARSAL', ['true', 'false'], 'false') === 'true',
    drainMs: reader.seconds('DRAIN_SECONDS', 25) * 1000,
    logLevel: reader.oneOf('LOG_LEVEL', ['error', 'warn', 'info', 'debug'], 'info'),
  };
  const mixed = rehearsalMistake(config);
  if (mixed !== undefined) reader.mistakes.push(mixed);
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes);
  return Object.freeze(config);
}

/** INVARIANT: the log of a rehearsal can never be taken for a real one: its name says so, and no real one's does. */
function rehearsalMistake({ rehearsal, logOrigin }: Config): string | undefined {
  const says = logOrigin.split('/').includes('rehearsal');
  if (says === rehearsal || logOrigin === '') return undefined;
  return rehearsal
    ? 'LOG_ORIGIN of a rehearsal has a part `rehearsal`, such as gateway.northmere.example/rehearsal/2026h2'
    : 'LOG_ORIGIN has a part `rehearsal`, and REHEARSAL is not true';
}

class Reader {
  readonly mistakes: string[] = [];
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  optional(name: string): string | undefined {
    const value = this.#environment[name];
    return value === undefined || value === '' ? undefined : value;
  }

  text(name: string, otherwise: string): string {
    return this.optional(name) ?? otherwise;
  }

  required(name: string, means: string): string {
    const value = this.optional(name);
    if (value === undefined) this.mistakes.push(`${name} is missing: ${means}`);
    return value ?? '';
  }

  existing(name: string, means: string): string {
    const path = this.required(name, means);
    if (path !== '' && !existsSync(path))
      this.mistakes.push(`${name} names something that is not there: ${means}`);
    return path;
  }

  fileText(name: string): string | undefined {
    const path = this.optional(name);
    if (path === undefined) return undefined;
    try {
      return readFileSync(path, 'utf8');
    } catch {
      this.mistakes.push(`${name} names a file that cannot be read`);
      return undefined;
    }
  }

  tls(certificateName: string, keyName: string): Config['tls'] {
    const certificate = this.fileText(certificateName);
    const key = this.fileText(keyName);
    if (certificate !== undefined && key !== undefined) return { certificate, key };
    if (this.optional(certificateName) !== undefined && this.optional(keyName) === undefined) {
      this.mistakes.push(`${keyName} is missing beside ${certificateName}`);
    }
    if (this.optional(keyName) !== undefined && this.optional(certificateName) === undefined) {
      this.mistakes.push(`${certificateName} is missing beside ${keyName}`);
    }
    return undefined;
  }

  port(name: string, otherwise: number): number {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    if (/^[0-9]{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
    this.mistakes.push(`${name} is not a port: write a number from 0 to 65535`);
    return otherwise;
  }

  seconds(name: string, otherwise: number): number {
    const value = this.optional(name);
    if (value === undefined) return otherwise;
    if (/^[0-9]{1,4}$/.test(value)) return Number(value);
    this.mistakes.push(`${name} is not a number of seconds`);
    return otherwise;
  }

  wholeNumber(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined || /^[1-9][0-9]{0,8}$/.test(value))
      return value === undefined ? undefined : Number(value);
    this.mistakes.push(`${name} is not a whole number from 1`);
    return undefined;
  }

  list(name: string): readonly string[] {
    return (this.optional(name) ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  }

  oneOf(name: string, allowed: readonly string[], otherwise: string): string {
    const value = this.text(name, otherwise);
    if (!allowed.includes(value)) this.mistakes.push(`${name} is not one of ${allowed.join(', ')}`);
    return value;
  }

  origin(name: string, means: string): string {
    const value = this.required(name, means);
    const url = URL.parse(value);
    if (value === '' || (url?.origin === value && /^https?:$/.test(url.protocol))) return value;
    this.mistakes.push(`${name} is not an origin: write https://, host and port, without a slash at the end`);
    return value;
  }

  logOrigin(name: string, means: string): string {
    const value = this.required(name, means);
    if (value !== '' && !/^[a-z0-9.-]+(\/[a-z0-9.-]+)*$/.test(value)) {
      this.mistakes.push(
        `${name} has other signs than lower-case letters, digits, dots, hyphens and slashes`,
      );
    }
    return value;
  }
}
