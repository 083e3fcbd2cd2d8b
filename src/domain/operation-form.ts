/** An operation made ready for deciding: its template, parameters and neighbours, worked out once for each dataset. */
import type { Dataset, Lookup, Operation, TemplateSegment } from './dataset.ts';

export interface OperationForm {
  readonly operation: Operation;
  readonly template: readonly TemplateSegment[];
  /** In the order in which the provider gets them. */
  readonly path: readonly Lookup[];
  readonly query: readonly Parameter[];
  readonly body: readonly Parameter[];
  /** Every lookup of the operation once: path, query, body. */
  readonly lookups: readonly Lookup[];
  readonly names: ReadonlySet<string>;
  /** Without these the operation is not asked: the lookups of the path, and those that must be used. */
  readonly required: ReadonlySet<string>;
  readonly nameByParameter: ReadonlyMap<string, string>;
  readonly nameByMember: ReadonlyMap<string, string>;
  /** Operations that a provider could take the same path for. Usually none. */
  readonly rivals: readonly Operation[];
}

/** A lookup and the provider's own name for it. */
export interface Parameter {
  readonly lookup: Lookup;
  readonly sentAs: string;
}

interface DatasetForms {
  readonly byOperation: ReadonlyMap<Operation, OperationForm>;
  readonly bySlug: ReadonlyMap<string, OperationForm>;
  /** By method, then by number of segments. */
  readonly byShape: ReadonlyMap<string, ReadonlyMap<number, readonly OperationForm[]>>;
}

const NO_FORMS: readonly OperationForm[] = [];
const ready = new WeakMap<Dataset, DatasetForms>();

/** The form of an operation of `dataset`. */
export function operationForm(dataset: Dataset, operation: Operation): OperationForm {
  return formsOf(dataset).byOperation.get(operation) ?? formOf(dataset, operation);
}

/** The operation whose name in a URL is `slug`. */
export function operationBySlug(dataset: Dataset, slug: string): OperationForm | undefined {
  return formsOf(dataset).bySlug.get(slug);
}

/** The operations of one method whose template has so many segments. */
export function operationsOfShape(
  dataset: Dataset,
  method: string,
  segments: number,
): readonly OperationForm[] {
  return formsOf(dataset).byShape.get(method)?.get(segments) ?? NO_FORMS;
}

function formsOf(dataset: Dataset): DatasetForms {
  const known = ready.get(dataset);
  if (known !== undefined) return known;
  const forms = [...dataset.operations.values()].map((operation) => formOf(dataset, operation));
  const byMethod = Map.groupBy(forms, (form) => form.operation.method);
  const made: DatasetForms = {
    byOperation: new Map(forms.map((form) => [form.operation, form])),
    bySlug: new Map(forms.map((form) => [form.operation.slug, form])),
    byShape: new Map(
      [...byMethod].map(([method, those]) => [method, Map.groupBy(those, (form) => form.template.length)]),
    ),
  };
  ready.set(dataset, made);
  return made;
}

function formOf(dataset: Dataset, operation: Operation): OperationForm {
  const path = operation.template.flatMap((segment) =>
    'lookup' in segment ? declared(dataset, segment.lookup) : [],
  );
  const query = parameters(dataset, operation.query);
  // A GET has no body, so a lookup that the file puts there belongs to no request and is never agreed.
  const body = operation.method === 'POST' ? parameters(dataset, operation.body) : [];
  const lookups = [...new Set([...path, ...[...query, ...body].map(({ lookup }) => lookup)])];
  return {
    operation,
    template: operation.template,
    path,
    query,
    body,
    lookups,
    names: new Set(lookups.map(({ name }) => name)),
    required: new Set([...path.map(({ name }) => name), ...operation.mustUse]),
    nameByParameter: new Map(query.map(({ lookup, sentAs }) => [sentAs, lookup.name])),
    nameByMember: new Map(body.map(({ lookup, sentAs }) => [sentAs, lookup.name])),
    rivals: rivalsOf(dataset, operation),
  };
}

function parameters(dataset: Dataset, sent: ReadonlyMap<string, string>): Parameter[] {
  return [...sent].flatMap(([name, sentAs]) => declared(dataset, name).map((lookup) => ({ lookup, sentAs })));
}

function declared(dataset: Dataset, name: string): Lookup[] {
  const lookup = dataset.lookups.get(name);
  return lookup === undefined ? [] : [lookup];
}

/** Of two templates that could meet in one path, the one with a literal wherever the other has one gives way to none. */
function rivalsOf(dataset: Dataset, operation: Operation): Operation[] {
  return [...dataset.operations.values()].filter(
    (other) =>
      other !== operation &&
      other.method === operation.method &&
      other.template.length === operation.template.length &&
      couldMeet(operation.template, other.template) &&
      !isNarrower(operation.template, other.template),
  );
}

function couldMeet(one: readonly TemplateSegment[], other: readonly TemplateSegment[]): boolean {
  return one.every((segment, at) => {
    const opposite = other[at];
    if (opposite === undefined || 'lookup' in segment || 'lookup' in opposite) return true;
    return segment.literal.toLowerCase() === opposite.literal.toLowerCase();
  });
}

/** True where every literal of `other` is met by a literal of `one`, so that every router prefers `one`. */
function isNarrower(one: readonly TemplateSegment[], other: readonly TemplateSegment[]): boolean {
  const differs = one.some((segment, at) => 'lookup' in segment !== 'lookup' in (other[at] ?? segment));
  return differs && one.every((segment, at) => 'literal' in segment || 'lookup' in (other[at] ?? segment));
}
