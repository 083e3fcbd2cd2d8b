/** Every key that a schema of policy files knows, by its path: "law › lawful basis › shared by › condition". */
import { z } from 'zod';

/** The paths in the order of the schema; lists are passed through, and ways of writing one thing are taken together. */
export function schemaPaths(schema: z.core.$ZodType, above = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return schemaPaths(schema.unwrap(), above);
  if (schema instanceof z.ZodArray) return schemaPaths(schema.element, above);
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap((option) => schemaPaths(option, above)))];
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) => {
    const path = above === '' ? key : `${above} › ${key}`;
    return [path, ...schemaPaths(inner, path)];
  });
}
