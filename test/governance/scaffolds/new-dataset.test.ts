/** Tests of src/governance/scaffolds/new-dataset.ts and the files beside it, on documents that the public can read. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import { newDatasetCommand } from '../../../src/cli/new-dataset.ts';
import { PolicyMistakes } from '../../../src/domain/policy-mistakes.ts';
import {
  guessKind,
  guessSensitivity,
  inPlainWords,
} from '../../../src/governance/scaffolds/guessed-field.ts';
import { newDataset } from '../../../src/governance/scaffolds/new-dataset.ts';
import { FILL_IN, newDatasetAsYaml } from '../../../src/governance/scaffolds/new-dataset-as-yaml.ts';
import { OpenApiReading } from '../../../src/governance/scaffolds/openapi-reading.ts';
import { Written } from '../../support/written.ts';

const VECTORS = join(import.meta.dirname, '../../vectors/openapi');
const PAY = join(VECTORS, 'govuk-pay-publicapi.json');
const NOTIFY = join(VECTORS, 'govuk-notify/publicapi_spec.json');
const SAMPLES = join(import.meta.dirname, '../../../policies');
const read = (file: string): unknown => parse(readFileSync(file, 'utf8'));

function scaffold(from: string, id = 'payments') {
  const io = new Written();
  const code = newDatasetCommand({ id, from }, io, read);
  return { code, out: io.stdout, err: io.stderr };
}

/** Puts a dataset file beside the samples and reads them all; resolves to the mistakes in words. */
async function check(text: string, agreement?: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'new-dataset-'));
  try {
    cpSync(SAMPLES, folder, { recursive: true });
    writeFileSync(join(folder, 'datasets/new.yaml'), text);
    if (agreement !== undefined) writeFileSync(join(folder, 'agreements/new.yaml'), agreement);
    await loadPolicyFolder(folder);
    return [];
  } catch (error) {
    if (!(error instanceof PolicyMistakes)) throw error;
    return error.mistakes.map(({ file, what }) => `${file}: ${what}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What somebody who knows would write into the blanks of GOV.UK Pay. */
function filled(text: string): string {
  return text
    .replace(`controller: ${FILL_IN}`, 'controller: northmere-city-council')
    .replace(`about: ${FILL_IN}`, 'about: people who pay Northmere')
    .replace(`secret: ${FILL_IN}`, 'secret: PAY_KEY')
    .replace(`subject reference: ${FILL_IN}`, 'subject reference: email')
    .replaceAll(`must use: [${FILL_IN}]`, 'must use: [from date]')
    .replace(/(search agreements[\s\S]*?must use: \[)from date/, '$1reference');
}

test('every leaf of GOV.UK Pay that can be read is a field, and none is shown', () => {
  const dataset = newDataset(read(PAY), 'payments');
  assert.ok(dataset !== undefined);
  const reading = OpenApiReading.of(read(PAY));
  const leaves = reading
    ?.operations()
    .filter(({ method, answer }) => method === 'GET' && answer !== undefined)
    .flatMap(({ answer }) => (answer === undefined ? [] : reading.leaves(answer)));
  assert.ok(leaves !== undefined && leaves.length > 150, `${leaves?.length}`);
  for (const { path } of leaves) {
    // A list's own name and its counts and links stand around the records.
    const names = path[0] === 'results' ? path.slice(1) : path;
    const isAround =
      ['links', '_links'].includes(path[0] ?? '') || ['count', 'page', 'total'].includes(path[0] ?? '');
    assert.ok(isAround || dataset.fields.has(names.join('.')), path.join('.'));
  }
  const text = newDatasetAsYaml(dataset);
  const lines = text
    .slice(text.indexOf('\nfields:'))
    .split('\n')
    .filter((line) => line.includes('sensitivity:'));
  assert.equal(lines.length, dataset.fields.size);
  for (const line of lines) assert.match(line, /may be shown as: \[not at all\]|sensitivity: never share/);
});

test('what moves money, signs in or lets its holder act is never offered', () => {
  const dataset = newDataset(read(PAY), 'payments');
  const requests = dataset?.operations.map(({ request }) => request) ?? [];
  assert.ok(requests.every((request) => request.startsWith('GET ')));
  assert.ok(dataset?.leftOut.some(({ what }) => what === 'POST /v1/auth'));
  for (const [name, { sensitivity }] of dataset?.fields ?? []) {
    if (/(?:^|\.)_links\.|first_digits|expiry_date|(?:_|\b)url$/.test(name))
      assert.equal(sensitivity, 'never share', name);
    assert.notEqual(sensitivity, 'ordinary', name);
  }
  const first = [...(dataset?.fields ?? [])].filter(([name]) => name.includes('first_digits'));
  assert.ok(first.length > 0 && first.every(([, field]) => field.sensitivity === 'never share'));
});

test('the file is refused until its blanks are filled, and passes once they are', async () => {
  const { code, out, err } = scaffold(PAY);
  assert.equal(code, 0);
  assert.match(err, /No field is shown/);
  assert.ok((await check(out)).length > 0);
  assert.deepEqual(await check(filled(out)), []);
});

test('an agreement that lists a field which nobody has looked at is refused in a sentence', async () => {
  const kerbside = readFileSync(join(SAMPLES, 'agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml'), 'utf8');
  const agreement = kerbside
    .replace('agreement: DSA-2026-014', 'agreement: DSA-2026-914')
    .replace('dataset: blue-badges', 'dataset: payments')
    .replace(/they may:\n {4}- .*/, 'they may:\n    - get information about a single payment')
    .replace(/they may ask using:\n {4}- .*/, 'they may ask using:\n    - payment id')
    .replace(/they may see:[\s\S]*?they must never see:[\s\S]*?\n\n/, 'they may see:\n    - amount\n\n');
  const mistakes = await check(filled(scaffold(PAY).out), agreement);
  assert.ok(
    mistakes.some((mistake) => mistake === 'agreements/new.yaml: `amount` may not be shown as `in full`'),
    mistakes.join('\n'),
  );
});

test('a document of many files is read with those beside it, and with nothing from elsewhere', () => {
  const { code, out } = scaffold(NOTIFY, 'messages');
  assert.equal(code, 0);
  assert.match(out, /phone_number: \{means: .*kind: telephone, sensitivity: contact/);
  const asked: string[] = [];
  const stranger = {
    openapi: '3.1.0',
    paths: {
      '/a': { get: { $ref: '../../secret.json' } },
      '/b': { get: { $ref: 'https://elsewhere.example/b.json' } },
    },
  };
  const open = (file: string): unknown => {
    asked.push(file);
    return undefined;
  };
  assert.equal(newDataset(stranger, 'a', open), undefined);
  // The reading asks; the command does not open what is not beside the document.
  assert.ok(asked.every((file) => file.startsWith('..') || file.startsWith('https:')));
});

test('a schema inside itself, a pointer into nothing and a name that hides in a prototype end quietly', () => {
  const schema = {
    type: 'object',
    properties: { again: { $ref: '#/components/schemas/Node' }, value: { type: 'string' } },
  };
  const document = {
    openapi: '3.0.1',
    info: { title: 'x' },
    paths: {
      '/n/{id}': {
        get: {
          summary: 'Read a node',
          parameters: [{ name: 'id', in: 'path', schema: { $ref: '#/nowhere/%zz' } }],
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Node' } } } },
          },
        },
      },
    },
    components: { schemas: { Node: schema } },
  };
  assert.deepEqual([...(newDataset(document, 'nodes')?.fields.keys() ?? [])], ['value']);
});

test('words of a document cannot become YAML of their own', () => {
  const nasty = 'x}\n  evil: {means: a, kind: free text, sensitivity: ordinary}\n#';
  const document = {
    openapi: '3.1.0',
    info: { title: nasty, description: nasty },
    paths: {
      '/a': {
        get: {
          summary: nasty,
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: {
                    properties: {
                      [nasty]: { type: 'string', description: nasty },
                      ok: { type: 'string', enum: [nasty, 'null', 'no'] },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  };
  const dataset = newDataset(document, 'a');
  assert.ok(dataset !== undefined);
  const parsed = parse(newDatasetAsYaml(dataset));
  assert.equal(parsed.evil, undefined);
  assert.equal(parsed.fields.evil, undefined);
  assert.equal(Object.keys(parsed.fields).length, dataset.fields.size);
  assert.deepEqual(parsed.fields.ok.codes, [nasty, 'null', 'no']);
});

test('a name of three spellings is one name in plain words, and tells its kind', () => {
  for (const name of ['cardHolderName', 'card_holder_name', 'CardHolderName'])
    assert.equal(inPlainWords(name), 'card holder name');
  assert.equal(guessKind('nhs number', { type: 'string' }).kind, 'NHS number');
  assert.equal(guessKind('born', { type: 'string', format: 'date' }).kind, 'date');
  assert.deepEqual(guessKind('page', { type: 'integer', minimum: 1, maximum: 9 }), {
    kind: 'whole number',
    atLeast: 1,
    atMost: 9,
  });
  assert.equal(guessSensitivity('ethnic category'), 'special category');
  assert.equal(guessSensitivity('something'), 'personal');
});

test('what is no OpenAPI document, and a name that no dataset can have, are refused in words', () => {
  const { code, err } = scaffold(join(SAMPLES, 'datasets/blue-badges.yaml'));
  assert.equal(code, 2);
  assert.match(err, /not an OpenAPI 3 document/);
  assert.match(scaffold(PAY, 'Pay ments').err, /small letters/);
  assert.match(scaffold('/nowhere.json').err, /cannot be read/);
});
