/** Reads settings from the environment, one by one, and gathers what is wrong with them, to be told all at once. */
import { existsSync, readFileSync } from 'node:fs';
import {
  type PostgresAddress,
  readPostgresAddress,
} from '../../adapters/storage/postgres/postgres-address.ts';
import { type PrivateCa, readPrivateCa, readTlsFiles, type TlsFiles, type WrongFile } from './tls-files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Reads settings one by one and gathers what is wrong with them. */
export class SettingsReader {
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

  optionalFile(name: string, means: string): string | undefined {
    return this.optional(name) === undefined ? undefined : this.existing(name, means);
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

  /** `TLS_CERTIFICATE_FILE` and `TLS_KEY_FILE`, both or neither. */
  tls(): TlsFiles | undefined {
    const certificateFile = this.optional('TLS_CERTIFICATE_FILE');
    const keyFile = this.optional('TLS_KEY_FILE');
    if (certificateFile !== undefined && keyFile !== undefined)
      return this.#taken(readTlsFiles(certificateFile, keyFile));
    if (certificateFile !== undefined)
      this.mistakes.push('TLS_KEY_FILE is missing beside TLS_CERTIFICATE_FILE');
    if (keyFile !== undefined) this.mistakes.push('TLS_CERTIFICATE_FILE is missing beside TLS_KEY_FILE');
    return undefined;
  }

  /** `PRIVATE_CA_FILE`: the certificates of further authorities. */
  privateCa(): PrivateCa | undefined {
    const file = this.optional('PRIVATE_CA_FILE');
    return file === undefined ? undefined : this.#taken(readPrivateCa(file));
  }

  #taken<Read extends object>(read: Read | WrongFile): Read | undefined {
    if (!('wrong' in read)) return read;
    this.mistakes.push(read.wrong);
    return undefined;
  }

  /** The address is a secret where it holds a password: no mistake repeats it. */
  postgres(name: string, passwordName: string): PostgresAddress | undefined {
    const address = this.optional(name);
    const password = this.fileText(passwordName)?.trimEnd();
    if (address === undefined) return undefined;
    try {
      return readPostgresAddress(address, password);
    } catch (error) {
      this.mistakes.push(`${name}: ${error instanceof Error ? error.message : 'no address'}`);
      return undefined;
    }
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

  /** In milliseconds; undefined for `never`, and where nothing is said. */
  duration(name: string): number | undefined {
    const value = this.text(name, 'never');
    if (value === 'never') return undefined;
    const [, count, unit] = /^([1-9][0-9]{0,4}) ?(s|min|h|d)$/.exec(value) ?? [];
    if (count !== undefined) return Number(count) * (UNIT_MS.get(unit ?? '') ?? 0);
    this.mistakes.push(`${name} is not a time such as \`30 min\`, \`1 h\` or \`never\``);
    return undefined;
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
