/** Filters one scanned record: keeps what is agreed, counts what is not, finds the people it is about. */
import { Equalities } from './equalities.ts';
import type { Findings } from './findings.ts';
import type { KeptRanges } from './kept-ranges.ts';
import {
  ARRAY,
  ENTRY,
  ENTRY_DROPPED,
  ENTRY_KIND,
  ENTRY_NAME_END,
  ENTRY_NAME_START,
  ENTRY_NEXT,
  ENTRY_NODE,
  ENTRY_VALUE_END,
  ENTRY_VALUE_START,
  FALSE,
  KIND_BITS,
  NODE,
  NULL,
  NUMBER,
  OBJECT,
  PLAN,
  STRING,
  VALUE_ESCAPED,
} from './layout.ts';
import type { AgreedUse, ConditionUse, Plan, PlanNode, SubjectUse } from './plan-node.ts';
import { RowConditions } from './row-conditions.ts';
import { NotFilterable, type RevealInputs } from './rules.ts';
import { shownText } from './shown-text.ts';
import type { Workspace } from './workspace.ts';

/** The tape is read word by word here: an entry is known by the index of its first word. */
const STRIDE = ENTRY >> 2;
const NAME_START = ENTRY_NAME_START >> 2;
const NAME_END = ENTRY_NAME_END >> 2;
const VALUE_START = ENTRY_VALUE_START >> 2;
const VALUE_END = ENTRY_VALUE_END >> 2;
const NEXT = ENTRY_NEXT >> 2;
const KIND = ENTRY_KIND >> 2;
const DROPPED = ENTRY_DROPPED >> 2;

const COMMA = 0x2c;
const COLON = 0x3a;

/** Until the first record comes. */
const NO_INPUTS: RevealInputs = { today: '', bind: () => '', matchingCode: () => '' };

export class RecordFilter {
  readonly #nodes: readonly PlanNode[];
  readonly #record: PlanNode;
  readonly #space: Workspace;
  readonly #kept: KeptRanges;
  readonly #equalities: Equalities;
  readonly #conditions: RowConditions;
  #words: Int32Array;
  #findings: Findings;
  #inputs = NO_INPUTS;

  constructor(plan: Plan, space: Workspace, findings: Findings) {
    this.#nodes = plan.nodes;
    this.#record = plan.record;
    this.#space = space;
    this.#words = space.memory.words;
    this.#kept = space.kept;
    this.#equalities = new Equalities(plan.equalities, space);
    this.#conditions = new RowConditions(plan.conditions);
    this.#findings = findings;
  }

  /**
   * Keeps what is agreed of the record that stands on the tape, `{}` at least, and adds what it finds to `findings`.
   *
   * @returns whether the record meets the conditions.
   * @throws {NotFilterable} this record must not leave.
   */
  filter(findings: Findings, inputs: RevealInputs): boolean {
    const kept = this.#kept;
    const { words, tape } = this.#space.memory;
    const at = tape >> 2;
    this.#words = words;
    this.#findings = findings;
    this.#inputs = inputs;
    if (words[at + KIND] !== OBJECT) throw new NotFilterable('a record is not an object');
    this.#conditions.begin();
    if (!this.#object(this.#record, at)) {
      kept.keep(words[at + VALUE_START] as number, (words[at + VALUE_START] as number) + 1);
      kept.keep((words[at + VALUE_END] as number) - 1, words[at + VALUE_END] as number);
    }
    return this.#conditions.allMet;
  }

