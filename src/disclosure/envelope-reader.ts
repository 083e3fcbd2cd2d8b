/** Reads what stands around the records of one answer, piece by piece, and stops where the next piece is not whole. */
import type { AnswerReader } from './answer-reader.ts';
import type { Envelope, EnvelopeName, WrapperKind } from './envelope.ts';
import { type JsonRecords, whyNot } from './json-records.ts';
import { REPEATED, SAID_ESCAPED, TOO_DEEP, UNFINISHED } from './layout.ts';
import { NotFilterable } from './rules.ts';
import type { Workspace } from './workspace.ts';

/** A page number or size is a whole number of so many digits at most, so that it can carry no message. */
const WHOLE_NUMBER = /^(?:0|[1-9][0-9]{0,14})$/;

const NO_NAMES: readonly string[] = [];
const NO_BYTES = new Uint8Array(0);

/** What comes next. */
const WAY = 0;
const FIRST_NAME = 1;
const NAME = 2;
const COLON = 3;
const BESIDE = 4;
const AFTER_MEMBER = 5;
const FIRST_RECORD = 6;
const RECORD = 7;
const AFTER_RECORD = 8;
const DONE = 9;

interface Wrapper {
  /** Its name as it came, between quotes. */
  readonly json: string;
  readonly kind: WrapperKind;
}

export class EnvelopeReader implements AnswerReader {
  readonly ending = NO_BYTES;
  readonly #envelope: Envelope;
  readonly #space: Workspace;
  readonly #jsonRecords: JsonRecords;

  #next = WAY;
  /** Objects of the way that are open. */
  #level = 0;
  /** The name before the colon leads to the records. */
  #onTheWay = false;
  #pastRecords = false;
  /** The member of the wrapper whose value comes next. */
  #wrapper: Wrapper | undefined;
  #wrapperSeen: readonly string[] = NO_NAMES;
  /** Names of totals that came before the records, and wait for their count. */
  #earlyTotals: readonly string[] = NO_NAMES;
  #keptBeside = false;

  constructor(envelope: Envelope, jsonRecords: JsonRecords) {
    this.#envelope = envelope;
    this.#space = jsonRecords.space;
    this.#jsonRecords = jsonRecords;
  }

  get records(): number {
    return this.#jsonRecords.count;
  }

  get done(): boolean {
    return this.#next === DONE;
  }

  get isScreened(): boolean {
    return this.done && !this.#envelope.many && this.records === 0;
  }

  read(from: number, waiting: number): number {
    const { end } = this.#space;
    const { bytes } = this.#space.memory;
    let at = from;
    for (;;) {
      let c = bytes[at] as number;
      while (c === 0x20 || c === 0x0a || c === 0x0d || c === 0x09) {
        at += 1;
        c = bytes[at] as number;
      }
      if (at >= end) return at;
      const after = this.#piece(at, c, waiting);
      if (after === UNFINISHED) return at;
      at = after;
    }
  }

