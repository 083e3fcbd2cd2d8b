/** What may leave of one operation's answer under one agreement: the input of the field filter, compiled once. */
import type { FieldPath } from '../encoding/field-path.ts';
import type { Show } from '../encoding/show.ts';

export interface DisclosureRules {
  readonly answer: 'one record' | 'many records';
  /** Names from the root of the answer to the record, or to the array of records; empty: the root itself. */
  readonly recordPath: readonly string[];
  /** Every leaf that the dataset declares, so that an object where a scalar was declared is noticed. */
  readonly declared: readonly FieldPath[];
  readonly agreed: readonly AgreedLeaf[];
  /** Where the identifiers of people stand in a record, agreed or withheld. */
  readonly subjects: readonly SubjectPath[];
  /** What a record must hold to leave: all of them, or it leaves no trace. */
  readonly conditions: readonly RecordCondition[];
  /** Members beside the records, outside any record, that leave: what each is. */
  readonly wrapper: ReadonlyMap<string, 'total' | 'page number' | 'page size'>;
  /** Most bytes of one record as it arrives. */
  readonly mostRecordBytes: number;
  /** Most objects and arrays inside one another, counted from the root of the answer. */
  readonly mostDepth: number;
}

export interface AgreedLeaf {
  /** The declared field's name, as the log writes it. */
  readonly name: string;
  /** With the agreement's equalities. */
  readonly path: FieldPath;
  readonly show: Show;
  /** Name of the value's kind: the namespace of matching codes. */
  readonly kind: string;
  /** The value in its kind's one spelling, or undefined where it is not of its kind. Not used for `in full`. */
  readonly normalise: (text: string) => string | undefined;
}

export interface SubjectPath {
  /** Who this is to the record: "holder", "parent". */
  readonly who: string;
  readonly path: FieldPath;
  readonly namespace: string;
  readonly normalise: (text: string) => string | undefined;
}

/** A record meets it where a string, number or truth value at the path, in its kind's one spelling, is among these. */
export interface RecordCondition {
  readonly path: FieldPath;
  readonly among: ReadonlySet<string>;
  readonly normalise: (text: string) => string | undefined;
}

/** An identifier of a person, as a screen sees it. */
export interface RecordSubject {
  readonly namespace: string;
  readonly id: string;
  readonly who: string;
}

/** An identifier found in a record that left, in the order of the record's text. */
export interface FoundSubject extends RecordSubject {
  /** Number of the record among those of the answer that may leave, from 1. */
  readonly record: number;
}

/** True for the subjects of a record that must leave no trace. */
export type Screen = (subjects: readonly RecordSubject[]) => boolean;

/** Records that left no trace, for the sealed row only. */
export interface Screened {
  /** Records that did not meet the conditions. */
  readonly conditions: number;
  /** The identifiers in records whose subjects the screen held back. */
  readonly people: readonly RecordSubject[];
  /** Records that the screen held back although they name nobody: somebody was asked with. */
  readonly nameless?: number;
}

/** How records stand in the bytes of an answer: RFC 8259, one JSON text to a line, RFC 4180 with a header row. */
export type AnswerFormat = 'json' | 'ndjson' | 'csv';

/** What became certain of an answer: whole records, filtered. */
export interface Part {
  /** Bytes to release, valid only when joined in order with the other parts of the same answer. */
  readonly bytes: Buffer;
  readonly records: number;
  /** Names of the agreed leaves that stand in `bytes`, in the order of the rules. */
  readonly fields: readonly string[];
  /** Members whose value did not leave, counted at the highest withheld name. */
  readonly withheld: number;
  /** Members that the dataset does not declare, by the declared parent above them ('' for the record itself). */
  readonly undeclared: ReadonlyMap<string, number>;
  readonly subjects: readonly FoundSubject[];
  /** What was screened since the part before this one. Nothing else in a part tells of it. */
  readonly screened: Screened;
  /** True for the part that ends the answer. */
  readonly last: boolean;
}

/** One answer on its way through the filter. */
export interface FilterSession {
  /** Records found whole so far that may leave, taken or not. */
  readonly records: number;
  /** Agreed bytes that wait to be taken. */
  readonly waitingBytes: number;
  /** Whole records that wait to be taken. */
  readonly waitingRecords: number;
  /**
   * Takes the next bytes of the answer. Holds no reference to `chunk` after it returns.
   *
   * @throws {NotFilterable} the answer cannot be filtered with certainty; nothing more may be taken.
   */
  write(chunk: Uint8Array): void;
  /** @throws {NotFilterable} the answer is not whole. */
  end(): void;
  /**
   * The whole records that wait (after `end`, also what closes the answer, if nothing else waits). At most
   * `mostRecords` and `mostBytes`, where given, but never less than one record. An answer of one record is taken after
   * its end; where its record was screened there are no bytes to take.
   */
  take(mostRecords?: number, mostBytes?: number): Part;
}

/** What reveals need to know of the exchange in which they show a value. */
export interface RevealInputs {
  /** The date in London on the day of the exchange: `2026-11-23`. */
  readonly today: string;
  /** For `bound to this agreement`: the reference that only this caller may use again. */
  readonly bind: (value: string) => string;
  /** For `matching code`: the code of a value in its namespace, the same for the same value under one agreement only. */
  readonly matchingCode: (namespace: string, value: string) => string;
}

export interface Disclosure {
  /**
   * @param inputs what the reveals need to know of the exchange.
   * @param screen looks at the subjects of each whole, filtered record; undefined where nobody is held back.
   * @param format of the answer that comes; JSON unless said.
   */
  start(inputs: RevealInputs, screen?: Screen, format?: AnswerFormat): FilterSession;
}

/** The answer cannot be filtered with certainty. The message says why and holds nothing of the answer. */
export class NotFilterable extends Error {
  override readonly name = 'NotFilterable';
}
