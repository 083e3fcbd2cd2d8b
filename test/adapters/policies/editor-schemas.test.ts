/** The JSON Schemas for editors: as the gateway reads, and as they stand in docs/schemas. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { editorSchemas } from '../../../src/adapters/policies/editor-schemas.ts';
import {
  changedText,
  KERBSIDE,
  LOST_BADGES,
  LOST_WESTHAVEN,
  sampleFiles,
  WESTHAVEN,
} from '../../support/changed-policies.ts';
import { describedSchemas } from '../../support/described-schemas.ts';

const schemas = describedSchemas();
const DOCS = join(import.meta.dirname, '../../../docs/schemas');
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false });
const validators = new Map([...schemas].map(([kind, schema]) => [kind, ajv.compile({ ...schema })]));

/** What the schema of the file's folder finds wrong: the place, and the word that is too much or missing. */
function found(file: string, text: string): string[] {
  const kind = file.split('/')[0]?.slice(0, -1) ?? '';
  const validate = validators.get(kind) ?? assert.fail(kind);
  if (validate(parse(text))) return [];
  return (validate.errors ?? []).map(({ instancePath, params, keyword }) =>
    [instancePath, params['additionalProperty'] ?? params['missingProperty'] ?? keyword].join(' '),
  );
}

test('the files in docs/schemas are what `npm run schemas` writes', () => {
  for (const [kind, schema] of schemas) {
    const kept: unknown = JSON.parse(readFileSync(join(DOCS, `${kind}.schema.json`), 'utf8'));
    assert.deepEqual(kept, JSON.parse(JSON.stringify(schema)), `${kind}: run npm run schemas`);
  }
});

test('an editor shows what the documentation says of a key, and the rules are the gateway’s own', () => {
  const shown = JSON.stringify(schemas.get('agreement'));
  assert.ok(shown.includes('"description":"at most 72 hours. Needed: yes."'));
  const bare = (schema: unknown): unknown =>
    JSON.parse(
      JSON.stringify(schema, (key, value) =>
        key === 'description' && typeof value === 'string' ? undefined : value,
      ),
    );
  for (const [kind, schema] of editorSchemas()) assert.deepEqual(bare(schemas.get(kind)), bare(schema), kind);
});

test('every sample names its schema in its first line, and is valid by it', () => {
  for (const file of sampleFiles()) {
    const text = changedText(file);
    const kind = file.split('/')[0]?.slice(0, -1);
    const line = `# yaml-language-server: $schema=../../docs/schemas/${kind}.schema.json`;
    assert.equal(text.split('\n', 1)[0], line, file);
    assert.deepEqual(found(file, text), [], file);
  }
});

test('an editor underlines a misspelt key, a word outside a list, a missing key and a wrong shape', () => {
  for (const [file, change, expected] of [
    [KERBSIDE, ['  they may see:', '  they may sea:'], '/what they may sea'],
    [KERBSIDE, ['relationship: separate controllers', 'relationship: friends'], '/who/relationship enum'],
    [KERBSIDE, ['version: 3', 'version: three'], '/version type'],
    [KERBSIDE, ['  starts: 2026-04-01', '  starts: April'], '/dates/starts pattern'],
    [WESTHAVEN, ['status: active', 'status: asleep'], '/status enum'],
    [LOST_BADGES, ['between: [', 'amongst: ['], ' amongst'],
    [LOST_WESTHAVEN, ['under protocol: SP-2026-003', 'under protocol: SP-3'], '/under protocol pattern'],
  ] as const) {
    assert.ok(found(file, changedText(file, change)).includes(expected), `${file}: ${expected}`);
  }
});

test('an agreement alone needs every section, one under a protocol only its own', () => {
  const alone = changedText(LOST_WESTHAVEN, ['under protocol: SP-2026-003\n', '']);
  assert.ok(found(LOST_WESTHAVEN, alone).includes(' law'));
  assert.deepEqual(found(LOST_WESTHAVEN, changedText(LOST_WESTHAVEN)), []);
});
