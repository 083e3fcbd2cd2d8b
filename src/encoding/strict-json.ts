/** JSON (RFC 8259) read strictly: no name twice in an object, no bad UTF-8, bounded depth. For short, hostile texts. */

export type StrictJson = null | boolean | number | string | StrictJson[] | StrictJsonObject;
/** An object without a prototype, so that `__proto__` is a name like any other. */
export interface StrictJsonObject {
  [name: string]: StrictJson;
}

/** The text is not strict JSON. The message never quotes the text, which may be personal. */
export class StrictJsonError extends Error {
  override readonly name = 'StrictJsonError';
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 section 7 names them, to refuse them
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * Reads a whole JSON text.
 *
 * @param mostDepth how many objects and arrays may stand inside one another.
 * @throws {StrictJsonError} for bad UTF-8, a byte order mark, a repeated name, a lone surrogate, more depth, or any
 * text that RFC 8259 does not allow.
 */
export function parseStrictJson(bytes: Uint8Array | string, mostDepth = 32): StrictJson {
  const reader = new Reader(typeof bytes === 'string' ? bytes : decode(bytes), mostDepth);
  return reader.whole();
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new StrictJsonError('not UTF-8');
  }
}

class Reader {
  readonly #text: string;
  readonly #mostDepth: number;
  #at = 0;

  constructor(text: string, mostDepth: number) {
    this.#text = text;
    this.#mostDepth = mostDepth;
  }

  whole(): StrictJson {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw new StrictJsonError('something follows the value');
    return value;
  }

  #value(depth: number): StrictJson {
    if (depth > this.#mostDepth) throw new StrictJsonError('too deep');
    this.#skipSpace();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return Number(this.#match(NUMBER, 'a value is missing'));
    }
  }

  #object(depth: number): StrictJsonObject {
    const object: StrictJsonObject = Object.create(null);
    this.#at += 1;
    if (this.#taken('}')) return object;
    do {
      this.#skipSpace();
      const name = this.#string();
      if (Object.hasOwn(object, name)) throw new StrictJsonError('a name stands twice in an object');
      if (!this.#taken(':')) throw new StrictJsonError('a colon is missing');
      object[name] = this.#value(depth + 1);
    } while (this.#taken(','));
    if (!this.#taken('}')) throw new StrictJsonError('an object is not closed');
    return object;
  }

  #array(depth: number): StrictJson[] {
    const array: StrictJson[] = [];
    this.#at += 1;
    if (this.#taken(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#taken(','));
    if (!this.#taken(']')) throw new StrictJsonError('an array is not closed');
    return array;
  }

  #string(): string {
    const text: string = JSON.parse(this.#match(STRING, 'a string is missing or not closed'));
    if (!text.isWellFormed()) throw new StrictJsonError('a lone surrogate');
    return text;
  }

  #word<Value>(word: string, value: Value): Value {
    if (!this.#text.startsWith(word, this.#at)) throw new StrictJsonError('a value is missing');
    this.#at += word.length;
    return value;
  }

  #match(pattern: RegExp, otherwise: string): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) throw new StrictJsonError(otherwise);
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #taken(mark: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }
}
