/** The schemas of a protocol file and of an agreement file under a protocol (docs/formats/protocol.md). */
import { z } from 'zod';
import { agreementSchema } from './agreement-schema.ts';
import { id, listOf, section, text } from './schema-parts.ts';

const {
  format,
  agreement,
  version,
  status,
  signed,
  'under protocol': under,
  'protocol version': protocolVersion,
  ...sections
} = agreementSchema.shape;

/** Every section and every key may be left to the other file; what stands there must still be right. */
const open = openedShape(sections);

export const protocolSchema = section({
  format: z.literal('sharing-protocol/1'),
  protocol: under.unwrap(),
  version,
  between: listOf(id),
  ...open,
  title: text,
});

export const underProtocolSchema = section({
  format,
  agreement,
  version,
  status,
  'under protocol': under.unwrap(),
  'protocol version': protocolVersion,
  ...open,
  signed,
});

function openedShape(shape: Readonly<Record<string, z.core.$ZodType>>): Record<string, z.ZodOptional> {
  return Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, z.optional(opened(schema))]));
}

/** The entries of a list stay whole: half an entry says nothing. */
function opened(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional) return opened(schema.unwrap());
  if (schema instanceof z.ZodObject) return section(openedShape(schema.shape));
  if (schema instanceof z.ZodUnion) return z.union(schema.options.map(opened));
  return schema;
}
