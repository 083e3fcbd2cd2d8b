/** What an operation is asked with, as OpenAPI 3.1 has it: both forms of a request, and the headers of the agreement. */
import type { Agreement } from '../../domain/agreement.ts';
import type { Dataset, Lookup } from '../../domain/dataset.ts';
import type { OperationForm } from '../../domain/operation-form.ts';
import type { Json } from '../../encoding/canonical-json.ts';
import { kindSchema, type Schema } from './openapi-values.ts';

/** What an operation is asked with, as OpenAPI has it. */
export interface AskedWith {
  readonly parameters: readonly Json[];
  readonly requestBody?: Json;
}

/** The provider's own method, path and parameter names. */
export function asProvider(
  form: OperationForm,
  agreement: Agreement,
  dataset: Dataset,
): { readonly path: string; readonly asked: AskedWith } {
  const usable = (lookup: Lookup): boolean => agreement.lookups.includes(lookup.name);
  const path = form.template.map((part) =>
    'literal' in part ? part.literal : `{${parameterName(part.lookup)}}`,
  );
  const inPath = form.path.map((lookup) => parameter('path', parameterName(lookup.name), lookup, true));
  const inQuery = form.query
    .filter(({ lookup }) => usable(lookup))
    .map(({ lookup, sentAs }) => parameter('query', sentAs, lookup, form.required.has(lookup.name)));
  const inBody = form.body.filter(({ lookup }) => usable(lookup));
  const body = inBody.length === 0 ? {} : { requestBody: requestBody(nested(inBody, form.required)) };
  return {
    path: `/${[dataset.id, ...path].join('/')}`,
    asked: { parameters: [...inPath, ...inQuery], ...body },
  };
}

/** A template's parameter may hold no braces, slashes or spaces (OpenAPI 3.1 section 4.8.8.2). */
function parameterName(lookup: string): string {
  return lookup.replaceAll(/[^A-Za-z0-9]+/g, '-');
}

function parameter(place: 'path' | 'query', name: string, lookup: Lookup, required: boolean): Json {
  return { name, in: place, required, description: lookup.name, schema: kindSchema(lookup.kind) };
}

/** Members of the provider's body; a dot in a member's name goes one object down. */
function nested(
  parameters: readonly { readonly lookup: Lookup; readonly sentAs: string }[],
  required: ReadonlySet<string>,
): Schema {
  const byMember = Map.groupBy(parameters, ({ sentAs }) => sentAs.split('.')[0] ?? '');
  const properties = [...byMember].map(([member, those]) => {
    const [first] = those;
    if (first !== undefined && first.sentAs === member)
      return [member, kindSchema(first.lookup.kind)] as const;
    const deeper = those.map(({ lookup, sentAs }) => ({ lookup, sentAs: sentAs.slice(member.length + 1) }));
    return [member, nested(deeper, required)] as const;
  });
  const must = [...byMember].filter(([, those]) => those.some(({ lookup }) => required.has(lookup.name)));
  return objectSchema(
    Object.fromEntries(properties),
    must.map(([member]) => member),
  );
}

/** `POST /{dataset}/ask/{operation}` with the lookups by their own names. */
export function asked(form: OperationForm, agreement: Agreement): AskedWith {
  const usable = form.lookups.filter(({ name }) => agreement.lookups.includes(name));
  const properties = Object.fromEntries(usable.map(({ name, kind }) => [name, kindSchema(kind)]));
  const required = usable.map(({ name }) => name).filter((name) => form.required.has(name));
  return { parameters: [], requestBody: requestBody(objectSchema(properties, required)) };
}

function objectSchema(properties: Readonly<Record<string, Json>>, required: readonly string[]): Schema {
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required: [...required] }),
    additionalProperties: false,
  };
}

function requestBody(schema: Schema): Json {
  return { required: true, content: { 'application/json': { schema } } };
}

/** The headers that this agreement wants or allows (docs/formats/request.md). */
export function headerParameters(agreement: Agreement): Readonly<Record<string, Json>> {
  const { purpose, mustGive, reasonsAllowed, person } = agreement;
  const header = (name: string, required: boolean, description: string, schema: Schema): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema,
  });
  const text: Schema = { type: 'string', maxLength: 200 };
  return {
    Purpose: header('Exchange-Purpose', true, 'What the data is for, as the agreement writes it.', {
      const: purpose,
    }),
    ...(reasonsAllowed.length === 0
      ? {}
      : {
          Reason: header('Exchange-Reason', mustGive.reason, 'Why you ask now.', {
            enum: [...reasonsAllowed],
          }),
        }),
    CaseReference: header(
      'Exchange-Case-Reference',
      mustGive.caseReference,
      'Your own reference of the case.',
      text,
    ),
    ...(mustGive.consentReference
      ? { Consent: header('Exchange-Consent-Reference', true, "Reference of the person's consent.", text) }
      : {}),
    ...(person === 'stated by the system'
      ? { Person: header('Exchange-Person', false, 'User name of the person who looks.', text) }
      : {}),
  };
}
