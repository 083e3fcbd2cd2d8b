/** Filters one scanned record: keeps what is agreed, counts what is not, finds the people it is about. */
import type { Findings } from './findings.ts';
import type { AgreedUse, Equality, Plan, PlanNode, SubjectUse } from './plan.ts';
import { NotFilterable } from './rules.ts';
import {
  ARRAY,
  FALSE,
  KIND,
  KIND_BITS,
  NAME_END,
  NAME_ESCAPED,
  NAME_START,
  NEXT,
  NULL,
  NUMBER,
  OBJECT,
  STRIDE,
  STRING,
  VALUE_END,
  VALUE_ESCAPED,
  VALUE_START,
} from './strict-scanner.ts';
import type { Workspace } from './workspace.ts';

const COMMA = 0x2c;
const COLON = 0x3a;
/** Objects are numbered up to here, then anew, so that their numbers stay small integers. */
const MOST_OBJECTS = 2 ** 30;

type Bind = (value: string) => string;

export class RecordFilter {
  readonly #record: PlanNode;
  readonly #space: Workspace;
  /** The number of the object in which each member was last seen, by node: a second sight is a repeated name. */
  readonly #seenIn: Int32Array;
  #objects = 0;
  /** Whether each equality holds on the way to where the walk stands. */
  readonly #holds: Uint8Array;
  #findings: Findings;
  #bind: Bind = (value) => value;

  constructor(plan: Plan, space: Workspace, findings: Findings) {
    this.#record = plan.record;
    this.#space = space;
    this.#seenIn = new Int32Array(plan.nodes.length);
    this.#holds = new Uint8Array(plan.equalities);
    this.#findings = findings;
  }

