/** A provider's answer and what the filter lets through of it, side by side, field by field. */
import type { FilterSession } from '../../disclosure/rules.ts';
import { NotFilterable } from '../../disclosure/rules.ts';
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Operation } from '../../domain/dataset.ts';
import { formatFieldPath } from '../../encoding/field-path.ts';
import { neverSeen } from '../explaining/explain-fields.ts';
import { showInWords } from '../explaining/show-in-words.ts';

export interface ComparedField {
  /** As the dataset declares it. */
  readonly name: string;
  /** Undefined for a member that the dataset does not declare. */
  readonly means: string | undefined;
  /** Each value in the answer, in its order; numbers as they are written. */
  readonly came: readonly string[];
  /** Each value that leaves. */
  readonly given: readonly string[];
  /** How it is shown, or why it is withheld. */
  readonly because: string;
}

export type Filtered =
  | { readonly records: number; readonly fields: readonly ComparedField[] }
  /** Nothing leaves. A sentence without a full stop; it holds nothing of the answer. */
  | { readonly failed: string };

/** Puts a whole answer through the filter and compares. */
export function givenAndWithheld(
  answer: string,
  session: FilterSession,
  agreement: Agreement,
  dataset: Dataset,
  operation: Operation,
): Filtered {
  const through = filtered(answer, session);
  if ('failed' in through) return through;
  const came = leavesOf(answer, operation);
  const given = leavesOf(through.text, operation);
  const declared = [...dataset.fields.keys()].filter((name) => came.has(name) || given.has(name));
  const undeclared = [...came.keys()].filter((name) => !dataset.fields.has(name));
  const never = new Set(neverSeen(agreement, dataset).map(({ name }) => name));
  return {
    records: through.records,
    fields: [...declared, ...undeclared].map((name) => ({
      name,
      means: dataset.fields.get(name)?.means,
      came: came.get(name) ?? [],
      given: given.get(name) ?? [],
      because: because(name, agreement, dataset, never),
    })),
  };
}

function because(name: string, { fields }: Agreement, dataset: Dataset, never: ReadonlySet<string>): string {
  const agreed = fields.filter(({ field }) => field.name === name);
  if (agreed.length > 0) return agreed.map(showInWords).join('; ');
  if (never.has(name)) return 'never, says the agreement';
  return dataset.fields.has(name) ? 'not agreed' : 'the dataset does not declare it';
}

/** The text that leaves, empty where none does, or why nothing may. */
export function filtered(
  answer: string,
  session: FilterSession,
): { readonly text: string; readonly records: number } | { readonly failed: string } {
  try {
    session.write(Buffer.from(answer));
    session.end();
    const { bytes, records } = session.take();
    return { text: bytes.toString(), records };
  } catch (error) {
    if (error instanceof NotFilterable) return { failed: error.message };
    throw error;
  }
}

/** The values of every leaf in the records of an answer, by the name of its field; an unreadable text has none. */
export function leavesOf(answer: string, { recordPath }: Operation): ReadonlyMap<string, readonly string[]> {
  const leaves = new Map<string, string[]>();
  let records: unknown = answer === '' ? {} : JSON.parse(answer, asWritten);
  for (const name of recordPath) records = memberOf(records, name);
  collect(records, [], leaves);
  return leaves;
}

/** A number as it is written, so that none of its digits are lost. */
function asWritten(_name: string, value: unknown, { source }: { source?: string } = {}): unknown {
  return typeof value === 'number' ? (source ?? String(value)) : value;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function collect(value: unknown, names: readonly string[], leaves: Map<string, string[]>): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, names, leaves);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) collect(member, [...names, name], leaves);
  } else if (names.length > 0) {
    const field = formatFieldPath(names.map((name) => ({ name })));
    leaves.set(field, [...(leaves.get(field) ?? []), String(value)]);
  }
}
