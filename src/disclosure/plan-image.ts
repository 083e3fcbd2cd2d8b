/** A plan in the form in which the scanner reads it: a node for each name, then the names (`layout.ts`). */
import {
  DECLARED,
  LEAF,
  NODE,
  NODE_FIRST_GUESS,
  NODE_FLAGS,
  NODE_MEMBERS,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_NEXT,
  NODE_NEXT_GUESS,
  PLAN,
  WANTED,
} from './layout.ts';
import type { PlanNode } from './plan-node.ts';

/** Names are compared in steps of sixteen bytes. */
const STEP = 16;

/** The image of the nodes, the record first. Each may be read as it stands at `PLAN`, and nowhere else. */
export function planImage(nodes: readonly PlanNode[]): Uint8Array {
  const names = nodes.map(nameOf);
  const length = names.reduce((sum, name) => sum + padded(name), 0);
  const image = Buffer.alloc(nodes.length * NODE + length);
  const wanted = wantedOf(nodes);
  let nameAt = nodes.length * NODE;
  nodes.forEach((node, id) => {
    const name = nameOf(node);
    image.set(name, nameAt);
    image.writeInt32LE(PLAN + nameAt, id * NODE + NODE_NAME);
    image.writeInt32LE(name.length, id * NODE + NODE_NAME_LENGTH);
    image.writeInt32LE(flagsOf(node, wanted), id * NODE + NODE_FLAGS);
    nameAt += padded(name);
    linkMembers(image, node);
  });
  return image;
}

/** The address of a node in the scanner's memory. */
export function nodeAddress({ id }: PlanNode): number {
  return PLAN + id * NODE;
}

/** The name as it stands in JSON without escapes; where that cannot be, a byte that stands nowhere in UTF-8. */
function nameOf({ name, quotedName }: PlanNode): Uint8Array {
  return JSON.stringify(name).length === name.length + 2 ? quotedName : Uint8Array.of(0xff);
}

function linkMembers(image: Buffer, node: PlanNode): void {
  let link = node.id * NODE + NODE_MEMBERS;
  let guess = node.id * NODE + NODE_FIRST_GUESS;
  for (const member of node.members.values()) {
    image.writeInt32LE(nodeAddress(member), link);
    image.writeInt32LE(nodeAddress(member), guess);
    link = member.id * NODE + NODE_NEXT;
    guess = member.id * NODE + NODE_NEXT_GUESS;
  }
}

function padded({ length }: Uint8Array): number {
  return Math.ceil(length / STEP) * STEP;
}

/** Nodes that the record filter has to see: the record, what is agreed, tested or about people, and the ways there. */
function wantedOf(nodes: readonly PlanNode[]): Set<PlanNode> {
  const wanted = new Set<PlanNode>(nodes.slice(0, 1));
  // Members come after what holds them.
  for (const node of nodes.toReversed()) {
    const itself = node.agreed.length + node.subjects.length + node.conditions.length > 0 || node.tested;
    if (itself || node.members.values().some((member) => wanted.has(member))) wanted.add(node);
  }
  return wanted;
}

function flagsOf(node: PlanNode, wanted: ReadonlySet<PlanNode>): number {
  return (node.leaf ? LEAF : 0) | (wanted.has(node) ? WANTED : 0) | (node.declared ? DECLARED : 0);
}