  /** Walks an object; true where something of it was kept. */
  #object(node: PlanNode, at: number): boolean {
    const kept = this.#kept;
    const words = this.#words;
    const findings = this.#findings;
    if (node.equalities.length > 0) this.#equalities.test(node, at);
    const start = words[at + VALUE_START] as number;
    const end = (words[at + NEXT] as number) >> 2;
    const { kept: mark, lastEnd, length } = kept;
    let any = false;
    findings.withheld += words[at + DROPPED] as number;
    kept.keep(start, start + 1);
    for (let entry = at + STRIDE; entry < end; entry = (words[entry + NEXT] as number) >> 2) {
      const member = this.#nodes[((words[entry + (ENTRY_NODE >> 2)] as number) - PLAN) / NODE] as PlanNode;
      if (member.plain !== undefined && (words[entry + KIND] as number) < OBJECT) {
        findings.left(member.plain);
        this.#keepMember(entry, any);
        any = true;
        continue;
      }
      const withheld = findings.withheld + 1;
      if (member.leaf ? this.#leaf(member, entry, any) : this.#parent(member, entry, any)) any = true;
      else findings.withheld = withheld;
    }
    if (!any) {
      // INVARIANT: what no agreement names leaves no trace, not even `{}`.
      kept.forget(mark, lastEnd, length);
      return false;
    }
    const close = words[at + VALUE_END] as number;
    kept.keep(close - 1, close);
    return true;
  }

  /** Walks a member on the way to leaves; keeps its name with what is kept of it. */
  #parent(node: PlanNode, at: number, afterOther: boolean): boolean {
    const kept = this.#kept;
    const kind = this.#words[at + KIND];
    if (kind !== OBJECT && kind !== ARRAY) return false;
    const { kept: mark, lastEnd, length } = kept;
    if (node.releases) this.#keepName(at, afterOther);
    if (kind === OBJECT ? this.#object(node, at) : this.#array(node, at)) return true;
    kept.forget(mark, lastEnd, length);
    return false;
  }

  /** Walks an array on the way to leaves; only elements of which something is kept stay. */
  #array(node: PlanNode, at: number): boolean {
    const kept = this.#kept;
    const words = this.#words;
    const start = words[at + VALUE_START] as number;
    const end = (words[at + NEXT] as number) >> 2;
    let any = false;
    kept.keep(start, start + 1);
    for (let element = at + STRIDE; element < end; element = (words[element + NEXT] as number) >> 2) {
      const kind = words[element + KIND];
      if (kind !== OBJECT && kind !== ARRAY) continue;
      const { kept: mark, lastEnd, length } = kept;
      if (any) this.#keepComma(words[element + VALUE_START] as number);
      if (kind === OBJECT ? this.#object(node, element) : this.#array(node, element)) any = true;
      else kept.forget(mark, lastEnd, length);
    }
    const close = words[at + VALUE_END] as number;
    kept.keep(close - 1, close);
    return any;
  }

  /** A scalar or an array of scalars: the scanner has seen to that. */
  #leaf(node: PlanNode, at: number, afterOther: boolean): boolean {
    for (let index = 0; index < node.subjects.length; index += 1) {
      this.#find(node.subjects[index] as SubjectUse, at);
    }
    for (let index = 0; index < node.conditions.length; index += 1) {
      this.#test(node.conditions[index] as ConditionUse, at);
    }
    for (let index = 0; index < node.agreed.length; index += 1) {
      const use = node.agreed[index] as AgreedUse;
      if (!this.#equalities.allHold(use.needs)) continue;
      this.#findings.left(use);
      this.#keepName(at, afterOther);
      this.#show(use, at);
      return true;
    }
    return false;
  }

