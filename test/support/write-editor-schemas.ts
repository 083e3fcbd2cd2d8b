/** Writes the editors' schemas of policy files into docs/schemas: `npm run schemas`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describedSchemas } from './described-schemas.ts';

const folder = join(import.meta.dirname, '../../docs/schemas');
for (const [kind, schema] of describedSchemas()) {
  writeFileSync(join(folder, `${kind}.schema.json`), `${JSON.stringify(schema, undefined, 1)}\n`);
}
