/** What may leave of one operation's answer under one agreement: the input of the field filter, compiled once. */
import type { FieldPath } from '../encoding/field-path.ts';

export interface DisclosureRules {
  readonly answer: 'one record' | 'many records';
  /** Names from the root of the answer to the record, or to the array of records; empty: the root itself. */
  readonly recordPath: readonly string[];
  /** Every leaf that the dataset declares, so that an object where a scalar was declared is noticed. */
  readonly declared: readonly FieldPath[];
  readonly agreed: readonly AgreedLeaf[];
  /** Where the identifiers of people stand in a record, agreed or withheld. */
  readonly subjects: readonly SubjectPath[];
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
  readonly show: ShownAs;
  /** The value in its kind's one spelling, or undefined where it is not of its kind. Not used for `in full`. */
  readonly normalise: (text: string) => string | undefined;
}

export type ShownAs =
  | {
      readonly as:
        | 'in full'
        | 'initials'
        | 'year'
        | 'first half'
        | 'last 4 characters'
        | 'bound to this agreement';
    }
  | {
      readonly as: 'yes or no';
      readonly yesWhen?: readonly string[];
      readonly notYetWhen?: readonly string[];
    };

export interface SubjectPath {
  readonly path: FieldPath;
  readonly namespace: string;
  readonly normalise: (text: string) => string | undefined;
}

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
  readonly subjects: readonly { readonly namespace: string; readonly id: string }[];
  /** True for the part that ends the answer. */
  readonly last: boolean;
}

/** One answer on its way through the filter. */
export interface FilterSession {
  /** Records found whole so far, released or not. */
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
   * `mostRecords` and `mostBytes`, where given, but never less than one record.
   */
  take(mostRecords?: number, mostBytes?: number): Part;
}

export interface Disclosure {
  /** @param bind for `bound to this agreement`: the reference that only this caller may use again. */
  start(bind: (value: string) => string): FilterSession;
}

/** The answer cannot be filtered with certainty. The message says why and holds nothing of the answer. */
export class NotFilterable extends Error {
  override readonly name = 'NotFilterable';
}
