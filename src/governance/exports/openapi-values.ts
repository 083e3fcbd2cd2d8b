/** JSON Schemas (OpenAPI 3.1) of single values: a lookup by its kind, an agreed field by its kind and how it is shown. */
import type { AgreedField } from '../../domain/agreement.ts';
import type { Kind } from '../../domain/kind.ts';
import type { Json } from '../../encoding/canonical-json.ts';
import type { Show } from '../../encoding/show.ts';
import { showInWords } from '../explaining/show-in-words.ts';

export type Schema = Readonly<Record<string, Json>>;

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', 'date'],
  ['date and time', 'date-time'],
  ['email', 'email'],
  ['web address', 'uri'],
]);

/** A value of the kind as a client sends it, or as a provider's answer holds it. */
export function kindSchema(kind: Kind): Schema {
  const description = kind.name;
  if (kind.inJson === 'boolean') return { type: 'boolean', description };
  if (kind.inJson === 'number') return { ...numberSchema(kind), description };
  const format = FORMATS.get(kind.name);
  return {
    type: 'string',
    description,
    ...(format === undefined ? {} : { format }),
    ...(kind.values === undefined ? {} : { enum: [...kind.values] }),
  };
}

function numberSchema({ name, atLeast, atMost }: Kind): Schema {
  return {
    type: name === 'number' ? 'number' : 'integer',
    ...(atLeast === undefined ? {} : { minimum: atLeast }),
    ...(atMost === undefined ? {} : { maximum: atMost }),
  };
}

/**
 * The value of an agreed field as it leaves. In full it is what the provider sends, which may be null or, in an array, stand
 * several times; shown in any other way it is a text.
 */
export function shownSchema(agreed: AgreedField): Schema {
  const { field, show } = agreed;
  const description = `${field.means} (${showInWords(agreed)}).`;
  if (show.as !== 'in full') return { type: 'string', description, ...wordsOf(show) };
  const { description: kind, type, ...more } = kindSchema(field.kind);
  const each: Schema = {
    type: typeof type === 'string' ? [type, 'null'] : (type ?? 'string'),
    ...withNull(more),
  };
  return {
    description: `${description} Kind: ${String(kind)}.`,
    anyOf: [each, { type: 'array', items: each }],
  };
}

function withNull(more: Schema): Schema {
  const { enum: values, format, ...rest } = more;
  return {
    ...rest,
    ...(format === undefined ? {} : { format }),
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
}

function wordsOf(show: Show): Schema {
  if (show.as === 'over 18') return { enum: ['yes', 'no'] };
  if (show.as === 'yes or no') {
    return { enum: show.notYetWhen === undefined ? ['yes', 'no'] : ['yes', 'no', 'not yet'] };
  }
  if (show.as !== 'in other words') return {};
  const words = new Set([
    ...show.words.values(),
    ...(show.anythingElse === undefined ? [] : [show.anythingElse]),
  ]);
  return { enum: [...words] };
}
