import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  EVIDENCE_FORMAT,
  type EvidenceManifest,
  formatManifest,
  parseManifest,
} from '../../../src/audit-log/proving/evidence-manifest.ts';

const MANIFEST: EvidenceManifest = {
  format: EVIDENCE_FORMAT,
  log: 'gateway.northmere.example/audit/2026h2',
  made: '2026-11-23T12:00:00.000Z',
  entries: [3, 4],
  agreements: [{ sha256: 'ab'.repeat(32), files: [`agreements/${'ab'.repeat(32)}.yaml`] }],
  openings: [
    { entry: 4, member: 'body', salt: 'AAAAAAAAAAAAAAAAAAAAAA' },
    { entry: 3, member: 'case', salt: 'AAAAAAAAAAAAAAAAAAAAAA', value: 'PCN/1' },
  ],
};

test('a manifest is read back as it was written', () => {
  assert.deepEqual(parseManifest(formatManifest(MANIFEST)), MANIFEST);
});

test('a manifest of another version, or with a member too many, too few or of another form, is refused', () => {
  const whole = JSON.parse(formatManifest(MANIFEST));
  const wrong: readonly Record<string, unknown>[] = [
    { format: 'sharing-gateway/evidence/v2' },
    { more: 1 },
    { entries: undefined },
    { entries: [1.5] },
    { entries: ['1'] },
    { entries: {} },
    { openings: [{ entry: 3, member: 'subject', salt: '' }] },
    { openings: [{ entry: 3, member: 'case', salt: '', value: 1 }] },
    { agreements: [{ sha256: 'ab' }] },
    { agreements: [null] },
    { log: 7 },
  ];
  for (const change of wrong)
    assert.equal(parseManifest(JSON.stringify({ ...whole, ...change })), undefined, JSON.stringify(change));
});

test('whatever text comes is a manifest or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => assert.equal(parseManifest(text), undefined)),
  );
});
