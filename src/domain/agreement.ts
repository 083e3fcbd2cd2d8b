/** A sharing agreement: the file that permits. Legal and descriptive parts are kept as the file has them. */
import type { FieldPath } from '../encoding/field-path.ts';
import type { AgreementWords } from './agreement-words.ts';
import type { Field } from './dataset.ts';
import type { Contact } from './organisation.ts';

export interface Agreement {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the file's exact bytes, lower-case hexadecimal. */
  readonly sha256: string;
  readonly title: string;
  readonly provider: string;
  readonly consumer: string;
  readonly purpose: string;
  readonly dataset: string;
  /** Names of operations. */
  readonly operations: readonly string[];
  /** Names of lookups. */
  readonly lookups: readonly string[];
  /** Leaves that leave, `must never see` already taken out, parent paths already expanded. */
  readonly fields: readonly AgreedField[];
  /** Names outside the records that leave, e.g. "total". */
  readonly wrapper: readonly string[];
  readonly roles: readonly string[];
  readonly systems: readonly string[];
  readonly person: 'proved by the sign-in' | 'stated by the system' | 'not needed';
  readonly secondFactor: boolean;
  readonly mustGive: { readonly reason: boolean; readonly caseReference: boolean };
  readonly reasonsAllowed: readonly string[];
  readonly limits: Limits;
  /** The instants between which it can be in force: local midnights of Europe/London as UTC milliseconds. */
  readonly startsAtMs: number;
  /** The first instant after its last day. */
  readonly endsAtMs: number;
  readonly signedByBoth: boolean;
  readonly basis: { readonly provider: string; readonly consumer: string };
  /** Kinds of special category data that it discloses, by inference or outright. */
  readonly specialCategories: readonly string[];
  readonly keepFor: string;
  readonly onwardSharing: string;
  readonly contact: Contact;
  readonly examples: readonly Example[];
  /** The file's sections as people wrote them. */
  readonly words: AgreementWords;
}

export interface AgreedField {
  /** With the agreement's equalities. */
  readonly path: FieldPath;
  readonly field: Field;
  readonly show: Show;
}

/** How a field is shown. For `yes or no`, the values that mean each word; without lists, whether there is a value. */
export type Show =
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

export interface Limits {
  /** Most records in one answer. */
  readonly records: number;
  readonly byPerson: Rate | undefined;
  readonly byOrganisation: Rate | undefined;
}

/** So many in each clock hour or calendar day of Europe/London. */
export interface Rate {
  readonly most: number;
  readonly per: 'hour' | 'day';
}

export interface Example {
  readonly name: string;
  readonly as: string;
  readonly asksTo: string;
  readonly using: ReadonlyMap<string, string>;
  readonly reason: string | undefined;
  readonly caseReference: string | undefined;
  readonly answer: 'released' | 'refused';
  readonly because: string | undefined;
  readonly theySee: ReadonlyMap<string, string>;
  readonly theyDoNotSee: readonly string[];
}
