/** Every setting of a witness, read once from the environment, all mistakes told at once. */
import { readFileSync } from 'node:fs';
import { parseFollowedLogs } from '../../audit-log/witnessing/witness-logs.ts';
import { type Config, ConfigError } from '../../config.ts';
import { isCosignerName } from '../../merkle/cosignature.ts';
import { NoteError, type VerifierKey } from '../../merkle/signed-note.ts';
import { type Environment, SettingsReader } from '../settings/settings-reader.ts';

export interface WitnessSettings {
  /** Name in its cosignatures, a URL without its scheme. `WITNESS_NAME` */
  readonly name: string;
  /** Its private key, PEM. `WITNESS_KEY_FILE` */
  readonly keyFile: string;
  /** What it cosigned, on a local disk. `WITNESS_STATE_FILE` */
  readonly stateFile: string;
  /** Keys of the logs that it follows, by origin. `WITNESS_LOGS_FILE` */
  readonly logs: ReadonlyMap<string, readonly VerifierKey[]>;
  /** `WITNESS_HOST`, default 127.0.0.1. */
  readonly host: string;
  /** `WITNESS_PORT`, default 8446; 0 takes any free port. */
  readonly port: number;
  /** `TLS_CERTIFICATE_FILE`, `TLS_KEY_FILE`; both or neither. */
  readonly tls: Config['tls'];
  /** `LOG_LEVEL`, default info. */
  readonly logLevel: string;
}

/** @throws {ConfigError} naming every setting that is missing or wrong. */
export function readWitnessSettings(environment: Environment): WitnessSettings {
  const reader = new SettingsReader(environment);
  const settings: WitnessSettings = {
    name: readName(reader),
    keyFile: reader.existing(
      'WITNESS_KEY_FILE',
      'its private key; `sharing-gateway witness make-key` makes one',
    ),
    stateFile: reader.required('WITNESS_STATE_FILE', 'file of what it cosigned, on a local disk'),
    logs: readLogs(reader),
    host: reader.text('WITNESS_HOST', '127.0.0.1'),
    port: reader.port('WITNESS_PORT', 8446),
    tls: reader.tls(),
    logLevel: reader.oneOf('LOG_LEVEL', ['error', 'warn', 'info', 'debug'], 'info'),
  };
  if (reader.mistakes.length > 0) throw new ConfigError(reader.mistakes, 'the witness');
  return Object.freeze(settings);
}

function readName(reader: SettingsReader): string {
  const name = reader.required('WITNESS_NAME', 'name of the witness, such as witness.westhaven.example');
  if (name !== '' && !isCosignerName(name))
    reader.mistakes.push(
      'WITNESS_NAME holds a space or a plus: write a name such as witness.westhaven.example',
    );
  return name;
}

function readLogs(reader: SettingsReader): ReadonlyMap<string, readonly VerifierKey[]> {
  const file = reader.existing(
    'WITNESS_LOGS_FILE',
    'file with the verifier keys of the logs that it follows, one a line',
  );
  if (file === '' || reader.mistakes.some((mistake) => mistake.startsWith('WITNESS_LOGS_FILE')))
    return new Map();
  try {
    return parseFollowedLogs(readFileSync(file, 'utf8'));
  } catch (error) {
    reader.mistakes.push(
      `WITNESS_LOGS_FILE: ${error instanceof NoteError ? error.message : 'the file cannot be read'}`,
    );
    return new Map();
  }
}
