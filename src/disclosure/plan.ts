/** The compiled plan of the field filter: one tree of names for what is declared, agreed, tested and found. */
import { type FieldPath, formatFieldPath, type PathStep } from '../encoding/field-path.ts';
import { planImage } from './plan-image.ts';
import type { AgreedUse, Plan, PlanNode } from './plan-node.ts';
import { revealFor, whenNull } from './reveal.ts';
import type { AgreedLeaf, DisclosureRules, RecordCondition, SubjectPath } from './rules.ts';

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
  rules.conditions.forEach((condition, id) => {
    planner.test(condition, id);
  });
  for (const node of planner.nodes) node.plain = plainUse(node);
  return {
    record: planner.record,
    nodes: planner.nodes,
    equalities: planner.equalities,
    conditions: rules.conditions.length,
    fieldWords: Math.ceil(rules.agreed.length / BITS),
    fieldsLeft: fieldsLeftOf(rules.agreed.map(({ name }) => name)),
    image: planImage(planner.nodes),
  };
}

function plainUse({ agreed, subjects, conditions }: PlanNode): AgreedUse | undefined {
  const [first] = agreed;
  if (first === undefined || subjects.length > 0 || conditions.length > 0) return undefined;
  return first.needs.length === 0 && first.reveal === undefined ? first : undefined;
}

/** Most answers of an operation leave the same fields: the last list is kept. */
function fieldsLeftOf(names: readonly string[]): Plan['fieldsLeft'] {
  let lastBits = 0;
  let lastWord = 0;
  let last: readonly string[] = [];
  return (bits, word = 0) => {
    if (bits !== lastBits || word !== lastWord) {
      const left = names.slice(word * BITS, (word + 1) * BITS).filter((_, bit) => (bits & (1 << bit)) !== 0);
      last = [...new Set(left)];
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

  agree(agreed: AgreedLeaf, index: number): void {
    const { path, show, normalise } = agreed;
    const leaf = this.declare(path);
    for (const node of this.#way(path)) node.releases = true;
    leaf.agreed.push({
      word: Math.floor(index / BITS),
      bit: 1 << (index % BITS),
      needs: this.#needs(path),
      reveal: revealFor(agreed),
      whenNull: whenNull(show),
      asksPresence: show.as === 'yes or no' && show.yesWhen === undefined && show.notYetWhen === undefined,
      normalise,
    });
  }

  find({ who, path, namespace, normalise }: SubjectPath): void {
    const leaf = this.#way(path).at(-1);
    if (leaf === undefined) return;
    leaf.leaf = true;
    leaf.subjects.push({ who, needs: this.#needs(path), namespace, normalise });
  }

  test({ path, among, normalise }: RecordCondition, id: number): void {
    this.declare(path).conditions.push({ id, among, normalise });
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
      conditions: [],
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
