/** The columns of a CSV file: what the plan knows of each name in the header row. */
import { type FieldPath, FieldPathError, formatFieldPath, parseFieldPath } from '../encoding/field-path.ts';
import type { Plan, PlanNode } from './plan-node.ts';
import { NotFilterable } from './rules.ts';

export interface CsvColumn {
  /** What the plan knows of it, or undefined where it knows nothing. */
  readonly node: PlanNode | undefined;
  /** Something agreed may stand in it. */
  readonly leaves: boolean;
}

export interface CsvColumns {
  readonly columns: readonly CsvColumn[];
  /** Equalities that a column of the file can meet. */
  readonly equalities: readonly { readonly id: number; readonly column: number; readonly equals: string }[];
  /** For each column that the dataset does not declare, the node of the plan above it. */
  readonly undeclared: readonly number[];
}

/**
 * Reads the names of the header row.
 *
 * @throws {NotFilterable} for a name that is missing or stands twice, for a column beneath a declared field, and where
 * no column may leave.
 */
export function readColumns(names: readonly string[], plan: Plan): CsvColumns {
  if (names[0]?.startsWith('\ufeff'))
    throw new NotFilterable('a byte order mark stands before the header row');
  const paths = names.map(pathOf);
  const texts = new Set(paths.map(formatFieldPath));
  if (texts.size < names.length) throw new NotFilterable('two columns have one name');
  const placed = paths.map((path) => place(path, plan.record));
  const columns = placed.map(({ node }) => ({ node, leaves: (node?.agreed.length ?? 0) > 0 }));
  if (!columns.some(({ leaves }) => leaves)) throw new NotFilterable('no agreed field is among the columns');
  return {
    columns,
    equalities: equalitiesOf(columns, plan),
    undeclared: placed.filter(({ node }) => node?.declared !== true).map(({ above }) => above.id),
  };
}

/** The path that a name writes; a name that writes none is the name of one member. */
function pathOf(name: string): FieldPath {
  if (name === '') throw new NotFilterable('a column has no name');
  try {
    return parseFieldPath(name);
  } catch (error) {
    if (error instanceof FieldPathError) return [{ name }];
    throw error;
  }
}

/** The node that a path leads to, if any, and the last declared one on the way there. */
function place(path: FieldPath, record: PlanNode): { node: PlanNode | undefined; above: PlanNode } {
  let node = record;
  let above = record;
  for (const { name, where } of path) {
    if (node.leaf) throw new NotFilterable('a column stands beneath a declared field');
    if (node.declared) above = node;
    const next = where === undefined ? node.members.get(name) : undefined;
    if (next === undefined) return { node: undefined, above };
    node = next;
  }
  return { node, above };
}

function equalitiesOf(columns: readonly CsvColumn[], plan: Plan): CsvColumns['equalities'] {
  return plan.nodes.flatMap(({ equalities }) =>
    equalities.flatMap(({ id, member, equals }) => {
      const column = columns.findIndex(({ node }) => node === member);
      return column === -1 ? [] : [{ id, column, equals }];
    }),
  );
}
