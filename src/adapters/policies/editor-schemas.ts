/** JSON Schemas (draft 2020-12) of the policy files, for editors: made of the schemas that the gateway itself reads by. */
import { z } from 'zod';
import { agreementSchema } from './agreement-schema.ts';
import { datasetSchema } from './dataset-schema.ts';
import { organisationSchema } from './organisation-schema.ts';
import { protocolSchema, underProtocolSchema } from './protocol-schema.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schema of each kind of file by the kind's name. They know words, shapes and what must be there; what two files or two
 * sections must have in common only `sharing-gateway check` knows.
 */
export function editorSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map([
    ['agreement', agreement()],
    ['dataset', titled('Dataset', jsonSchemaOf(datasetSchema))],
    ['organisation', titled('Organisation', jsonSchemaOf(organisationSchema))],
    ['protocol', titled('Sharing protocol', jsonSchemaOf(protocolSchema))],
  ]);
}

/** A file under a protocol may leave out what the protocol says, so which schema holds depends on one key. */
function agreement(): JsonSchema {
  return titled('Data sharing agreement', {
    $schema: DRAFT,
    type: 'object',
    if: { required: ['under protocol'] },
    // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema, never awaited.
    then: withoutDraft(jsonSchemaOf(underProtocolSchema)),
    else: withoutDraft(jsonSchemaOf(agreementSchema)),
  });
}

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

function titled(title: string, { $schema, ...schema }: JsonSchema): JsonSchema {
  return { $schema, title: `${title} (sharing gateway)`, ...schema };
}

function withoutDraft({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
