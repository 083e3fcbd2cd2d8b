/** `--store`: the log that a command reads. */
import { Option } from 'commander';
import type { Environment } from '../settings/settings-reader.ts';

/** `--store`, which the gateway's own settings may name as well. Its value is a secret where it holds a password. */
export function storeOption(environment: Environment = process.env): Option {
  const { AUDIT_LOG_FILE: file, AUDIT_STORE: address } = environment;
  const option = new Option(
    '--store <place>',
    "the log's store: its file, a copy of it, or its postgres:// address",
  );
  const named = [file, address].find((place) => place !== undefined && place !== '');
  return named === undefined
    ? option.makeOptionMandatory()
    : option.default(named, 'AUDIT_LOG_FILE or AUDIT_STORE');
}
