/** What a running gateway proves to others, over HTTP: to the operator on loopback, to each party with its own token. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openKeyRing } from '../../../src/adapters/signing/key-ring.ts';
import { TileLog, tileLogSource } from '../../../src/audit-log/proving/tile-log.ts';
import { verifyLog } from '../../../src/audit-log/verifying/verifier.ts';
import { verifyEvidence } from '../../../src/audit-log/verifying/verify-evidence.ts';
import { unzip } from '../../../src/encoding/zip.ts';
import { parseCheckpoint } from '../../../src/merkle/checkpoint.ts';
import { leafHash } from '../../../src/merkle/hash.ts';
import { openSignedNote, type VerifierKey } from '../../../src/merkle/signed-note.ts';
import { openTlogProof } from '../../../src/merkle/tlog-proof.ts';
import { type Asked, askBadge, askingGateway, WESTHAVEN } from '../../support/asking-gateway.ts';
import type { TokenFacts, WholeGateway } from '../../support/whole-gateway.ts';

const HOSPITAL = 'organisations/northmere-hospital-trust.yaml';
const NORTHMERE = 'organisations/northmere-city-council.yaml';
const READS = [
  'status: active',
  'roles that may read the log: [parking supervisor]\nstatus: active',
] as const;
const SYSTEM_READS = [
  'acts for a named person: always',
  'acts for a named person: always\n    may read the log: yes',
] as const;

const SUPERVISOR: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9002', roles: ['CEO-SUP'] };
const ATTENDANT: TokenFacts = {
  system: 'northmere-hospital-parking',
  person: 'staff-9003',
  roles: ['CARPARK'],
};
const PROVIDER: TokenFacts = { system: 'northmere-social-care-system', person: 'staff-9004', roles: ['SW'] };
const OFFICER: TokenFacts = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };

let gateway: WholeGateway;
let asked: Asked;
let exchange: string;
let key: VerifierKey;
let receipts: VerifierKey;

before(async () => {
  gateway = await askingGateway(
    [
      [WESTHAVEN, ...READS],
      [HOSPITAL, ...SYSTEM_READS],
      [NORTHMERE, ...SYSTEM_READS],
    ],
    { settings: { REFUSED_ENTRIES_PER_HOUR: '20' } },
  );
  const keys = openKeyRing(join(gateway.folder, 'keys'), String(gateway.settings['LOG_ORIGIN']));
  key = keys.checkpoint.verifierKey;
  receipts = keys.receipts.verifierKey;
  asked = await askBadge(gateway);
  assert.equal(asked.code, 'released');
  exchange = asked.headers.get('exchange-id') ?? '';
  await signed();
});
after(() => gateway.close());

/** Waits until a checkpoint covers all that is in the log now. */
async function signed(): Promise<void> {
  const size = gateway.leaves().length;
  const end = Date.now() + 10_000;
  for (;;) {
    const checkpoint = parseCheckpoint(openSignedNote(await text('/log/checkpoint'), [key]));
    if (checkpoint.size >= size) return;
    assert.ok(Date.now() < end, 'no checkpoint followed');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function text(path: string): Promise<string> {
  return (await fetch(`${gateway.operations}${path}`)).text();
}

async function as(who: TokenFacts, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await gateway.token(who)}` };
  return fetch(`${gateway.url}${path}`, { ...init, headers });
}

interface Line {
  index: number;
  leaf: string;
  leaf_hash: string;
  proof?: string;
}

function linesOf(body: string): Line[] {
  return body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

function readings(code: string): Record<string, unknown>[] {
  return gateway.leaves().filter((leaf) => leaf['kind'] === 'read' && leaf['code'] === code);
}

test('the whole log is read as tiles from the operations port, and is whole', async () => {
  const note = await text('/log/checkpoint');
  const checkpoint = parseCheckpoint(openSignedNote(note, [key]));
  const log = new TileLog(async (path) => {
    const answer = await fetch(`${gateway.operations}/log/${path}`);
    return answer.ok ? Buffer.from(await answer.arrayBuffer()) : undefined;
  }, checkpoint);
  const { findings, entries } = await verifyLog(tileLogSource(log, checkpoint), { key, head: note });
  assert.deepEqual([findings, entries], [[], checkpoint.size]);
  assert.equal(readings('bundle').length, 1);
});

test('a proof of the entry that the receipt names opens with the public key alone, and reading it is an entry', async () => {
  const receipt = Buffer.from(asked.headers.get('audit-receipt') ?? '', 'base64url');
  const hash = receipt.subarray(1, 33);
  for (const spelled of [hash.toString('base64url'), hash.toString('hex')]) {
    const proof = await text(`/log/proof/${spelled}`);
    const { index } = openTlogProof(proof, hash, key);
    assert.equal(gateway.leaves()[index]?.['exchange'], exchange);
  }
  assert.equal(readings('proof').at(-1)?.['entry'], hash.toString('base64'));
  assert.equal(readings('proof').at(-1)?.['assurance'], 'unproved');
});

test('an unknown leaf hash and a text that is none are 404 with a plain problem', async () => {
  for (const hash of [Buffer.alloc(32).toString('base64url'), 'nonsense', '..%2f..%2fetc']) {
    const answer = await fetch(`${gateway.operations}/log/proof/${hash}`);
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
    assert.match(Object(await answer.json()).detail, /leaf hash/);
  }
});

test('each party reads the entries of its own exchanges on the consumers’ port, with proofs, and others get none of them', async () => {
  for (const who of [SUPERVISOR, PROVIDER]) {
    const answer = await as(who, '/log/entries?from=0&proof=yes');
    assert.equal(answer.status, 200, await answer.clone().text());
    const lines = linesOf(await answer.text());
    assert.deepEqual(
      lines.map(({ leaf }) => JSON.parse(leaf).kind),
      ['sent', 'released'],
    );
    for (const { leaf, leaf_hash, proof, index } of lines) {
      assert.equal(leafHash(Buffer.from(leaf)).toString('base64'), leaf_hash);
      assert.equal(openTlogProof(proof ?? '', leafHash(Buffer.from(leaf)), key).index, index);
    }
    const next = /<(.+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1] ?? '';
    assert.equal(await (await as(who, next)).text(), '');
  }
  assert.equal(await (await as(ATTENDANT, '/log/entries')).text(), '');
  const [first] = readings('entries');
  assert.equal(first?.['organisation'], 'westhaven-district-council');
  assert.equal(first?.['records'], 2);
});

test('somebody else’s proof, exchange and evidence are answered as if they were not there', async () => {
  const own = gateway.leaves().findIndex((leaf) => leaf['exchange'] === exchange);
  const [line] = linesOf(await (await as(SUPERVISOR, '/log/entries')).text());
  assert.equal(line?.index, own);
  const hash = Buffer.from(line?.leaf_hash ?? '', 'base64').toString('base64url');
  const unknown = Buffer.alloc(32, 9).toString('base64url');
  const [theirs, nobodys] = await Promise.all(
    [hash, unknown].map(async (one) => (await as(ATTENDANT, `/log/proof/${one}`)).text()),
  );
  assert.equal(theirs, nobodys);
  assert.equal((await as(SUPERVISOR, `/log/proof/${hash}`)).status, 200);
  assert.equal((await as(ATTENDANT, `/log/exchange/${exchange}`)).status, 404);
  const order = {
    method: 'POST',
    body: JSON.stringify({ exchanges: [exchange] }),
    headers: { 'content-type': 'application/json' },
  };
  assert.equal((await as(ATTENDANT, '/log/evidence', order)).status, 404);
  assert.equal((await as(SUPERVISOR, '/log/evidence', order)).status, 200);
});

test('bundles hold everybody’s entries: a party gets the hashes and not the bundles', async () => {
  assert.equal((await as(SUPERVISOR, '/log/checkpoint')).status, 200);
  const size = parseCheckpoint(openSignedNote(await text('/log/checkpoint'), [key])).size;
  assert.equal((await as(SUPERVISOR, `/log/tile/0/000.p/${size}`)).status, 200);
  const bundle = await as(SUPERVISOR, `/log/tile/entries/000.p/${size}`);
  assert.equal(bundle.status, 403);
  assert.equal(Object(await bundle.json()).type, '/problems/log-not-yours');
});

test('without a token, with a spoiled one, and as somebody who may not read, nothing is read, and the refusal is an entry', async () => {
  const paths = ['/log/checkpoint', '/log/entries', '/log/tile/0/000.p/1', `/log/exchange/${exchange}`];
  for (const path of paths) {
    const nobody = await fetch(`${gateway.url}${path}`);
    assert.equal(nobody.status, 401, path);
    assert.match(nobody.headers.get('www-authenticate') ?? '', /^Bearer .*resource_metadata="https:/);
    const spoiled = await fetch(`${gateway.url}${path}`, { headers: { authorization: 'Bearer abc' } });
    assert.ok([400, 401].includes(spoiled.status), path);
    assert.equal((await as(OFFICER, path)).status, 403, path);
  }
  assert.ok(readings('refused').length >= 3 * paths.length);
});

test('paths that are no tile, and questions that cannot be read, are refused plainly on both ports', async () => {
  for (const path of [
    '/log/tile/0/0',
    '/log/tile/9/000',
    '/log/tile/entries/999',
    '/log/tile/0/000.p/256',
    '/log/tile/',
    '/log/nothing',
  ])
    assert.equal((await fetch(`${gateway.operations}${path}`)).status, 404, path);
  for (const query of ['from=-1', 'most=0', 'most=1001', 'from=1&from=2', 'proof=perhaps', 'other=1'])
    assert.equal((await as(SUPERVISOR, `/log/entries?${query}`)).status, 400, query);
  assert.equal((await fetch(`${gateway.operations}/log/export?from=yesterday`)).status, 400);
  const order = { method: 'POST', headers: { 'content-type': 'application/json' } };
  for (const body of [
    '{',
    '{"exchanges":"x"}',
    '{"exchanges":["../x"]}',
    '{"exchanges":[],"open":["everything"]}',
  ])
    assert.equal((await fetch(`${gateway.operations}/log/evidence`, { ...order, body })).status, 400, body);
});

test('evidence holds for somebody with the public key, agreement text and opened commitments included', async () => {
  const answer = await fetch(`${gateway.operations}/log/evidence`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ exchanges: [exchange], open: ['body', 'person', 'case', 'token'] }),
  });
  assert.equal(answer.headers.get('content-type'), 'application/zip');
  const files = unzip(Buffer.from(await answer.arrayBuffer())) ?? [];
  const verdict = verifyEvidence(files, { checkpoint: key, receipts }, Buffer.from(asked.text));
  assert.deepEqual(verdict.findings, []);
  const shown = verdict.shown.join('\n');
  assert.match(shown, /committed to this person: "staff-9001"/);
  assert.match(shown, /committed to this case: "PCN-0001"/);
  assert.match(shown, /The body given is the one that entry \d+ recorded/);
  const text = files.find(({ name }) => name.startsWith('agreements/'))?.bytes ?? Buffer.alloc(0);
  assert.deepEqual(
    Buffer.from(text),
    readFileSync(join(gateway.folder, 'policies/agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml')),
  );
  const sha256 = createHash('sha256').update(text).digest('hex');
  assert.equal(
    Object(gateway.leaves().find((leaf) => leaf['exchange'] === exchange)?.['agreement']).sha256,
    sha256,
  );
  assert.equal(readings('evidence-opened').length, 1);
});

test('a provider that asks for evidence gets no name of the consumer’s staff opened', async () => {
  const answer = await as(PROVIDER, '/log/evidence', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ exchanges: [exchange], open: ['body', 'person', 'case', 'token'] }),
  });
  const archive = Buffer.from(await answer.arrayBuffer());
  const manifest = unzip(archive)?.find(({ name }) => name === 'evidence.json')?.bytes ?? '';
  assert.deepEqual(
    JSON.parse(String(manifest)).openings.map(({ member }: { member: string }) => member),
    ['body'],
  );
  assert.deepEqual(
    verifyEvidence(unzip(archive) ?? [], { checkpoint: key, receipts }, Buffer.from(asked.text)).findings,
    [],
  );
});

test('the export holds every entry that was signed, its reading recorded before, and times bound it', async () => {
  const before = gateway.leaves().length;
  await signed();
  const lines = linesOf(await text('/log/export'));
  assert.ok(lines.length >= before);
  assert.deepEqual(
    lines.map(({ index }) => index),
    lines.map((_, at) => at),
  );
  assert.equal(readings('export').at(-1)?.['size'], lines.length);
  assert.equal(await text('/log/export?from=2099-01-01T00:00:00Z'), '');
  const some = linesOf(await text('/log/export?first=2&size=3'));
  assert.deepEqual(
    some.map(({ index }) => index),
    [2, 3, 4],
  );
  assert.equal(await text('/log/export?first=999999'), '');
  for (const query of ['first=-1', 'size=x', 'first=1&first=2', 'more=1'])
    assert.equal((await fetch(`${gateway.operations}/log/export?${query}`)).status, 400, query);
  assert.equal(linesOf(await text('/log/export?to=2020-01-01T00:00:00Z')).length, 0);
});

test('a flood of requests that prove nobody is counted in one summary, and does not fill the log', async () => {
  const before = readings('refused').length;
  const statuses = await Promise.all(
    Array.from({ length: 150 }, async () => (await fetch(`${gateway.url}/log/entries`)).status),
  );
  assert.deepEqual([...new Set(statuses)].sort(), [401, 429]);
  assert.ok(readings('refused').length - before < 100);
  assert.equal((await as(SUPERVISOR, '/log/entries')).status, 200);
});

test('an organisation whose requests to read are refused again and again makes no more entries than its quota allows', async () => {
  const before = readings('refused').length;
  const answers = await Promise.all(Array.from({ length: 40 }, () => as(OFFICER, '/log/entries')));
  const statuses = answers.map(({ status }) => status);
  assert.ok(
    statuses.every((status) => status === 403 || status === 429),
    statuses.join(),
  );
  assert.ok(statuses.includes(429));
  assert.ok(readings('refused').length - before <= 20);
  assert.equal((await as(SUPERVISOR, '/log/entries')).status, 200);
});
