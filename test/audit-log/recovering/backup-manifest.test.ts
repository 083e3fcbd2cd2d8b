import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BackupManifest,
  formatManifest,
  readManifest,
} from '../../../src/audit-log/recovering/backup-manifest.ts';

const MANIFEST: BackupManifest = {
  origin: 'gateway.northmere.example/audit/2026h2',
  entries: 20_852,
  root: Buffer.alloc(32, 7),
  signed: 20_850,
  madeAt: '2026-11-23T17:30:34.898Z',
  files: [
    { name: 'audit.sqlite', bytes: 8192, sha256: 'ab'.repeat(32) },
    { name: 'checkpoint', bytes: 212, sha256: 'cd'.repeat(32) },
  ],
};

test('a manifest is read back as it was written', () => {
  const read = readManifest(formatManifest(MANIFEST));
  assert.deepEqual(read && { ...read, root: Buffer.from(read.root) }, MANIFEST);
});

test('what is not a whole manifest is not read as one', () => {
  const said = JSON.parse(formatManifest(MANIFEST));
  const [store, checkpoint] = said.files;
  const wrong: unknown[] = [
    { ...said, format: 'sharing-gateway-backup/2' },
    { ...said, root: 'AAAA' },
    { ...said, entries: -1 },
    { ...said, entries: '20852' },
    { ...said, signed: 1.5 },
    { ...said, origin: undefined },
    { ...said, files: [store] },
    { ...said, files: [store, checkpoint, checkpoint] },
    { ...said, files: [store, { ...checkpoint, name: '../../keys/checkpoint.pem' }] },
    { ...said, files: [store, { ...checkpoint, sha256: 'none' }] },
    [said],
    null,
  ];
  for (const one of wrong) assert.equal(readManifest(JSON.stringify(one)), undefined);
  assert.equal(readManifest(formatManifest(MANIFEST).slice(0, -3)), undefined);
});
