/** The compiled plan of the field filter as a tree of names: what is declared, agreed, tested and found at each. */
import type { Reveal } from './reveal.ts';

/** One name on the way from the record inwards. */
export interface PlanNode {
  /** Index of this node among all nodes of the plan. */
  readonly id: number;
  readonly name: string;
  /** The name in UTF-8 between its quotes, as it stands in JSON without escapes. */
  readonly quotedName: Uint8Array;
  /** An equality looks at it. */
  tested: boolean;
  /** Text of the path to here; empty for the record itself. */
  readonly text: string;
  readonly members: Map<string, PlanNode>;
  /** Equalities that paths demand of an object that stands here. */
  readonly equalities: Equality[];
  readonly agreed: AgreedUse[];
  readonly subjects: SubjectUse[];
  readonly conditions: ConditionUse[];
  /** What is agreed here where that is all there is to it: in full, always, no identifier of anybody, no condition. */
  plain: AgreedUse | undefined;
  /** A declared leaf or a way to one. */
  declared: boolean;
  /** A scalar, or an array of scalars, is to stand here. */
  leaf: boolean;
  /** Something agreed stands here or below. */
  releases: boolean;
}

export interface Equality {
  /** Index among all equalities of the plan. */
  readonly id: number;
  readonly member: PlanNode;
  readonly equals: string;
  /** The same in UTF-8 between quotes, as it stands in JSON without escapes. */
  readonly quoted: Uint8Array;
}

export interface AgreedUse {
  /** Where it is noted that this leaf left: a bit of a word. */
  readonly word: number;
  readonly bit: number;
  /** Equalities that must hold above. */
  readonly needs: readonly number[];
  /** Undefined for `in full`. */
  readonly reveal: Reveal | undefined;
  /** What is said of no value, where the reveal says something of it; without it `null` leaves as it came. */
  readonly whenNull: string | undefined;
  /** `yes or no` without lists: whether there is a value. */
  readonly asksPresence: boolean;
  readonly normalise: (text: string) => string | undefined;
}

export interface SubjectUse {
  readonly who: string;
  readonly needs: readonly number[];
  readonly namespace: string;
  readonly normalise: (text: string) => string | undefined;
}

export interface ConditionUse {
  /** Index among all conditions of the plan. */
  readonly id: number;
  readonly among: ReadonlySet<string>;
  readonly normalise: (text: string) => string | undefined;
}

export interface Plan {
  readonly record: PlanNode;
  readonly nodes: readonly PlanNode[];
  readonly equalities: number;
  readonly conditions: number;
  /** Words that hold a bit for each agreed leaf. */
  readonly fieldWords: number;
  /** Names of the agreed leaves whose bits are set, in the order of the rules. */
  fieldsLeft(bits: number, word?: number): readonly string[];
  /** The plan as the scanner reads it, to be copied to `PLAN`. */
  readonly image: Uint8Array;
}
