/** A sharing agreement: the file that permits. Legal and descriptive parts are kept as the file has them. */
import type { FieldPath } from '../encoding/field-path.ts';
import type { Show } from '../encoding/show.ts';
import type { AgreementWords } from './agreement-words.ts';
import type { Field } from './dataset.ts';
import type { EmergencyAccess, PlaceRule, TrainingRule } from './evidence.ts';
import type { Hours } from './hours.ts';
import type { Contact } from './organisation.ts';

export interface Agreement {
  readonly id: string;
  readonly version: number;
  /** SHA-256 of the file's exact bytes, lower-case hexadecimal; under a protocol, of both files' (docs/formats/protocol.md). */
  readonly sha256: string;
  /** Id of the protocol under which it stands. */
  readonly protocol: string | undefined;
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
  /** What a record must hold to leave: all of them. */
  readonly rowConditions: readonly RowCondition[];
  /** Names outside the records that leave, e.g. "total". */
  readonly wrapper: readonly string[];
  readonly roles: readonly string[];
  readonly systems: readonly string[];
  readonly person: 'proved by the sign-in' | 'stated by the system' | 'not needed';
  readonly secondFactor: boolean;
  readonly mustGive: {
    readonly reason: boolean;
    readonly caseReference: boolean;
    readonly consentReference: boolean;
  };
  readonly reasonsAllowed: readonly string[];
  /** Undefined: at any time. */
  readonly hours: Hours | undefined;
  readonly place: PlaceRule | undefined;
  readonly training: TrainingRule | undefined;
  /** Undefined where the file does not allow it. */
  readonly emergency: EmergencyAccess | undefined;
  /** The national data opt-out takes people out of what this agreement gives. */
  readonly optOutApplies: boolean;
  /** Undefined where a person may be told of every exchange under it. */
  readonly keptFromReport: KeptFromReport | undefined;
  readonly limits: Limits;
  /** The instants between which it can be in force: local midnights of Europe/London as UTC milliseconds. */
  readonly startsAtMs: number;
  /** The first instant after its last day. */
  readonly endsAtMs: number;
  /** Both parties' signatures stand beside it and hold for what flows today (docs/formats/signatures.md). */
  readonly signedByBoth: boolean;
  /** Both parties' signatures stand beside it, and they do not hold: it takes the place of older versions all the same. */
  readonly signaturesBroken: boolean;
  /** Why `signedByBoth` is false: sentences for the operator and the parties, without full stops. */
  readonly signatureFaults: readonly string[];
  /** For onboarding: in force only in a gateway that rehearses, against the dataset's test upstream, without signatures. */
  readonly rehearsal: boolean;
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

/** Exchanges under the agreement stay out of the report that a person gets of who asked about them. */
export interface KeptFromReport {
  /** The first instant at which the person may be told: the local midnight after the day that the file names. */
  readonly untilMs: number;
  /** The exemption from the right of access, as the list of law has it. */
  readonly exemption: string;
  readonly because: string;
  readonly decidedBy: string;
}

/** `only records where`: the field holds one of the values. */
export interface RowCondition {
  readonly field: Field;
  /** In the one spelling of the field's kind. */
  readonly among: readonly string[];
}

export interface Limits {
  /** Most records in one answer. */
  readonly records: number;
  readonly byPerson: Rate | undefined;
  /** Every agreement has one; undefined only where nothing was read from a file. */
  readonly byOrganisation: Rate | undefined;
  /** Most different people whose records leave. */
  readonly differentPeople: Rate | undefined;
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