  /** Reads the piece that begins with `c` and returns the position after it, or `UNFINISHED`. */
  #piece(at: number, c: number, waiting: number): number {
    switch (this.#next) {
      case AFTER_RECORD:
        if (c === 0x2c) return this.#go(RECORD, at + 1);
        return c === 0x5d ? this.#closeRecords(at) : malformed();
      case FIRST_RECORD:
        return c === 0x5d ? this.#closeRecords(at) : this.#oneRecord(at, waiting);
      case RECORD:
        return this.#oneRecord(at, waiting);
      case FIRST_NAME:
        return c === 0x7d ? this.#closeObject(at) : this.#name(at, c);
      case NAME:
        return this.#name(at, c);
      case COLON:
        return c === 0x3a ? this.#go(this.#onTheWay ? WAY : BESIDE, at + 1) : malformed();
      case WAY:
        return this.#open(at, c, waiting);
      case BESIDE:
        return this.#beside(at);
      case AFTER_MEMBER:
        if (c === 0x2c) return this.#go(NAME, at + 1);
        return c === 0x7d ? this.#closeObject(at) : malformed();
      default:
        throw new NotFilterable('something follows the answer');
    }
  }

  #go(next: number, at: number): number {
    this.#next = next;
    return at;
  }

  /** A value on the way to the records. */
  #open(at: number, c: number, waiting: number): number {
    const { way, many, mostDepth } = this.#envelope;
    const arrived = this.#level === way.length;
    if (arrived && !many) return this.#oneRecord(at, waiting);
    if (c !== (arrived ? 0x5b : 0x7b))
      throw new NotFilterable('there are no records where they should stand');
    if (this.#level === mostDepth) throw new NotFilterable(whyNot(TOO_DEEP));
    this.#space.kept.keep(at, at + 1);
    if (arrived) return this.#go(FIRST_RECORD, at + 1);
    this.#level += 1;
    return this.#go(FIRST_NAME, at + 1);
  }

  #oneRecord(at: number, waiting: number): number {
    const { many, way } = this.#envelope;
    const after = this.#jsonRecords.scan(at, this.#level + (many ? 1 : 0), true);
    if (after === UNFINISHED) return UNFINISHED;
    this.#jsonRecords.take(at, waiting, many && this.records > 0 ? 'comma' : 'nothing');
    if (many) return this.#go(AFTER_RECORD, after);
    this.#pastRecords = true;
    this.#keepEarlyTotals();
    return this.#go(way.length === 0 ? DONE : AFTER_MEMBER, after);
  }

  #closeRecords(at: number): number {
    this.#space.kept.keep(at, at + 1);
    this.#pastRecords = true;
    this.#keepEarlyTotals();
    return this.#go(this.#level === 0 ? DONE : AFTER_MEMBER, at + 1);
  }

  #closeObject(at: number): number {
    if (!this.#pastRecords) throw new NotFilterable('there are no records where they should stand');
    this.#space.kept.keep(at, at + 1);
    this.#level -= 1;
    return this.#go(this.#level === 0 ? DONE : AFTER_MEMBER, at + 1);
  }

  #name(at: number, c: number): number {
    if (c !== 0x22) return malformed();
    const after = this.#jsonRecords.scan(at, 0, false);
    if (after === UNFINISHED) return UNFINISHED;
    const text =
      this.#space.memory.words[SAID_ESCAPED >> 2] === 0 ? undefined : this.#space.decodeName(at, after);
    const step = this.#envelope.way[this.#level - 1];
    this.#onTheWay = step !== undefined && this.#means(step, at, after, text);
    if (this.#onTheWay) this.#keepWay(at, after);
    else this.#wrapper = this.#wrapperNamed(at, after, text);
    return this.#go(COLON, after);
  }

  /** True where the name at this place is the expected one; `text` is what it means if it holds a backslash. */
  #means({ name, quoted }: EnvelopeName, at: number, after: number, text: string | undefined): boolean {
    return text === undefined ? this.#space.stands(quoted, at, after) : text === name;
  }

  #keepWay(at: number, after: number): void {
    if (this.#pastRecords) throw new NotFilterable(whyNot(REPEATED));
    if (this.#keptBeside) this.#space.kept.keepComma();
    this.#space.kept.keep(at, after);
    this.#space.kept.keepColon();
  }

  /** The wrapper's member that this name means: only beside the records, in the object that holds them. */
  #wrapperNamed(at: number, after: number, text: string | undefined): Wrapper | undefined {
    const { way, wrapper } = this.#envelope;
    if (this.#level !== way.length) return undefined;
    const found = wrapper.find((expected) => this.#means(expected, at, after, text));
    if (found === undefined) return undefined;
    if (this.#wrapperSeen.includes(found.name)) throw new NotFilterable(whyNot(REPEATED));
    this.#wrapperSeen = [...this.#wrapperSeen, found.name];
    return { json: this.#space.text(at, after), kind: found.kind };
  }

  /** A value beside the records: proved well-formed, and dropped unless the wrapper names it. */
  #beside(at: number): number {
    const after = this.#jsonRecords.scan(at, this.#level, false);
    if (after === UNFINISHED) return UNFINISHED;
    const wrapper = this.#wrapper;
    if (wrapper !== undefined) {
      const number = this.#space.text(at, after);
      if (WHOLE_NUMBER.test(number)) this.#keepWrapper(wrapper, number);
    }
    return this.#go(AFTER_MEMBER, after);
  }

  #keepWrapper({ json, kind }: Wrapper, number: string): void {
    if (kind !== 'total') this.#keepBeside(json, number);
    else if (this.#pastRecords) this.#keepBeside(json, String(this.records));
    else this.#earlyTotals = [...this.#earlyTotals, json];
  }

  #keepEarlyTotals(): void {
    if (this.#earlyTotals.length === 0) return;
    for (const json of this.#earlyTotals) this.#keepBeside(json, String(this.records));
  }

  #keepBeside(json: string, number: string): void {
    this.#space.kept.keepMade(`${this.#keptBeside || this.#pastRecords ? ',' : ''}${json}:${number}`);
    this.#keptBeside = true;
  }
}

function malformed(): never {
  throw new NotFilterable('not JSON');
}