  /** Keeps a value as its agreement shows it. */
  #show(use: AgreedUse, at: number): void {
    const words = this.#words;
    const kind = words[at + KIND] as number;
    if (kind === ARRAY) {
      this.#showEach(use, at);
    } else if (use.reveal !== undefined) {
      this.#reveal(use, at);
    } else {
      // INVARIANT: values are not altered; the text of the value leaves byte for byte.
      if ((kind & VALUE_ESCAPED) !== 0) this.#textOf(at);
      this.#kept.keep(words[at + VALUE_START] as number, words[at + VALUE_END] as number);
    }
  }

  #showEach(use: AgreedUse, at: number): void {
    const kept = this.#kept;
    const words = this.#words;
    const start = words[at + VALUE_START] as number;
    const close = words[at + VALUE_END] as number;
    const end = (words[at + NEXT] as number) >> 2;
    kept.keep(start, start + 1);
    for (let element = at + STRIDE; element < end; element = (words[element + NEXT] as number) >> 2) {
      if (element > at + STRIDE) this.#keepComma(words[element + VALUE_START] as number);
      this.#show(use, element);
    }
    kept.keep(close - 1, close);
  }

  #reveal(use: AgreedUse, at: number): void {
    const kept = this.#kept;
    const kind = (this.#words[at + KIND] as number) & KIND_BITS;
    if (kind === NULL && use.whenNull === undefined) {
      kept.keep(this.#words[at + VALUE_START] as number, this.#words[at + VALUE_END] as number);
      return;
    }
    const text = kind === NULL ? undefined : this.#textOf(at);
    const isThere = text !== undefined && text !== '' && kind !== FALSE;
    kept.keepMade(JSON.stringify(shownText(use, text, isThere, this.#inputs)));
  }

  #test(condition: ConditionUse, at: number): void {
    const words = this.#words;
    const end = (words[at + NEXT] as number) >> 2;
    for (let value = at; value < end; value += STRIDE) {
      const kind = (words[value + KIND] as number) & KIND_BITS;
      if (kind !== NULL && kind < OBJECT) this.#conditions.test(condition, this.#textOf(value));
    }
  }

  #find(subject: SubjectUse, at: number): void {
    if (!this.#equalities.allHold(subject.needs)) return;
    const words = this.#words;
    const end = (words[at + NEXT] as number) >> 2;
    for (let value = at; value < end; value += STRIDE) {
      const kind = (words[value + KIND] as number) & KIND_BITS;
      if (kind !== STRING && kind !== NUMBER) continue;
      const text = this.#textOf(value);
      if (text === '') continue;
      const id = subject.normalise(text) ?? text.normalize('NFC');
      this.#findings.find(subject.namespace, id, subject.who);
    }
  }

  /** The text that a scalar means: a string decoded, anything else as it stands. */
  #textOf(at: number): string {
    const start = this.#words[at + VALUE_START] as number;
    const end = this.#words[at + VALUE_END] as number;
    const kind = this.#words[at + KIND] as number;
    if ((kind & KIND_BITS) !== STRING) return this.#space.text(start, end);
    if ((kind & VALUE_ESCAPED) === 0) return this.#space.text(start + 1, end - 1);
    const text = this.#space.decode(start, end);
    if (!text.isWellFormed()) throw new NotFilterable('a value that matters holds a lone surrogate');
    return text;
  }

  /** Keeps a name and its scalar: mostly one range, with the comma before it. */
  #keepMember(at: number, afterOther: boolean): void {
    const { bytes } = this.#space.memory;
    const words = this.#words;
    const start = words[at + NAME_START] as number;
    const end = words[at + NAME_END] as number;
    const value = words[at + VALUE_START] as number;
    if (afterOther && bytes[start - 1] === COMMA && bytes[end] === COLON && value === end + 1) {
      this.#kept.keep(start - 1, words[at + VALUE_END] as number);
    } else {
      this.#keepName(at, afterOther);
      this.#kept.keep(value, words[at + VALUE_END] as number);
    }
  }

  #keepName(at: number, afterOther: boolean): void {
    const kept = this.#kept;
    const words = this.#words;
    let start = words[at + NAME_START] as number;
    const end = words[at + NAME_END] as number;
    if (afterOther) {
      if (this.#space.memory.bytes[start - 1] === COMMA) start -= 1;
      else kept.keepComma();
    }
    if (this.#space.memory.bytes[end] === COLON && words[at + VALUE_START] === end + 1) {
      kept.keep(start, end + 1);
      return;
    }
    kept.keep(start, end);
    kept.keepColon();
  }

  /** Keeps a comma, if it can the one that stands right before `start`. */
  #keepComma(start: number): void {
    const kept = this.#kept;
    if (this.#space.memory.bytes[start - 1] === COMMA) kept.keep(start - 1, start);
    else kept.keepComma();
  }
}
