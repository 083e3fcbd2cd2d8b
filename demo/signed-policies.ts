/** Signs a folder of policy files for every party with throwaway keys, and pins those keys, so that nothing is less strict here. */
import {
  appendFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { signatureFile } from '../src/adapters/policies/agreement-signatures.ts';
import { loadPolicyFolder } from '../src/adapters/policies/policy-folder.ts';
import { signText } from '../src/adapters/signing/signed-text.ts';
import {
  makeSigningKeyFile,
  publicHalf,
  readSigningKeyFile,
} from '../src/adapters/signing/signing-key-file.ts';
import type { Agreement } from '../src/domain/agreement.ts';
import type { PolicySet } from '../src/domain/policy-set.ts';
import { agreementStatement } from '../src/domain/signed-statement.ts';
import { canonicalJson } from '../src/encoding/canonical-json.ts';

export interface SigningPlace {
  /** Folder with `organisations/`, `datasets/` and `agreements/`; keys are added to the organisations' files. */
  readonly policies: string;
  /** Folder for the private keys, one for each organisation; those that are there are used again. */
  readonly keys: string;
  /** Where the fingerprints go: the gateway's `PINNED_KEYS_FILE`. */
  readonly pins: string;
}

/** Every party that an agreement's file names under `signed` signs it anew. @throws {PolicyMistakes} for files with mistakes. */
export async function signPolicies({ policies, keys, pins }: SigningPlace): Promise<void> {
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const pinned = globSync(join(policies, 'organisations/*.yaml')).map((file) => giveKey(file, keys));
  writeFileSync(pins, JSON.stringify(Object.fromEntries(pinned)));
  rmSync(join(policies, 'signatures'), { recursive: true, force: true });
  mkdirSync(join(policies, 'signatures'));
  const set = await loadPolicyFolder(policies);
  for (const agreement of set.agreements) {
    for (const party of [agreement.provider, agreement.consumer]) {
      const isNamed = agreement.words.signed?.some(({ organisation }) => organisation === party);
      if (!isNamed || agreement.rehearsal) continue;
      const signature = await signText(
        statementOf(agreement, set),
        'agreement',
        readSigningKeyFile(signingKeyPlace(keys, party)),
      );
      writeFileSync(join(policies, 'signatures', signatureFile(agreement, party)), `${signature}\n`);
    }
  }
}

/** Where the private key of an organisation stands. */
export function signingKeyPlace(keys: string, organisation: string): string {
  return join(keys, `${organisation}.pem`);
}

function giveKey(
  file: string,
  keys: string,
): readonly [organisation: string, fingerprints: readonly string[]] {
  const text = readFileSync(file, 'utf8');
  const organisation = /^organisation: *"?([a-z0-9-]+)/m.exec(text)?.[1] ?? '';
  const place = signingKeyPlace(keys, organisation);
  const key = existsSync(place) ? publicHalf(readSigningKeyFile(place)) : makeSigningKeyFile(place);
  if (!text.includes(key.x)) appendFileSync(file, `\nsigning keys:\n  - ${key.x}\n`);
  return [organisation, [key.fingerprint]];
}

function statementOf(agreement: Agreement, { datasets, organisations }: PolicySet): string {
  const dataset = datasets.get(agreement.dataset);
  const provider = organisations.get(agreement.provider);
  const consumer = organisations.get(agreement.consumer);
  if (dataset === undefined || provider === undefined || consumer === undefined)
    throw new Error(`${agreement.id} names what is not there`);
  return canonicalJson(agreementStatement(agreement, dataset, provider, consumer));
}
