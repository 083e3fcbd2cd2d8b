/** Whether both parties have signed what an agreement comes to today, and if not, why (docs/formats/signatures.md). */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset } from '../../domain/dataset.ts';
import type { Organisation } from '../../domain/organisation.ts';
import { agreementStatement, STATEMENT_FORMAT, type Statement } from '../../domain/signed-statement.ts';
import type { SignedText } from '../../domain/signed-text.ts';
import type { PinnedKeys } from '../../domain/signing-key.ts';
import { statementDifferences } from '../../domain/statement-differences.ts';
import { canonicalJson } from '../../encoding/canonical-json.ts';

/** The signature files of a policy folder, read and checked, and the keys that count. */
export interface Signatures {
  readonly pins: PinnedKeys;
  /** Name of the file → what it signs, or undefined where its signature does not hold. */
  readonly files: ReadonlyMap<string, SignedText | undefined>;
}

/** Nobody has signed anything. */
export const NO_SIGNATURES: Signatures = { pins: new Map(), files: new Map() };

export type SignatureStanding = Pick<Agreement, 'signedByBoth' | 'signaturesBroken' | 'signatureFaults'>;

/** Name of the file that holds a party's signature, within `signatures/`. */
export function signatureFile({ id, version }: Pick<Agreement, 'id' | 'version'>, party: string): string {
  return `${id}-v${version}.${party}.jws`;
}

/**
 * INVARIANT: what is signed is what flows: where today's files would expand an agreement to anything else than what both
 * signed, it is not signed.
 */
export function signatureStanding(
  agreement: Agreement,
  dataset: Dataset,
  [provider, consumer]: readonly [Organisation, Organisation],
  { pins, files }: Signatures,
): SignatureStanding {
  if (agreement.rehearsal) return unsigned(['it is a rehearsal: nothing real flows under it'], false);
  const handedIn = [provider, consumer].every(({ id }) => files.has(signatureFile(agreement, id)));
  const statement = agreementStatement(agreement, dataset, provider, consumer);
  const faults = [provider, consumer].flatMap((party) => {
    const name = signatureFile(agreement, party.id);
    if (!files.has(name)) return [`\`${party.id}\` has not signed it: there is no \`signatures/${name}\``];
    return faultsOf(files.get(name), party, agreement, statement, pins);
  });
  if (faults.length > 0) return unsigned([...new Set(faults)], handedIn);
  return { signedByBoth: true, signaturesBroken: false, signatureFaults: [] };
}

function unsigned(signatureFaults: readonly string[], signaturesBroken: boolean): SignatureStanding {
  return { signedByBoth: false, signaturesBroken, signatureFaults };
}

function faultsOf(
  signed: SignedText | undefined,
  { id, signingKeys }: Organisation,
  { words }: Agreement,
  statement: Statement,
  pins: PinnedKeys,
): readonly string[] {
  if (signed === undefined)
    return [`the signature of \`${id}\` does not hold: its file was changed, or is no signature`];
  const { fingerprint, text } = signed;
  const faults: string[] = [];
  if (!signingKeys.some((key) => key.fingerprint === fingerprint))
    faults.push(
      `\`${id}\` signed with the key ${fingerprint}, which its file does not list under \`signing keys\``,
    );
  if (pins.get(id)?.has(fingerprint) !== true)
    faults.push(`\`${id}\` signed with the key ${fingerprint}, which this gateway does not pin for it`);
  if (words.signed?.some(({ organisation }) => organisation === id) !== true)
    faults.push(`\`${id}\` has signed, and the file does not say under \`signed\` who did so for it`);
  if (text !== canonicalJson(statement)) faults.push(...differencesFrom(text, statement, id));
  return faults;
}

function differencesFrom(text: string, today: Statement, party: string): readonly string[] {
  const signed = parsed(text);
  if (signed?.['format'] !== STATEMENT_FORMAT)
    return [`what \`${party}\` signed is not a statement of an agreement in this version's format`];
  const sentences = statementDifferences(signed, today);
  return sentences.length > 0 ? sentences : [`what \`${party}\` signed is not written as it should be`];
}

function parsed(text: string): Statement | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
