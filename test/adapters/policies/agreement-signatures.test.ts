/** Whether both parties have signed what an agreement comes to today: real files, real keys, one change at a time. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { signPolicies } from '../../../demo/signed-policies.ts';
import { signatureFile } from '../../../src/adapters/policies/agreement-signatures.ts';
import { loadPolicyFolder } from '../../../src/adapters/policies/policy-folder.ts';
import { readSignature, signText } from '../../../src/adapters/signing/signed-text.ts';
import { readSigningKeyFile } from '../../../src/adapters/signing/signing-key-file.ts';
import type { Agreement } from '../../../src/domain/agreement.ts';
import { PolicyMistakes } from '../../../src/domain/policy-mistakes.ts';
import type { PolicySet } from '../../../src/domain/policy-set.ts';
import { readPinnedKeys } from '../../../src/roof/policies/pinned-keys-file.ts';
import { BADGES, KERBSIDE, SAMPLES, WESTHAVEN } from '../../support/changed-policies.ts';

const ID = 'DSA-2026-014';
const root = mkdtempSync(join(tmpdir(), 'signatures-'));
const signed = { policies: join(root, 'signed'), keys: join(root, 'keys'), pins: join(root, 'pins.json') };
let copies = 0;
before(async () => {
  cpSync(SAMPLES, signed.policies, { recursive: true });
  await signPolicies(signed);
});
after(() => rmSync(root, { recursive: true, force: true }));

function load(folder: string): Promise<PolicySet> {
  return loadPolicyFolder(folder, { pins: readPinnedKeys(signed.pins), read: readSignature });
}

/** The kerbside agreement after a change to a copy of the signed folder. */
async function kerbsideAfter(change: (folder: string) => void | Promise<void>): Promise<Agreement> {
  copies += 1;
  const folder = join(root, `copy-${copies}`);
  cpSync(signed.policies, folder, { recursive: true });
  await change(folder);
  const { agreements } = await load(folder);
  return agreements.find(({ id }) => id === ID) ?? assert.fail();
}

function edit(file: string, find: string | RegExp, write: string): (folder: string) => void {
  return (folder) => {
    const text = readFileSync(join(folder, file), 'utf8');
    assert.notEqual(text.replace(find, write), text, `${file} does not hold ${find}`);
    writeFileSync(join(folder, file), text.replace(find, write));
  };
}

const OWN = `signatures/${signatureFile({ id: ID, version: 3 }, 'westhaven-district-council')}`;

test('what both have signed with pinned keys is signed', async () => {
  const { agreements } = await load(signed.policies);
  for (const { id, signedByBoth, signaturesBroken, signatureFaults } of agreements) {
    assert.deepEqual([signedByBoth, signaturesBroken, signatureFaults], [true, false, []], id);
  }
});

