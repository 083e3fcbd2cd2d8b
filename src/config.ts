/** Every setting of the gateway, read once from the environment, all mistakes told at once. */
import type { PostgresAddress } from './adapters/storage/postgres/postgres-address.ts';
import type { TlsProxies } from './http/client-certificate.ts';
import { type Rates, readRates } from './roof/settings/rates.ts';
import { type Environment, SettingsReader } from './roof/settings/settings-reader.ts';
import type { TlsFiles } from './roof/settings/tls-files.ts';
import { readTlsProxies } from './roof/settings/tls-proxies.ts';

export type { Environment } from './roof/settings/settings-reader.ts';

export interface Config {
  /** Public origin of the gateway: audience of tokens, base of its metadata. `GATEWAY_ORIGIN` */
  readonly origin: string;
  /** Where consumers connect. `GATEWAY_HOST`, default 127.0.0.1. */
  readonly host: string;
  /** `GATEWAY_PORT`, default 8443; 0 takes any free port. */
  readonly port: number;
  /** Certificate chain and key for TLS, PEM files. `TLS_CERTIFICATE_FILE`, `TLS_KEY_FILE`; both or neither. */
  readonly tls: TlsFiles | undefined;
  /** Whose word about a client certificate is taken, and how they prove who they are. `TLS_PROXIES`, `TLS_PROXY_CERTIFICATES` */
  readonly tlsProxies: TlsProxies;
  /** Where the operator connects. `OPERATIONS_HOST`, default 127.0.0.1. */
  readonly operationsHost: string;
  /** `OPERATIONS_PORT`, default 9443; 0 takes any free port. */
  readonly operationsPort: number;
  /** Folder with organisations/, datasets/ and agreements/. `POLICIES_FOLDER` */
  readonly policiesFolder: string;
  /** SQLite file of the audit log, on a local disk. `AUDIT_LOG_FILE`; empty where the log is in PostgreSQL. */
  readonly auditLogFile: string;
  /** PostgreSQL of the audit log, for several gateways. `AUDIT_STORE`, with the password from `AUDIT_STORE_PASSWORD_FILE`. */
  readonly auditStore: PostgresAddress | undefined;
  /** Most MiB that the store may take; no bound but the disk without it. `AUDIT_LOG_MOST_MB` */
  readonly auditLogMostMb: number | undefined;
  /** Last signed checkpoint, best on another disk than the log. `HEAD_FILE` */
  readonly headFile: string;
  /** List of what was erased, kept apart from the store. `ERASURES_FILE`, default beside the head file. */
  readonly erasuresFile: string;
  /** How long entries are kept where no agreement says it. `LOG_KEEP_YEARS`, default 6. */
  readonly logKeepYears: number;
  /** Witness policy (C2SP tlog-policy): who countersigns the log. `WITNESSES_FILE` */
  readonly witnessesFile: string | undefined;
  /** How long the log may go without countersignature before exchanges stop. `WITNESSES_STOP_AFTER`, default never. */
  readonly witnessesStopAfterMs: number | undefined;
  /** The newest checkpoint that enough witnesses cosigned. `COSIGNED_FILE`, default beside the head file. */
  readonly cosignedFile: string;
  /** Folder for the daily messages to the parties. `OUTBOX_FOLDER` */
  readonly outboxFolder: string | undefined;
  /** Hour of London's clocks at which they are written. `OUTBOX_HOUR`, default 6. */
  readonly outboxHour: number;
  /** Entries that refused requests of one organisation may make in an hour. `REFUSED_ENTRIES_PER_HOUR`, default 10000. */
  readonly refusedEntriesPerHour: number;
  /** How often callers may ask. `SYSTEM_REQUESTS_PER_SECOND`, `UNPROVED_REQUESTS_PER_SECOND`, `UNPROVED_ENTRIES_PER_SECOND` */
  readonly rates: Rates;
  /** Index for questions to the log, thrown away and made anew at will. `SEARCH_INDEX_FILE`, default beside AUDIT_LOG_FILE. */
  readonly searchIndexFile: string;
  /** Organisation that runs the gateway: whoever may read the log for it sees everything. `OPERATOR_ORGANISATION` */
  readonly operatorOrganisation: string | undefined;
  /** Nobody reads the log without a token. `LOG_READERS`: any or proved; default any. */
  readonly provedReadersOnly: boolean;
  /** Name of the log, without a scheme: the origin line of its checkpoints. `LOG_ORIGIN` */
  readonly logOrigin: string;
  /** Threads that serve consumers on one port. `GATEWAY_THREADS`, default 1. */
  readonly threads: number;
  /** Name of this instance in the entries. `INSTANCE_NAME`, default "gateway-1". */
  readonly instance: string;
  /** Folder with the gateway's keys. `KEYS_FOLDER` */
  readonly keysFolder: string;
  /** JSON or YAML file: the fingerprints of the signing keys that count, by organisation. `PINNED_KEYS_FILE` */
  readonly pinnedKeysFile: string;
  /** A DPoP proof counts only with a nonce of this gateway. `DPOP_NONCES`: optional or required; default optional. */
  readonly dpopNonceRequired: boolean;
  /** JSON file: upstream secrets by name, each bound to its host. `UPSTREAM_SECRETS_FILE` */
  readonly upstreamSecretsFile: string;
  /** JSON file: the gateway's credentials at issuers that it asks about opaque tokens. `ISSUER_SECRETS_FILE` */
  readonly issuerSecretsFile: string | undefined;
  /** Whom to ring when no agreement says it. `OPERATOR_CONTACT` */
  readonly operatorContact: string;
  /** Extra certificate authority for upstreams and issuers, PEM file. `PRIVATE_CA_FILE` */
  readonly privateCa: string | undefined;
  readonly privateCaFile: string | undefined;
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

const HOURS = Array.from({ length: 24 }, (_, hour) => String(hour));

/** Six years: after that most claims can no longer be brought (Limitation Act 1980, section 5). */
const DEFAULT_KEEP_YEARS = 6;

/** Settings are missing or wrong. The message has one line for each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[], what = 'the gateway') {
    super(`${what} cannot start:\n${mistakes.map((mistake) => `  - ${mistake}`).join('\n')}`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads the settings.
 *
 * @throws {ConfigError} naming every setting that is missing or wrong, all at once.
 */
export function readConfig(environment: Environment): Config {
  const reader = new SettingsReader(environment);
  const tls = reader.tls();
  const privateCa = reader.privateCa();
  const config: Config = {
    origin: reader.origin(
      'GATEWAY_ORIGIN',
      'public origin of the gateway, such as https://gateway.northmere.example',
    ),
    host: reader.text('GATEWAY_HOST', '127.0.0.1'),
    port: reader.port('GATEWAY_PORT', 8443),
    tls,
    tlsProxies: readTlsProxies(reader, tls !== undefined),
    operationsHost: reader.text('OPERATIONS_HOST', '127.0.0.1'),
    operationsPort: reader.port('OPERATIONS_PORT', 9443),
    policiesFolder: reader.existing('POLICIES_FOLDER', 'folder with organisations, datasets and agreements'),
    auditLogFile: reader.text('AUDIT_LOG_FILE', ''),
    auditStore: reader.postgres('AUDIT_STORE', 'AUDIT_STORE_PASSWORD_FILE'),
    auditLogMostMb: reader.wholeNumber('AUDIT_LOG_MOST_MB'),
    headFile: reader.required(
      'HEAD_FILE',
      'file of the last signed checkpoint, best on another disk than the log',
    ),
    erasuresFile: reader.text('ERASURES_FILE', `${environment['HEAD_FILE'] ?? ''}.erasures`),
    logKeepYears: reader.wholeNumber('LOG_KEEP_YEARS') ?? DEFAULT_KEEP_YEARS,
    witnessesFile: reader.optionalFile('WITNESSES_FILE', 'witness policy: who countersigns the log'),
    witnessesStopAfterMs: reader.duration('WITNESSES_STOP_AFTER'),
    cosignedFile: reader.text('COSIGNED_FILE', `${environment['HEAD_FILE'] ?? ''}.cosigned`),
    outboxFolder: reader.optionalFile('OUTBOX_FOLDER', 'folder for the daily messages to the parties'),
    outboxHour: Number(reader.oneOf('OUTBOX_HOUR', HOURS, '6')),
    refusedEntriesPerHour: reader.wholeNumber('REFUSED_ENTRIES_PER_HOUR') ?? 10_000,
    rates: readRates(reader),
    searchIndexFile: searchIndexFile(reader),
    operatorOrganisation: reader.optional('OPERATOR_ORGANISATION'),
    provedReadersOnly: reader.oneOf('LOG_READERS', ['any', 'proved'], 'any') === 'proved',
    logOrigin: reader.logOrigin(
      'LOG_ORIGIN',
      'name of the log, such as gateway.northmere.example/audit/2026h2',
    ),
    threads: reader.wholeNumber('GATEWAY_THREADS') ?? 1,
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
    issuerSecretsFile: reader.optionalFile(
      'ISSUER_SECRETS_FILE',
      "JSON file with the gateway's credentials at issuers that it asks about opaque tokens",
    ),
    dpopNonceRequired: reader.oneOf('DPOP_NONCES', ['optional', 'required'], 'optional') === 'required',
    operatorContact: reader.required('OPERATOR_CONTACT', 'e-mail or telephone of whoever runs the gateway'),
    privateCa: privateCa?.certificates,
    privateCaFile: privateCa?.file,
    outboundProxy: reader.optional('OUTBOUND_PROXY'),
    privateAddresses: reader.list('PRIVATE_ADDRESSES'),
    rehearsal: reader.oneOf('REHEARSAL', ['true', 'false'], 'false') === 'true',
    drainMs: reader.seconds('DRAIN_SECONDS', 25) * 1000,
    logLevel: reader.oneOf('LOG_LEVEL', ['error', 'warn', 'info', 'debug'], 'info'),
  };
  const store = storeMistake(config, reader.optional('AUDIT_STORE') !== undefined);
  if (store !== undefined) reader.mistakes.push(store);
  const mixed = rehearsalMistake(config);
  if (mixed !== undefined) reader.mistakes.push(mixed);
  if (config.witnessesStopAfterMs !== undefined && config.witnessesFile === undefined)
    reader.mistakes.push(
      'WITNESSES_STOP_AFTER says when to stop without witnesses, and WITNESSES_FILE names none',
    );
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes);
  return Object.freeze(config);
}

