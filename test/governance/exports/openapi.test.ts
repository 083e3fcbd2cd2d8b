/** Tests of src/governance/exports/openapi.ts and the files beside it: every sample agreement as an OpenAPI document. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import type { Json } from '../../../src/encoding/canonical-json.ts';
import { openApi } from '../../../src/governance/exports/openapi.ts';
import { problemStatus } from '../../../src/http/problem.ts';

const policies = await loadPolicyFolder(join(import.meta.dirname, '../../../policies'));
const OPTIONS = { origin: 'https://gateway.northmere.example', statusOf: problemStatus };

function documentOf(id: string) {
  const agreement = policies.agreements.find((one) => one.id === id);
  assert.ok(agreement !== undefined, id);
  const document = openApi(agreement, policies, OPTIONS);
  assert.ok(document !== undefined);
  return { agreement, document: JSON.parse(JSON.stringify(document)) };
}

describe('every sample agreement', () => {
  for (const agreement of policies.agreements) {
    test(`${agreement.id} version ${agreement.version} is a valid OpenAPI 3.1 document`, async () => {
      const document = openApi(agreement, policies, OPTIONS);
      const validator = new Validator();
      const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
      assert.equal(valid, true, JSON.stringify(errors ?? []));
      assert.equal(validator.version, '3.1');
    });

    test(`${agreement.id} version ${agreement.version} has its operations in both forms and no other`, () => {
      const { document } = documentOf(agreement.id);
      const paths = Object.keys(document.paths);
      const asks = agreement.operations.map(
        (name) => `/${agreement.dataset}/ask/${name.replaceAll(' ', '-')}`,
      );
      for (const path of asks)
        assert.ok(
          paths.some((one) => one.toLowerCase() === path.toLowerCase()),
          path,
        );
      assert.equal(paths.filter((path) => path.includes('/ask/')).length, agreement.operations.length);
    });

    test(`${agreement.id} version ${agreement.version} shows the agreed names and no other field of the dataset`, () => {
      const { document } = documentOf(agreement.id);
      const names = namesIn(document.components.schemas.Record);
      const agreed = new Set(agreement.fields.flatMap(({ path }) => path.map((step) => step.name)));
      assert.deepEqual([...names].sort(), [...agreed].sort());
    });
  }
});

test('what must be given is required, with the only values that it may have', () => {
  const { document } = documentOf('DSA-2026-014');
  const { Purpose, Reason, CaseReference } = document.components.parameters;
  assert.deepEqual([Purpose.required, Purpose.schema.const], [true, 'parking enforcement']);
  assert.deepEqual(Reason.schema.enum, ['badge on display', 'appeal against a penalty charge']);
  assert.equal(CaseReference.required, true);
  const own = document.paths['/blue-badges/badges/{badge-number}'].get;
  assert.deepEqual(
    own.parameters
      .filter((one: { in?: string }) => one.in === 'path')
      .map((one: { name: string }) => one.name),
    ['badge-number'],
  );
  const ask = document.paths['/blue-badges/ask/look-up-one-badge'].post;
  assert.deepEqual(ask.requestBody.content['application/json'].schema.required, ['badge number']);
});

test('a lookup that is not agreed stands nowhere in the document', () => {
  const agreement = policies.agreements.find(({ id }) => id === 'DSA-2026-015');
  assert.ok(agreement !== undefined);
  const narrow = { ...agreement, lookups: agreement.lookups.filter((name) => name !== 'page') };
  const text = JSON.stringify(openApi(narrow, policies, OPTIONS));
  assert.ok(!text.includes('pageNum'));
  assert.ok(
    JSON.stringify(openApi(agreement, policies, OPTIONS)).includes('pageNum') ===
      agreement.lookups.includes('page'),
  );
});

test('each status says which problems can come with it', () => {
  const { document } = documentOf('DSA-2026-014');
  const { responses } = document.paths['/blue-badges/ask/look-up-one-badge'].post;
  assert.match(responses['403'].description, /role-not-agreed/);
  assert.match(responses['404'].description, /no-record/);
  assert.match(responses['429'].description, /limit-reached/);
  assert.deepEqual(Object.keys(responses['200'].headers), [
    'Exchange-Id',
    'Sharing-Agreement',
    'Audit-Receipt',
    'Audit-Salt',
    'Content-Digest',
    'Keep-For',
    'Onward-Sharing',
  ]);
});

test('an agreement whose dataset is not there has no document', () => {
  const [agreement] = policies.agreements;
  assert.ok(agreement !== undefined);
  assert.equal(openApi({ ...agreement, dataset: 'nothing' }, policies, OPTIONS), undefined);
});

/** Names of members at any depth. */
function namesIn(schema: Json): Set<string> {
  const names = new Set<string>();
  const walk = (value: Json | undefined): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach(walk);
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'properties' && typeof inner === 'object' && inner !== null) {
        for (const name of Object.keys(inner)) names.add(name);
        for (const member of Object.values(inner)) walk(member as Json);
      } else walk(inner as Json);
    }
  };
  walk(schema);
  return names;
}