/** The change, and the one thing that is said of it; the second party's signature says the same and is not repeated. */
const CHANGES: readonly (readonly [what: string, change: (folder: string) => void, faults: RegExp])[] = [
  [
    'a comment',
    edit(KERBSIDE, /\n$/, '\n# a comment\n'),
    /^the file of the agreement was changed after it was signed$/,
  ],
  [
    'the host of the dataset',
    edit(BADGES, 'address: https://badges.internal', 'address: https://badges.other'),
    /^the upstream is now `https:\/\/badges\.other\.[^`]*`, signed was `https:\/\/badges\.internal\.[^`]*`$/,
  ],
  [
    'the template of an operation',
    edit(BADGES, 'GET /badges/{badge number}', 'GET /all-badges/{badge number}'),
    /^`request` of the operation `look up one badge` is now `GET \/all-badges/,
  ],
  [
    'the kind of a field',
    edit(
      BADGES,
      'Last day the badge is valid, kind: date,',
      'Last day the badge is valid, kind: date and time,',
    ),
    /^`kind` of the field `expiryDate` is now `date and time`, signed was `date`$/,
  ],
  [
    'the issuer of the consumer',
    edit(WESTHAVEN, /issuer: .*/, 'issuer: https://login.other.example'),
    /^the issuer of the organisation that receives is now `https:\/\/login\.other\.example`/,
  ],
  [
    'a name of a role',
    edit(WESTHAVEN, 'role names:', 'role names:\n    ANYBODY: parking supervisor'),
    /role name `ANYBODY`/,
  ],
];

for (const [what, change, fault] of CHANGES) {
  test(`${what} changed: not signed any more, and it is said which`, async () => {
    const { signedByBoth, signaturesBroken, signatureFaults } = await kerbsideAfter(change);
    assert.deepEqual([signedByBoth, signaturesBroken], [false, true]);
    assert.equal(signatureFaults.length, 1, signatureFaults.join('\n'));
    assert.match(signatureFaults[0] ?? '', fault);
  });
}

test('whatever byte of the agreement changes, it is not signed any more, or no file at all', async () => {
  const bytes = readFileSync(join(signed.policies, KERBSIDE));
  for (let at = 3; at < bytes.length; at += Math.ceil(bytes.length / 25)) {
    const changed = Buffer.from(bytes);
    changed[at] = (bytes[at] ?? 0) ^ 1;
    const agreement = await kerbsideAfter((folder) => writeFileSync(join(folder, KERBSIDE), changed)).catch(
      (error: unknown) =>
        assert.ok(error instanceof PolicyMistakes || error instanceof assert.AssertionError),
    );
    assert.notEqual(agreement?.signedByBoth, true, `byte ${at}`);
  }
});

test('a new field at the provider changes nothing', async () => {
  const change = edit(
    BADGES,
    '\nfields:\n',
    '\nfields:\n  brandNew: {means: New, kind: free text, sensitivity: ordinary}\n',
  );
  assert.equal((await kerbsideAfter(change)).signedByBoth, true);
});

test('every byte of a signature file counts', async () => {
  const text = readFileSync(join(signed.policies, OWN), 'utf8');
  for (let at = 0; at < text.length - 1; at += 397) {
    const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
    const { signedByBoth, signaturesBroken, signatureFaults } = await kerbsideAfter((folder) =>
      writeFileSync(join(folder, OWN), changed),
    );
    assert.deepEqual([signedByBoth, signaturesBroken], [false, true], `byte ${at}`);
    assert.match(signatureFaults.join(), /the signature of `westhaven-district-council` does not hold/);
  }
});

test('one signature alone is a draft', async () => {
  const { signedByBoth, signaturesBroken, signatureFaults } = await kerbsideAfter((folder) =>
    rmSync(join(folder, OWN)),
  );
  assert.deepEqual([signedByBoth, signaturesBroken], [false, false]);
  assert.deepEqual(signatureFaults, [
    `\`westhaven-district-council\` has not signed it: there is no \`${OWN}\``,
  ]);
});

test('one party cannot sign for the other', async () => {
  const { signatureFaults, signedByBoth } = await kerbsideAfter((folder) => {
    const other = OWN.replace('westhaven-district', 'northmere-city');
    renameSync(join(folder, other), join(folder, OWN));
    cpSync(join(signed.policies, other), join(folder, other));
  });
  assert.equal(signedByBoth, false);
  assert.match(
    signatureFaults.join('\n'),
    /westhaven.* signed with the key .*, which its file does not list/,
  );
  assert.match(
    signatureFaults.join('\n'),
    /westhaven.* signed with the key .*, which this gateway does not pin for it/,
  );
});

test('a signature over something else than this agreement does not count', async () => {
  const key = readSigningKeyFile(join(signed.keys, 'westhaven-district-council.pem'));
  for (const text of ['{}', 'yes', '[]', '{"format":"signed-agreement/2"}']) {
    const { signatureFaults } = await kerbsideAfter(async (folder) =>
      writeFileSync(join(folder, OWN), await signText(text, 'agreement', key)),
    );
    assert.match(signatureFaults.join(), /is not a statement of an agreement/);
  }
  const other =
    readdirSync(join(signed.policies, 'signatures')).find((name) => /015.*westhaven/.test(name)) ?? '';
  const { signatureFaults } = await kerbsideAfter((folder) =>
    cpSync(join(folder, 'signatures', other), join(folder, OWN)),
  );
  assert.match(signatureFaults.join(), /`agreement` is now `DSA-2026-014`, signed was `DSA-2026-015`/);
});

test('who signed for a party must stand in the file', async () => {
  copies += 1;
  const place = { ...signed, policies: join(root, `copy-${copies}`) };
  cpSync(signed.policies, place.policies, { recursive: true });
  edit(KERBSIDE, /signed:\n(?: +.*\n)+/, '')(place.policies);
  const { agreements } = await load(place.policies);
  const faults = agreements.find(({ id }) => id === ID)?.signatureFaults.join('\n') ?? '';
  assert.match(
    faults,
    /`northmere-city-council` has signed, and the file does not say under `signed` who did so/,
  );
});

test('without pinned keys nobody has signed anything', async () => {
  const { agreements } = await loadPolicyFolder(signed.policies);
  assert.ok(agreements.every(({ signedByBoth }) => !signedByBoth));
});
