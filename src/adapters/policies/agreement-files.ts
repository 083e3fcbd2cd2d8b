/** The agreements of a policy folder among what they are checked against; what was read before is not read again. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Organisation } from '../../domain/organisation.ts';
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import { sha256Hex } from '../../encoding/sha256.ts';
import type { Declared } from './agreement-file.ts';
import { readAgreement } from './agreement-file.ts';
import type { DeclaredDataset } from './dataset-file.ts';
import type { KnownValues, PolicyDocument } from './policy-document.ts';
import { readPolicyDocument } from './policy-document.ts';
import type { Protocols } from './protocol-file.ts';
import { readWithProtocol } from './protocol-file.ts';

/** All that an agreement's file is checked against. */
export interface Surroundings {
  readonly organisations: Declared<Organisation>;
  readonly datasets: Declared<DeclaredDataset>;
  readonly protocols: Protocols;
  /** Over the names and bytes of the files of all of them. */
  readonly sha256: string;
}

export interface AgreementFileRead {
  /** The agreement's own file, with what is wrong in it. */
  readonly document: PolicyDocument;
  /** Undefined where the file has a mistake. `whole` is where later mistakes are to be recorded. */
  readonly filed: { readonly agreement: Agreement; readonly whole: PolicyDocument } | undefined;
}

interface Remembered {
  readonly agreement: Agreement;
  readonly advice: readonly PolicyMistake[];
}

/**
 * Reads agreements, and remembers those without a mistake by the bytes of their file and of everything that they were
 * checked against: a change of one file among thousands costs the reading of one.
 */
export class AgreementFiles {
  #remembered = new Map<string, Remembered>();
  /** The same for the files around the agreements, which are checked again every time but not parsed. */
  readonly around: KnownValues = new Map();

  /** True where `read` would not have to parse anything. */
  knows(name: string, bytes: Uint8Array, surroundings: Surroundings): boolean {
    return this.#remembered.has(keyOf(name, bytes, surroundings));
  }

  read(name: string, bytes: Uint8Array, surroundings: Surroundings): AgreementFileRead {
    const key = keyOf(name, bytes, surroundings);
    const known = this.#remembered.get(key);
    if (known !== undefined) return readAgain(name, bytes, surroundings, known);
    const document = readPolicyDocument(`agreements/${name}`, bytes);
    const source = readWithProtocol(document, bytes, surroundings.protocols);
    const agreement = source && readAgreement(source, surroundings.organisations, surroundings.datasets);
    if (source === undefined || agreement === undefined) return { document, filed: undefined };
    const isWhole = document.mistakes.length === 0 && source.document.mistakes.length === 0;
    if (isWhole) this.#remembered.set(key, { agreement, advice: [...source.document.advice] });
    return { document, filed: { agreement, whole: source.document } };
  }

  /** Forgets every agreement that is not among these, and at times what surrounds them. */
  keepOnly(files: readonly { readonly name: string; readonly bytes: Uint8Array }[], now: Surroundings): void {
    // A folder that changes every day for years must not fill the memory.
    if (this.around.size > MOST_AROUND) this.around.clear();
    const kept = new Map<string, Remembered>();
    for (const { name, bytes } of files) {
      const key = keyOf(name, bytes, now);
      const known = this.#remembered.get(key);
      if (known !== undefined) kept.set(key, known);
    }
    this.#remembered = kept;
  }
}

const MOST_AROUND = 10_000;

function keyOf(name: string, bytes: Uint8Array, { sha256 }: Surroundings): string {
  return `${sha256}\n${sha256Hex(bytes)}\n${name}`;
}

/** The file is parsed only where something between agreements is wrong, to find the line. */
function readAgain(
  name: string,
  bytes: Uint8Array,
  { protocols }: Surroundings,
  { agreement, advice }: Remembered,
): AgreementFileRead {
  const file = `agreements/${name}`;
  const mistakes: PolicyMistake[] = [];
  const told = [...advice];
  let parsed: PolicyDocument | undefined;
  const whole = (): PolicyDocument => {
    const own = readPolicyDocument(file, bytes);
    parsed ??= readWithProtocol(own, bytes, protocols)?.document ?? own;
    return parsed;
  };
  const keep = (record: (there: PolicyDocument) => void): void => {
    const there = whole();
    record(there);
    mistakes.push(...there.mistakes.slice(-1).filter((mistake) => mistake.file === file));
  };
  const document: PolicyDocument = {
    file,
    value: undefined,
    mistakes,
    advice: told,
    mistake: (...mistake) => keep((there) => there.mistake(...mistake)),
    mistakenKey: (...mistake) => keep((there) => there.mistakenKey(...mistake)),
    advise: (path, what, write) => void told.push({ file, ...whole().placeOf(path, false), what, write }),
    placeOf: (path, wantsKey) => whole().placeOf(path, wantsKey),
  };
  return { document, filed: { agreement, whole: document } };
}
