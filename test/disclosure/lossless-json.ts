/** JSON (RFC 8259) as a tree that keeps the text of every value, for tests: `JSON.parse` says whether it is JSON. */

export type LosslessValue = LosslessObject | LosslessArray | LosslessString | LosslessOther;

export interface LosslessObject {
  readonly kind: 'object';
  readonly text: string;
  readonly members: readonly {
    readonly name: string;
    readonly nameText: string;
    readonly value: LosslessValue;
  }[];
}

export interface LosslessArray {
  readonly kind: 'array';
  readonly text: string;
  readonly elements: readonly LosslessValue[];
}

export interface LosslessString {
  readonly kind: 'string';
  readonly text: string;
  readonly string: string;
}

export interface LosslessOther {
  readonly kind: 'number' | 'word';
  readonly text: string;
}

/** The bytes cannot be filtered with certainty. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** @throws {Refused} for what is not JSON in UTF-8, is too deep, or has a name with a lone surrogate. */
export function parseLossless(bytes: Uint8Array, mostDepth: number): LosslessValue {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    JSON.parse(text);
  } catch {
    throw new Refused();
  }
  return new Splitter(text).value(mostDepth);
}

/** What a scalar means: the text of a string, anything else as it is written. */
export function textOf(value: LosslessValue): string {
  if (value.kind !== 'string') return value.text;
  if (!value.string.isWellFormed()) throw new Refused();
  return value.string;
}

/** Splits text that is known to be JSON. */
class Splitter {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): LosslessValue {
    this.space();
    const start = this.at;
    switch (this.text[start]) {
      case '{':
        return this.object(start, depth - 1);
      case '[':
        return this.array(start, depth - 1);
      case '"': {
        const text = this.token(/"(?:[^"\\]|\\.)*"/y);
        return { kind: 'string', text, string: JSON.parse(text) };
      }
      default: {
        const text = this.token(/[^\s,\]}]+/y);
        return { kind: /^[tfn]/.test(text) ? 'word' : 'number', text };
      }
    }
  }

  object(start: number, depth: number): LosslessObject {
    if (depth < 0) throw new Refused();
    const members = [];
    this.at += 1;
    for (this.space(); this.text[this.at] !== '}'; this.space()) {
      if (this.text[this.at] === ',') {
        this.at += 1;
        this.space();
      }
      const nameText = this.token(/"(?:[^"\\]|\\.)*"/y);
      const name: string = JSON.parse(nameText);
      if (!name.isWellFormed()) throw new Refused();
      this.space();
      this.at += 1;
      members.push({ name, nameText, value: this.value(depth) });
    }
    this.at += 1;
    return { kind: 'object', text: this.text.slice(start, this.at), members };
  }

  array(start: number, depth: number): LosslessArray {
    if (depth < 0) throw new Refused();
    const elements = [];
    this.at += 1;
    for (this.space(); this.text[this.at] !== ']'; this.space()) {
      if (this.text[this.at] === ',') this.at += 1;
      elements.push(this.value(depth));
    }
    this.at += 1;
    return { kind: 'array', text: this.text.slice(start, this.at), elements };
  }

  space(): void {
    this.token(/[ \t\n\r]*/y);
  }

  token(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new Error('the splitter does not follow JSON.parse');
    this.at += found.length;
    return found;
  }
}
