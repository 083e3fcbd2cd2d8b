/** The editors' schemas with what the documentation says of each key, so that an editor shows it beside the key. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonSchema } from '../../src/adapters/policies/editor-schemas.ts';
import { editorSchemas } from '../../src/adapters/policies/editor-schemas.ts';

const PAGE = join(import.meta.dirname, '../../docs/formats/agreement.md');
const OF_AGREEMENTS = new Set(['agreement', 'protocol']);
/** What the page says of this key is true of agreements alone. */
const OWN_KEY = 'format';

export function describedSchemas(): ReadonlyMap<string, JsonSchema> {
  const says = sentencesOfKeys(readFileSync(PAGE, 'utf8'));
  const saysOfBoth = new Map([...says].filter(([key]) => key !== OWN_KEY));
  return new Map(
    [...editorSchemas()].map(([kind, schema]) => [
      kind,
      OF_AGREEMENTS.has(kind) ? described(schema, '', kind === 'agreement' ? says : saysOfBoth) : schema,
    ]),
  );
}

/** Path of a key → "what it says" of its row in the table of every key. */
function sentencesOfKeys(page: string): ReadonlyMap<string, string> {
  const rows = page.matchAll(/^\| `([^`|]+)` \| ([^|]+) \| [^|]* \| ([^|]*) \| [^|]*\|$/gm);
  return new Map(
    [...rows].map(([, path = '', needed = '', says = '']) => {
      const plain = says.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').trim();
      return [path, [plain, `Needed: ${needed.trim()}.`].filter((part) => part !== '').join('. ')];
    }),
  );
}

/** A copy of a schema in which every property has its sentence; lists and ways of writing are passed through. */
function described(schema: JsonSchema, path: string, says: ReadonlyMap<string, string>): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).map(([word, value]) => {
      if (word === 'properties' && isSchema(value)) return [word, describedKeys(value, path, says)];
      if (Array.isArray(value))
        return [word, value.map((one) => (isSchema(one) ? described(one, path, says) : one))];
      return [word, isSchema(value) && word !== 'if' ? described(value, path, says) : value];
    }),
  );
}

function describedKeys(keys: JsonSchema, above: string, says: ReadonlyMap<string, string>): JsonSchema {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => {
      const path = above === '' ? key : `${above} › ${key}`;
      if (!isSchema(value)) return [key, value];
      const description = says.get(path);
      const inner = described(value, path, says);
      return [key, description === undefined ? inner : { description, ...inner }];
    }),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