  /**
   * Keeps what is agreed of the record that stands on the tape, `{}` at least, and adds what it finds to `findings`.
   *
   * @throws {NotFilterable} this record must not leave.
   */
  filter(findings: Findings, bind: Bind): void {
    this.#findings = findings;
    this.#bind = bind;
    const space = this.#space;
    const tape = space.tape;
    if (((tape[KIND] as number) & KIND_BITS) !== OBJECT) throw new NotFilterable('a record is not an object');
    if (this.#object(this.#record, 0)) return;
    space.keep(tape[VALUE_START] as number, (tape[VALUE_START] as number) + 1);
    space.keep((tape[VALUE_END] as number) - 1, tape[VALUE_END] as number);
  }

  /** Walks an object; true where something of it was kept. */
  #object(node: PlanNode, at: number): boolean {
    const space = this.#space;
    const tape = space.tape;
    const findings = this.#findings;
    for (const equality of node.equalities) {
      this.#holds[equality.id] = this.#meets(equality, at) ? 1 : 0;
    }
    const number = this.#nextObject();
    const start = tape[at + VALUE_START] as number;
    const end = tape[at + NEXT] as number;
    const { kept, lastKeptEnd, length } = space;
    let any = false;
    let before: PlanNode | undefined;
    space.keep(start, start + 1);
    for (let member = at + STRIDE; member < end; member = tape[member + NEXT] as number) {
      const known = this.#named(node, before, member);
      if (node.declared && known?.declared !== true) findings.undeclared.push(node.id);
      const withheld = findings.withheld + 1;
      if (known !== undefined) {
        if (this.#seenIn[known.id] === number) throw new NotFilterable('a name that matters stands twice');
        this.#seenIn[known.id] = number;
        before = known;
        if (this.#member(known, member, any)) {
          any = true;
          continue;
        }
      }
      findings.withheld = withheld;
    }
    if (!any) {
      // INVARIANT: what no agreement names leaves no trace, not even `{}`.
      space.forget(kept, lastKeptEnd, length);
      return false;
    }
    const close = tape[at + VALUE_END] as number;
    space.keep(close - 1, close);
    return true;
  }

  /** Walks the value of a known member; keeps its name with what is kept of it. */
  #member(node: PlanNode, at: number, afterOther: boolean): boolean {
    if (node.leaf) return this.#leaf(node, at, afterOther);
    const space = this.#space;
    const kind = (space.tape[at + KIND] as number) & KIND_BITS;
    if (kind !== OBJECT && kind !== ARRAY) return false;
    const { kept, lastKeptEnd, length } = space;
    if (node.releases) this.#keepName(at, afterOther);
    if (kind === OBJECT ? this.#object(node, at) : this.#array(node, at)) return true;
    space.forget(kept, lastKeptEnd, length);
    return false;
  }

  /** Walks an array on the way to leaves; only elements of which something is kept stay. */
  #array(node: PlanNode, at: number): boolean {
    const space = this.#space;
    const tape = space.tape;
    const start = tape[at + VALUE_START] as number;
    const end = tape[at + NEXT] as number;
    let any = false;
    space.keep(start, start + 1);
    for (let element = at + STRIDE; element < end; element = tape[element + NEXT] as number) {
      const kind = (tape[element + KIND] as number) & KIND_BITS;
      if (kind !== OBJECT && kind !== ARRAY) continue;
      const { kept, lastKeptEnd, length } = space;
      if (any) this.#keepComma(tape[element + VALUE_START] as number);
      if (kind === OBJECT ? this.#object(node, element) : this.#array(node, element)) any = true;
      else space.forget(kept, lastKeptEnd, length);
    }
    const close = tape[at + VALUE_END] as number;
    space.keep(close - 1, close);
    return any;
  }

  #leaf(node: PlanNode, at: number, afterOther: boolean): boolean {
    const kind = (this.#space.tape[at + KIND] as number) & KIND_BITS;
    // INVARIANT: an object where a scalar was declared does not leave, nor its record.
    if (kind >= OBJECT) this.#refuseObjects(at);
    for (const subject of node.subjects) {
      if (this.#allHold(subject.needs)) this.#find(subject, at);
    }
    for (const use of node.agreed) {
      if (!this.#allHold(use.needs)) continue;
      this.#keepName(at, afterOther);
      this.#show(use, at, kind);
      this.#findings.left(use.index);
      return true;
    }
    return false;
  }

  /** Keeps a value as its agreement shows it: a scalar, or an array of such. */
  #show(use: AgreedUse, at: number, kind: number): void {
    const space = this.#space;
    if (kind === ARRAY) {
      this.#showEach(use, at);
    } else if (use.reveal !== undefined) {
      this.#reveal(use, use.reveal, at, kind);
    } else {
      // INVARIANT: values are not altered; the text of the value leaves byte for byte.
      if (((space.tape[at + KIND] as number) & VALUE_ESCAPED) !== 0) this.#textOf(at);
      space.keep(space.tape[at + VALUE_START] as number, space.tape[at + VALUE_END] as number);
    }
  }

  #showEach(use: AgreedUse, at: number): void {
    const space = this.#space;
    const tape = space.tape;
    const start = tape[at + VALUE_START] as number;
    const close = tape[at + VALUE_END] as number;
    const end = tape[at + NEXT] as number;
    space.keep(start, start + 1);
    for (let element = at + STRIDE; element < end; element = tape[element + NEXT] as number) {
      if (element > at + STRIDE) this.#keepComma(tape[element + VALUE_START] as number);
      this.#show(use, element, (tape[element + KIND] as number) & KIND_BITS);
    }
    space.keep(close - 1, close);
  }

  #reveal(use: AgreedUse, reveal: NonNullable<AgreedUse['reveal']>, at: number, kind: number): void {
    const space = this.#space;
    if (kind === NULL && !use.answersNull) {
      space.keep(space.tape[at + VALUE_START] as number, space.tape[at + VALUE_END] as number);
      return;
    }
    const text = kind === NULL ? '' : this.#textOf(at);
    if (kind === NULL || (use.asksPresence && (kind === FALSE || text === ''))) {
      space.keepMade('"no"');
      return;
    }
    const value = use.normalise(text);
    const shown = value === undefined ? undefined : reveal(value, this.#bind);
    if (!shown?.isWellFormed()) throw new NotFilterable('a value is not of the kind that its reveal needs');
    space.keepMade(JSON.stringify(shown));
  }

  #find(subject: SubjectUse, at: number): void {
    const tape = this.#space.tape;
    const end = tape[at + NEXT] as number;
    for (let value = at; value < end; value += STRIDE) {
      const kind = (tape[value + KIND] as number) & KIND_BITS;
      if (kind !== STRING && kind !== NUMBER) continue;
      const text = this.#textOf(value);
      if (text === '') continue;
      const id = subject.normalise(text) ?? text.normalize('NFC');
      this.#findings.subjects.push({ namespace: subject.namespace, id });
    }
  }