/** Beside the log's file; a log that is no file has no such place. */
function searchIndexFile(reader: SettingsReader): string {
  const log = reader.optional('AUDIT_LOG_FILE');
  if (log !== undefined) return reader.text('SEARCH_INDEX_FILE', `${log}.search`);
  if (reader.optional('AUDIT_STORE') === undefined) return '';
  return reader.required('SEARCH_INDEX_FILE', 'file of the index for questions to the log, on a local disk');
}

function storeMistake({ auditLogFile }: Config, inPostgres: boolean): string | undefined {
  if ((auditLogFile === '') === inPostgres) return undefined;
  return inPostgres
    ? 'AUDIT_STORE and AUDIT_LOG_FILE name two places for one log: leave one of them out'
    : 'AUDIT_LOG_FILE is missing: file of the audit log, on a local disk (or AUDIT_STORE, the address of a PostgreSQL)';
}

/** INVARIANT: the log of a rehearsal can never be taken for a real one: its name says so, and no real one's does. */
function rehearsalMistake({ rehearsal, logOrigin }: Config): string | undefined {
  const says = logOrigin.split('/').includes('rehearsal');
  if (says === rehearsal || logOrigin === '') return undefined;
  return rehearsal
    ? 'LOG_ORIGIN of a rehearsal has a part `rehearsal`, such as gateway.northmere.example/rehearsal/2026h2'
    : 'LOG_ORIGIN has a part `rehearsal`, and REHEARSAL is not true';
}
