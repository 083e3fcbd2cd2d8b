/**
 * An agreement file under a protocol, expanded to an ordinary agreement (docs/formats/protocol.md): the two files are read
 * as one, and what is wrong is said where it stands.
 */
import type { PolicyMistake } from '../../domain/policy-mistakes.ts';
import type { DocumentPath, PolicyDocument } from './policy-document.ts';
import { ONLY_IN_PROTOCOL, ruleFor, WHOLE } from './protocol-rules.ts';

type Keys = Readonly<Record<string, unknown>>;

interface Origin {
  readonly document: PolicyDocument;
  readonly path: DocumentPath;
}

/** Both documents as one, after recording in the agreement's where it goes beyond the protocol. */
export function expanded(agreement: PolicyDocument, protocol: PolicyDocument): PolicyDocument {
  const expansion = new Expansion(agreement, protocol);
  const value = expansion.merge(keysOf(agreement.value), keysOf(protocol.value));
  return expansion.asDocument(value);
}

/** Keys of a protocol file that are about the protocol itself. */
const OF_PROTOCOL = new Set(['format', 'protocol', 'version', 'between']);

class Expansion {
  readonly #agreement: PolicyDocument;
  readonly #protocol: PolicyDocument;
  /** Path in the whole → where it stands; a path that is not here stands where the one around it does. */
  readonly #origins = new Map<string, Origin>();

  constructor(agreement: PolicyDocument, protocol: PolicyDocument) {
    this.#agreement = agreement;
    this.#protocol = protocol;
  }

  merge(agreement: Keys, protocol: Keys): Keys {
    const shared = Object.entries(protocol).filter(([key]) => !OF_PROTOCOL.has(key));
    return this.#mergeKeys(agreement, Object.fromEntries(shared), []);
  }

  #mergeKeys(agreement: Keys, protocol: Keys, path: readonly string[]): Keys {
    const merged: Record<string, unknown> = {};
    for (const key of new Set([...Object.keys(protocol), ...Object.keys(agreement)])) {
      merged[key] = this.#mergeKey(agreement[key], protocol[key], [...path, key]);
    }
    return merged;
  }

  #mergeKey(agreement: unknown, protocol: unknown, path: readonly string[]): unknown {
    if (agreement === undefined) return this.#from(this.#protocol, path, path, protocol);
    this.#from(this.#agreement, path, path, agreement);
    if (ONLY_IN_PROTOCOL.has(path.join('/'))) {
      return this.#refuse(path, 'can stand in a protocol only', 'take it out, or agree outside the protocol');
    }
    if (protocol === undefined) return agreement;
    const isWhole = WHOLE.has(path.join('/'));
    if (!isWhole && isKeys(agreement) && isKeys(protocol)) return this.#mergeKeys(agreement, protocol, path);
    const together = ruleFor(path)(protocol, agreement);
    if ('refuse' in together) return this.#refuse(path, together.refuse, together.write);
    if (together.takes === 'agreement') return agreement;
    return together.takes === 'protocol'
      ? this.#from(this.#protocol, path, path, protocol)
      : this.#joined(listOf(protocol), listOf(agreement), path);
  }

  /** The entries of both lists, each once, remembering where each stands. */
  #joined(protocol: readonly unknown[], agreement: readonly unknown[], path: readonly string[]): unknown[] {
    const texts = new Set<string>();
    const joined: unknown[] = [];
    const add = (document: PolicyDocument, entries: readonly unknown[]): void => {
      for (const [place, entry] of entries.entries()) {
        const text = JSON.stringify(entry);
        if (texts.has(text)) continue;
        texts.add(text);
        this.#from(document, [...path, joined.length], [...path, place], entry);
        joined.push(entry);
      }
    };
    add(this.#protocol, protocol);
    add(this.#agreement, agreement);
    return joined;
  }

  #from<Value>(document: PolicyDocument, whole: DocumentPath, path: DocumentPath, value: Value): Value {
    this.#origins.set(JSON.stringify(whole), { document, path });
    return value;
  }

  #refuse(path: readonly string[], what: string, write: string): unknown {
    this.#agreement.mistakenKey(path, `\`${path.at(-1)}\` ${what}`, write);
    return undefined;
  }

  #originOf(path: DocumentPath): Origin {
    for (let length = path.length; length > 0; length -= 1) {
      const origin = this.#origins.get(JSON.stringify(path.slice(0, length)));
      if (origin !== undefined) return { ...origin, path: [...origin.path, ...path.slice(length)] };
    }
    return { document: this.#agreement, path };
  }

  asDocument(value: Keys): PolicyDocument {
    const mistakes: PolicyMistake[] = [];
    const advice: PolicyMistake[] = [];
    const place = (path: DocumentPath, wantsKey: boolean, what: string, write: string): PolicyMistake => {
      const { document, path: there } = this.#originOf(path);
      return { file: document.file, ...document.placeOf(there, wantsKey), what, write };
    };
    const keep = (one: PolicyMistake, own: PolicyMistake[], list: 'mistakes' | 'advice'): void => {
      own.push(one);
      const source = one.file === this.#protocol.file ? this.#protocol : this.#agreement;
      // Every agreement under a protocol finds the same mistake in it again.
      if (!source[list].some((other) => isSame(one, other))) source[list].push(one);
    };
    return {
      file: this.#agreement.file,
      value,
      mistakes,
      advice,
      mistake: (path, what, write) => keep(place(path, false, what, write), mistakes, 'mistakes'),
      mistakenKey: (path, what, write) => keep(place(path, true, what, write), mistakes, 'mistakes'),
      advise: (path, what, write) => keep(place(path, false, what, write), advice, 'advice'),
      placeOf: (path, wantsKey) => {
        const { document, path: there } = this.#originOf(path);
        return document.placeOf(there, wantsKey);
      },
    };
  }
}

function isSame(one: PolicyMistake, other: PolicyMistake): boolean {
  return one.line === other.line && one.column === other.column && one.what === other.what;
}

function keysOf(value: unknown): Keys {
  return isKeys(value) ? value : {};
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