  #refuseObjects(at: number): void {
    const tape = this.#space.tape;
    const end = tape[at + NEXT] as number;
    for (let value = at; value < end; value += STRIDE) {
      if (((tape[value + KIND] as number) & KIND_BITS) === OBJECT) {
        throw new NotFilterable('an object stands where a scalar was declared');
      }
    }
  }

  /** The known member that this name means, if any; guesses by what came after `before` last time. */
  #named(node: PlanNode, before: PlanNode | undefined, at: number): PlanNode | undefined {
    const tape = this.#space.tape;
    const start = tape[at + NAME_START] as number;
    const length = (tape[at + NAME_END] as number) - start;
    if (((tape[at + KIND] as number) & NAME_ESCAPED) !== 0) {
      return node.members.get(this.#decode(start, start + length));
    }
    const guess = before === undefined ? node.first : before.next;
    if (guess !== undefined && this.#stands(guess.quotedName, start, length)) return guess;
    if (length >= node.byLength.length) return undefined;
    const found = node.byLength[length]?.find((member) => this.#stands(member.quotedName, start, length));
    if (found === undefined) return undefined;
    if (before === undefined) node.first = found;
    else before.next = found;
    return found;
  }

  #meets(equality: Equality, at: number): boolean {
    const tape = this.#space.tape;
    const end = tape[at + NEXT] as number;
    for (let member = at + STRIDE; member < end; member = tape[member + NEXT] as number) {
      if (!this.#isNamed(equality.member, member)) continue;
      const start = tape[member + VALUE_START] as number;
      const length = (tape[member + VALUE_END] as number) - start;
      const flags = tape[member + KIND] as number;
      if ((flags & VALUE_ESCAPED) !== 0) return this.#decode(start, start + length) === equality.equals;
      return (flags & KIND_BITS) === STRING && this.#stands(equality.quoted, start, length);
    }
    return false;
  }

  #isNamed(node: PlanNode, at: number): boolean {
    const tape = this.#space.tape;
    const start = tape[at + NAME_START] as number;
    const end = tape[at + NAME_END] as number;
    if (((tape[at + KIND] as number) & NAME_ESCAPED) !== 0) return this.#decode(start, end) === node.name;
    return this.#stands(node.quotedName, start, end - start);
  }

  #stands(expected: Uint8Array, start: number, length: number): boolean {
    if (expected.length !== length) return false;
    const bytes = this.#space.bytes;
    for (let index = 1; index < length; index += 1) {
      if (bytes[start + index] !== expected[index]) return false;
    }
    return true;
  }

  #allHold(needs: readonly number[]): boolean {
    for (const id of needs) if (this.#holds[id] === 0) return false;
    return true;
  }

  /** The text that a scalar means: a string decoded, anything else as it stands. */
  #textOf(at: number): string {
    const space = this.#space;
    const start = space.tape[at + VALUE_START] as number;
    const end = space.tape[at + VALUE_END] as number;
    const flags = space.tape[at + KIND] as number;
    if ((flags & KIND_BITS) !== STRING) return space.buffer.toString('latin1', start, end);
    if ((flags & VALUE_ESCAPED) === 0) return space.buffer.toString('utf8', start + 1, end - 1);
    const text = this.#decode(start, end);
    if (!text.isWellFormed()) throw new NotFilterable('a value that matters holds a lone surrogate');
    return text;
  }

  #decode(start: number, end: number): string {
    return decodeString(this.#space, start, end);
  }

  #keepName(at: number, afterOther: boolean): void {
    const space = this.#space;
    const start = space.tape[at + NAME_START] as number;
    const end = space.tape[at + NAME_END] as number;
    if (afterOther) this.#keepComma(start);
    if (space.bytes[end] === COLON && space.tape[at + VALUE_START] === end + 1) {
      space.keep(start, end + 1);
      return;
    }
    space.keep(start, end);
    space.keepColon();
  }

  /** Keeps a comma, if it can the one that stands right before `start`. */
  #keepComma(start: number): void {
    const space = this.#space;
    if (space.bytes[start - 1] === COMMA) space.keep(start - 1, start);
    else space.keepComma();
  }

  #nextObject(): number {
    this.#objects += 1;
    if (this.#objects < MOST_OBJECTS) return this.#objects;
    this.#seenIn.fill(0);
    this.#objects = 1;
    return 1;
  }
}

/** The text of a JSON string that stands in the window, quotes included. */
export function decodeString(space: Workspace, start: number, end: number): string {
  return JSON.parse(space.buffer.toString('utf8', start, end)) as string;
}
