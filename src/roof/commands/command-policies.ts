/** Policy files for commands. What reads them is loaded by the first command that reads any: most commands read none. */
import type { Trust } from '../../adapters/policies/policy-folder.ts';
import type { PolicySet } from '../../domain/policy-set.ts';

/** Reads a policy folder; only with trust does a signature count. */
export type LoadTrusted = (folder: string, trust?: Trust) => Promise<PolicySet>;

/** @throws {PolicyMistakes} with every mistake of every file. */
export async function loadPolicies(folder: string, trust?: Trust): Promise<PolicySet> {
  const { loadPolicyFolder } = await import('../../adapters/policies/policy-folder.ts');
  return loadPolicyFolder(folder, trust);
}

/**
 * Whose signatures count by a file of pinned keys; without one nobody's do.
 *
 * @throws {ConfigError} for a file that is not as the gateway wants it.
 */
export async function trustIn(pins: string | undefined): Promise<Trust | undefined> {
  if (pins === undefined || pins === '') return undefined;
  const [{ readPinnedKeys }, { readSignature }] = await Promise.all([
    import('../policies/pinned-keys-file.ts'),
    import('../../adapters/signing/signed-text.ts'),
  ]);
  return { pins: readPinnedKeys(pins), read: readSignature };
}
