/** The witness policy (C2SP tlog-policy) that the settings name, checked for what a gateway needs of it. */
import { readFileSync } from 'node:fs';
import { type Config, ConfigError } from '../../config.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import { parseWitnessPolicy, type WitnessPolicy, WitnessPolicyError } from '../../merkle/witness-policy.ts';

/**
 * @param key the log's key for checkpoints.
 * @returns undefined where the settings name no file.
 * @throws {ConfigError} naming what is not in order.
 */
export function readWitnessPolicy(
  { witnessesFile }: Pick<Config, 'witnessesFile'>,
  key: VerifierKey,
): WitnessPolicy | undefined {
  if (witnessesFile === undefined) return undefined;
  try {
    const policy = parseWitnessPolicy(readFileSync(witnessesFile, 'utf8'));
    const mistakes = mistakesOf(policy, key);
    if (mistakes.length > 0) throw new ConfigError(mistakes);
    return policy;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const why = error instanceof WitnessPolicyError ? error.message : 'the file cannot be read';
    throw new ConfigError([`WITNESSES_FILE: ${why}`]);
  }
}

function mistakesOf({ logs, witnesses }: WitnessPolicy, key: VerifierKey): string[] {
  const mistakes = witnesses
    .filter(({ url }) => url === undefined)
    .map(({ name }) => `WITNESSES_FILE: write the address of ${name} behind its key`);
  if (witnesses.length === 0) mistakes.push('WITNESSES_FILE names no witness: leave the setting out');
  const isOurs = (one: VerifierKey) =>
    one.name === key.name && Buffer.compare(one.publicKey, key.publicKey) === 0;
  if (logs.length > 0 && !logs.some(isOurs))
    mistakes.push('WITNESSES_FILE names logs, and this one is not among them');
  return mistakes;
}
