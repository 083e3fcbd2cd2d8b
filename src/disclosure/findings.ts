/** What the field filter found in whole records that wait to be taken, so that any number of them can be taken. */
import type { AgreedUse, Plan } from './plan-node.ts';
import type { FoundSubject, Part, Screen, Screened } from './rules.ts';

const NO_UNDECLARED: ReadonlyMap<string, number> = new Map();
const NOTHING_SCREENED: Screened = { conditions: 0, people: [] };

export class Findings {
  readonly plan: Plan;
  /** Members withheld in all records that wait and in the one that is being filtered. */
  withheld = 0;
  subjects: FoundSubject[] = [];
  /** Ids of the nodes above each undeclared member. */
  undeclared: number[] = [];
  /** Records found whole so far that may leave. */
  ended = 0;
  readonly #screen: Screen | undefined;
  #screened: { conditions: number; readonly people: FoundSubject[]; nameless?: number } | undefined;
  /** For each record: bytes kept, withheld, subjects and undeclared up to its end; then its fields in words of bits. */
  #rows: number[] = [];
  readonly #width: number;
  readonly #fields: number[];

  constructor(plan: Plan, screen?: Screen) {
    this.plan = plan;
    this.#screen = screen;
    this.#fields = [0];
    while (this.#fields.length < plan.fieldWords) this.#fields.push(0);
    this.#width = 4 + this.#fields.length;
  }

  get records(): number {
    return this.#rows.length / this.#width;
  }

  /** Notes that an agreed leaf left in the record that is being filtered. */
  left({ word, bit }: AgreedUse): void {
    this.#fields[word] = (this.#fields[word] as number) | bit;
  }

  /** Notes an identifier of a person in the record that is being filtered. */
  find(namespace: string, id: string, who: string): void {
    this.subjects.push({ namespace, id, who, record: this.ended + 1 });
  }

  /** Notes members that the dataset does not declare in objects at a node of the plan. */
  noteUndeclared(node: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.undeclared.push(node);
  }

  /**
   * Decides whether the record that was filtered may leave, and forgets all that was found in it if it may not.
   *
   * INVARIANT: the record is filtered whole before this is asked, so that one that stays and one that goes take the same
   * work, and both questions are asked of each.
   *
   * @param meets the agreement's conditions.
   */
  mayLeave(meets: boolean): boolean {
    if (this.#screen === undefined && meets) return true;
    const subjects = this.subjects.slice(this.#lastRow(2));
    const held = this.#screen?.(subjects) === true;
    if (meets && !held) return true;
    this.#screened ??= { conditions: 0, people: [] };
    if (!meets) this.#screened.conditions += 1;
    if (held) for (const subject of subjects) this.#screened.people.push(subject);
    if (held && subjects.length === 0) this.#screened.nameless = (this.#screened.nameless ?? 0) + 1;
    this.#dropRecord();
    return false;
  }

  /** Ends a record that may leave; `bytes` is all that waits, this record included. */
  endRecord(bytes: number): void {
    this.ended += 1;
    const rows = this.#rows;
    rows.push(bytes, this.withheld, this.subjects.length, this.undeclared.length);
    for (let word = 0; word < this.#fields.length; word += 1) {
      rows.push(this.#fields[word] as number);
      this.#fields[word] = 0;
    }
  }

  /** Bytes that wait up to the end of so many records. */
  bytesOf(records: number): number {
    return this.#rows[(records - 1) * this.#width] ?? 0;
  }

  /** A part of the first so many records, which are forgotten. */
  take(records: number, bytes: Buffer, last: boolean): Part {
    const row = (records - 1) * this.#width;
    const whole = row + this.#width === this.#rows.length;
    const withheld = this.#rows[row + 1] ?? 0;
    const part = {
      bytes,
      records,
      fields: this.#fieldsOf(records),
      withheld,
      undeclared: this.#takeUndeclared(this.#rows[row + 3] ?? 0),
      subjects: this.#takeSubjects(this.#rows[row + 2] ?? 0),
      screened: this.#screened ?? NOTHING_SCREENED,
      last,
    };
    this.#screened = undefined;
    this.withheld -= withheld;
    if (whole) this.#rows = [];
    else this.#forget(row);
    return part;
  }

  #fieldsOf(records: number): readonly string[] {
    const left: string[] = [];
    for (let word = 0; word < this.#fields.length; word += 1) {
      let bits = 0;
      for (let record = 0; record < records; record += 1) {
        bits |= this.#rows[record * this.#width + 4 + word] as number;
      }
      if (this.#fields.length === 1) return this.plan.fieldsLeft(bits);
      left.push(...this.plan.fieldsLeft(bits, word));
    }
    return [...new Set(left)];
  }

  #takeUndeclared(count: number): ReadonlyMap<string, number> {
    if (count === 0) return NO_UNDECLARED;
    const counts = new Map<string, number>();
    for (const node of this.undeclared.splice(0, count)) {
      const parent = this.plan.nodes[node]?.text ?? '';
      counts.set(parent, (counts.get(parent) ?? 0) + 1);
    }
    return counts;
  }

  /** Where a sum of the rows has come to with the last record that may leave. */
  #lastRow(column: number): number {
    return this.#rows[this.#rows.length - this.#width + column] ?? 0;
  }

  #dropRecord(): void {
    this.withheld = this.#lastRow(1);
    this.subjects.length = this.#lastRow(2);
    this.undeclared.length = this.#lastRow(3);
    this.#fields.fill(0);
  }

  #takeSubjects(count: number): FoundSubject[] {
    const taken = this.subjects;
    if (count === taken.length) {
      this.subjects = [];
      return taken;
    }
    return taken.splice(0, count);
  }

  /** Forgets the rows up to this one, and counts the others from there. */
  #forget(row: number): void {
    if (row < 0) return;
    const before = this.#rows.slice(row, row + 4);
    this.#rows = this.#rows.slice(row + this.#width);
    for (let at = 0; at < this.#rows.length; at += this.#width) {
      before.forEach((sum, column) => {
        this.#rows[at + column] = (this.#rows[at + column] as number) - sum;
      });
    }
  }
}
