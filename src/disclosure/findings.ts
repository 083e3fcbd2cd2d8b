/** What the field filter found in whole records that wait to be taken, so that any number of them can be taken. */
import type { Plan } from './plan.ts';
import type { Part } from './rules.ts';

const BITS = 30;
const NO_UNDECLARED: ReadonlyMap<string, number> = new Map();

type Subject = Part['subjects'][number];

/** The facts of a part, all but its bytes. */
export type Facts = Omit<Part, 'bytes' | 'last'>;

export class Findings {
  /** Members withheld since the last `takeAll` or `takeSome`, over all records. */
  withheld = 0;
  subjects: Subject[] = [];
  /** The node above each undeclared member. */
  undeclared: number[] = [];
  readonly #plan: Plan;
  /** For each record: bytes kept, withheld, subjects and undeclared up to its end; then its fields in words of bits. */
  #rows: number[] = [];
  readonly #width: number;
  readonly #fields: number[];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#fields = new Array(Math.ceil(plan.fieldNames.length / BITS)).fill(0);
    this.#width = 4 + this.#fields.length;
  }

  get records(): number {
    return this.#rows.length / this.#width;
  }

  /** Notes that the agreed leaf of this index left in the record that is being filtered. */
  left(index: number): void {
    const word = (index / BITS) | 0;
    this.#fields[word] = (this.#fields[word] as number) | (1 << (index - word * BITS));
  }

  /** Ends a record; `bytes` is all that waits, this record included. */
  endRecord(bytes: number): void {
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

  /** The facts of the first so many records, which are forgotten. */
  take(records: number): Facts {
    const row = (records - 1) * this.#width;
    const bytes = this.#rows[row] ?? 0;
    const withheld = this.#rows[row + 1] ?? 0;
    const subjects = this.#rows[row + 2] ?? 0;
    const undeclared = this.#rows[row + 3] ?? 0;
    const facts = {
      records,
      fields: this.#fieldsOf(records),
      withheld,
      undeclared: this.#undeclaredOf(undeclared),
      subjects: this.#takeSubjects(subjects),
    };
    this.#forget(records, bytes, withheld, subjects, undeclared);
    return facts;
  }

  #fieldsOf(records: number): readonly string[] {
    const names = this.#plan.fieldNames;
    const left: string[] = [];
    for (let word = 0; word < this.#fields.length; word += 1) {
      let bits = 0;
      for (let record = 0; record < records; record += 1) {
        bits |= this.#rows[record * this.#width + 4 + word] as number;
      }
      for (let bit = 0; bits !== 0; bit += 1, bits >>>= 1) {
        if ((bits & 1) === 1) left.push(names[word * BITS + bit] as string);
      }
    }
    return left;
  }

  #undeclaredOf(count: number): ReadonlyMap<string, number> {
    if (count === 0) return NO_UNDECLARED;
    const counts = new Map<string, number>();
    for (let index = 0; index < count; index += 1) {
      const parent = this.#plan.nodes[this.undeclared[index] as number]?.text ?? '';
      counts.set(parent, (counts.get(parent) ?? 0) + 1);
    }
    return counts;
  }

  #takeSubjects(count: number): Subject[] {
    const taken = this.subjects;
    if (count === taken.length) {
      this.subjects = [];
      return taken;
    }
    return taken.splice(0, count);
  }

  #forget(records: number, bytes: number, withheld: number, subjects: number, undeclared: number): void {
    this.withheld -= withheld;
    this.undeclared = undeclared === this.undeclared.length ? [] : this.undeclared.slice(undeclared);
    this.#rows = this.#rows.slice(records * this.#width);
    const rows = this.#rows;
    for (let row = 0; row < rows.length; row += this.#width) {
      rows[row] = (rows[row] as number) - bytes;
      rows[row + 1] = (rows[row + 1] as number) - withheld;
      rows[row + 2] = (rows[row + 2] as number) - subjects;
      rows[row + 3] = (rows[row + 3] as number) - undeclared;
    }
  }
}
