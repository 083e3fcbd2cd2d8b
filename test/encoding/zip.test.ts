import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { unzip, zip } from '../../src/encoding/zip.ts';

const FILES = [
  { name: 'README.txt', bytes: Buffer.from('read me\n') },
  { name: 'entries/12.json', bytes: Buffer.from('{"a":1}') },
  { name: 'empty', bytes: Buffer.alloc(0) },
];

test('what was put in comes out, in the same order', () => {
  assert.deepEqual(unzip(zip(FILES)), FILES);
  assert.deepEqual(unzip(zip([])), []);
});

test('a common tool finds the archive whole and unpacks the same bytes', (context) => {
  if (spawnSync('python3', ['--version']).error !== undefined) return context.skip('python3 is not here');
  const folder = mkdtempSync(join(tmpdir(), 'zip-'));
  try {
    const file = join(folder, 'a.zip');
    writeFileSync(file, zip(FILES));
    const script = `import sys,zipfile
z=zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print(','.join(i.filename+':'+str(len(z.read(i))) for i in z.infolist()))`;
    const said = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' });
    assert.equal(said.trim(), 'README.txt:8,entries/12.json:7,empty:0');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an archive with any one byte changed, added or missing is no archive any more', () => {
  const archive = zip(FILES);
  assert.equal(unzip(archive.subarray(1)), undefined);
  assert.equal(unzip(archive.subarray(0, -1)), undefined);
  assert.equal(unzip(Buffer.concat([archive, Buffer.of(0)])), undefined);
  assert.equal(unzip(Buffer.concat([Buffer.of(0), archive])), undefined);
  for (let at = 0; at < archive.length; at += 1) {
    const changed = Buffer.from(archive);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(unzip(changed), undefined, `byte ${at}`);
  }
});

test('whatever bytes come are an archive that is written the same again, or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(150), fc.nat(255), (bytes, at, value) => {
      assert.equal(unzip(bytes) === undefined || bytes.length === 22, true);
      const spoiled = zip(FILES);
      spoiled[at] = value;
      const files = unzip(spoiled);
      if (files !== undefined) assert.ok(zip(files).equals(spoiled));
    }),
    { numRuns: 2000 },
  );
});

test('a name that could lead out of the folder, or that comes twice, is neither written nor read', () => {
  for (const name of ['../a', '/a', 'a/../b', 'a//b', '', 'a b', 'a\\b', '.a', 'C:a'])
    assert.throws(() => zip([{ name, bytes: Buffer.alloc(0) }]), RangeError, name);
  const twice = { name: 'a', bytes: Buffer.alloc(1) };
  assert.throws(() => zip([twice, twice]), RangeError);
  const evil = Buffer.from(
    zip([{ name: 'aa/b', bytes: Buffer.of(1) }])
      .toString('latin1')
      .replaceAll('aa/b', '../b'),
    'latin1',
  );
  assert.equal(unzip(evil), undefined);
});
