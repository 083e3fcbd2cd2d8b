/** The answer of an operation as a JSON Schema: the record inside its wrapper, with the agreed fields and no other. */
import type { AgreedField, Agreement } from '../../domain/agreement.ts';
import type { Operation } from '../../domain/dataset.ts';
import { type Schema, shownSchema } from './openapi-values.ts';

/** What leaves of a record: a tree of the agreed paths. Whether a name holds one object or a list of them is the provider's matter. */
export function recordSchema(fields: readonly AgreedField[]): Schema {
  const root: Branch = { members: new Map(), leaf: undefined, several: false };
  for (const agreed of fields) grow(root, agreed);
  return branchSchema(root);
}

/** The whole answer: `record` is a reference to the schema of one record. */
export function answerSchema(operation: Operation, { wrapper }: Agreement, record: Schema): Schema {
  const records: Schema = operation.answer === 'many records' ? { type: 'array', items: record } : record;
  const around = [...operation.wrapper.keys()].filter((name) => wrapper.includes(name));
  const inside = operation.recordPath
    .toReversed()
    .reduce<Schema>(
      (held, name) => ({ type: 'object', properties: { [name]: held }, additionalProperties: false }),
      records,
    );
  if (around.length === 0 || operation.recordPath.length === 0) return inside;
  const own = inside['properties'];
  const properties = {
    ...(isSchema(own) ? own : {}),
    ...Object.fromEntries(around.map((name) => [name, { type: 'integer' }])),
  };
  return { ...inside, properties };
}

interface Branch {
  readonly members: Map<string, Branch>;
  leaf: AgreedField | undefined;
  /** True where an agreement picks elements, so that a list stands here for certain. */
  several: boolean;
}

function grow(root: Branch, agreed: AgreedField): void {
  let branch = root;
  for (const { name, where } of agreed.path) {
    const next = branch.members.get(name) ?? { members: new Map(), leaf: undefined, several: false };
    branch.members.set(name, next);
    if (where !== undefined) next.several = true;
    branch = next;
  }
  branch.leaf ??= agreed;
}

function branchSchema(branch: Branch): Schema {
  if (branch.leaf !== undefined) return shownSchema(branch.leaf);
  const members = [...branch.members].map(([name, member]) => [name, memberSchema(member)] as const);
  return { type: 'object', properties: Object.fromEntries(members), additionalProperties: false };
}

function memberSchema(member: Branch): Schema {
  const one = branchSchema(member);
  if (member.leaf !== undefined) return one;
  const list: Schema = { type: 'array', items: one };
  return member.several ? list : { anyOf: [one, list] };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
