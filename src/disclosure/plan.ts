/** The compiled plan of the field filter: one tree of names for what is declared, agreed, tested and found. */
import { type FieldPath, formatFieldPath, type PathStep } from '../encoding/field-path.ts';
import { planImage } from './plan-image.ts';
import { type Reveal, revealFor } from './reveal.ts';
import type { AgreedLeaf, DisclosureRules, SubjectPath } from './rules.ts';

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
  /** What is agreed here where that is all there is to it: in full, always, and no identifier of anybody. */
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
  /** `yes or no`: no value is an answer too. */
  readonly answersNull: boolean;
  /** `yes or no` without lists: whether there is a value. */
  readonly asksPresence: boolean;
  readonly normalise: (text: string) => string | undefined;
}

export interface SubjectUse {
  readonly needs: readonly number[];
  readonly namespace: string;
  readonly normalise: (text: string) => string | undefined;
}

export interface Plan {
  readonly record: PlanNode;
  readonly nodes: readonly PlanNode[];
  readonly equalities: number;
  /** Words that hold a bit for each agreed leaf. */
  readonly fieldWords: number;
  /** Names of the agreed leaves whose bits are set, in the order of the rules. */
  fieldsLeft(bits: number, word?: number): readonly string[];
  /** The plan as the scanner reads it, to be copied to `PLAN`. */
  readonly image: Uint8Array;
}

/** Bits of a word that stay a small integer. */
const BITS = 30;

/**
 * Compiles the part of the rules that speaks of a record.
 *
 * @throws {TypeError} for a name that no JSON text can hold (a lone surrogate).
 */
export function compilePlan(rules: DisclosureRules): Plan {
  const planner = new Planner();
  planner.record.declared = true;
  for (const path of rules.declared) planner.declare(path);
  rules.agreed.forEach((leaf, index) => {
    planner.agree(leaf, index);
  });
  for (const subject of rules.subjects) planner.find(subject);
  for (const node of planner.nodes) node.plain = plainUse(node);
  return {
    record: planner.record,
    nodes: planner.nodes,
    equalities: planner.equalities,
    fieldWords: Math.ceil(rules.agreed.length / BITS),
    fieldsLeft: fieldsLeftOf(rules.agreed.map(({ name }) => name)),
    image: planImage(planner.nodes),
  };
}

function plainUse({ agreed, subjects }: PlanNode): AgreedUse | undefined {
  const [first] = agreed;
  if (first === undefined || subjects.length > 0) return undefined;
  return first.needs.length === 0 && first.reveal === undefined ? first : undefined;
}

/** Most answers of an operation leave the same fields: the last list is kept. */
function fieldsLeftOf(names: readonly string[]): Plan['fieldsLeft'] {
  let lastBits = 0;
  let lastWord = 0;
  let last: readonly string[] = [];
  return (bits, word = 0) => {
    if (bits !== lastBits || word !== lastWord) {
      last = names.slice(word * BITS, (word + 1) * BITS).filter((_, bit) => (bits & (1 << bit)) !== 0);
      lastBits = bits;
      lastWord = word;
    }
    return last;
  };
}

class Planner {
  readonly nodes: PlanNode[] = [];
  readonly record = this.#newNode('', '');
  equalities = 0;

  declare(path: FieldPath): PlanNode {
    let node = this.record;
    for (const step of path) {
      node = this.#member(node, step.name);
      node.declared = true;
    }
    node.leaf = true;
    return node;
  }

  agree({ path, show, normalise }: AgreedLeaf, index: number): void {
    const leaf = this.declare(path);
    for (const node of this.#way(path)) node.releases = true;
    leaf.agreed.push({
      word: Math.floor(index / BITS),
      bit: 1 << (index % BITS),
      needs: this.#needs(path),
      reveal: revealFor(show, normalise),
      answersNull: show.as === 'yes or no',
      asksPresence: show.as === 'yes or no' && show.yesWhen === undefined && show.notYetWhen === undefined,
      normalise,
    });
  }

  find({ path, namespace, normalise }: SubjectPath): void {
    const leaf = this.#way(path).at(-1);
    if (leaf === undefined) return;
    leaf.leaf = true;
    leaf.subjects.push({ needs: this.#needs(path), namespace, normalise });
  }

  /** The record and every node of the path below it. */
  #way(path: FieldPath): PlanNode[] {
    const way = [this.record];
    let node = this.record;
    for (const step of path) {
      node = this.#member(node, step.name);
      way.push(node);
    }
    return way;
  }

  #needs(path: FieldPath): number[] {
    const way = this.#way(path);
    return path.flatMap(({ where }, depth) => {
      const node = way[depth + 1];
      return where === undefined || node === undefined ? [] : [this.#equality(node, where)];
    });
  }

  #equality(node: PlanNode, where: NonNullable<PathStep['where']>): number {
    const known = node.equalities.find((it) => it.member.name === where.key && it.equals === where.equals);
    if (known !== undefined) return known.id;
    const member = this.#member(node, where.key);
    member.tested = true;
    const id = this.equalities;
    this.equalities += 1;
    node.equalities.push({ id, member, equals: where.equals, quoted: quote(where.equals) });
    return id;
  }

  #member(node: PlanNode, name: string): PlanNode {
    const known = node.members.get(name);
    if (known !== undefined) return known;
    const text = formatFieldPath([{ name }]);
    const member = this.#newNode(name, node === this.record ? text : `${node.text}.${text}`);
    node.members.set(name, member);
    return member;
  }

  #newNode(name: string, text: string): PlanNode {
    const node: PlanNode = {
      id: this.nodes.length,
      name,
      quotedName: quote(name),
      text,
      members: new Map(),
      tested: false,
      equalities: [],
      agreed: [],
      subjects: [],
      plain: undefined,
      declared: false,
      leaf: false,
      releases: false,
    };
    this.nodes.push(node);
    return node;
  }
}

const ENCODER = new TextEncoder();

/** A text in UTF-8 between quotes. What would need an escape there matches no unescaped string, as it should. */
export function quote(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError('a name or value in the rules holds a lone surrogate');
  return ENCODER.encode(`"${text}"`);
}
