import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'node:tls';
import { sha256 } from '../../../src/encoding/sha256.ts';
import { openCosignatures, parseCosignerKey } from '../../../src/merkle/cosignature.ts';
import { formatVerifierKey, parseSignedNote } from '../../../src/merkle/signed-note.ts';
import { startWitness } from '../../../src/roof/witnesses/witness.ts';
import { readWitnessSettings } from '../../../src/roof/witnesses/witness-settings.ts';
import { tlsPlaces, writeTlsFiles } from '../../support/gateway-tls.ts';
import { SignedTree } from '../../support/signed-tree.ts';
import { until } from '../../support/until.ts';
import { WitnessPlace } from '../../support/witness-process.ts';

const tree = new SignedTree('gateway.northmere.example/audit/2026h2').grow(400);
const place = new WitnessPlace('witness.westhaven.example', [formatVerifierKey(tree.key)]);
after(() => place.remove());

const rootOf = (one: SignedTree, size: number) => Buffer.from(one.root(size)).toString('hex');

async function ask(url: string, body: string): Promise<{ status: number; body: string } | undefined> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body }).catch(() => undefined);
  return answer === undefined ? undefined : { status: answer.status, body: await answer.text() };
}

test('a witness process cosigns, says so on one line, serves what it cosigned and ends cleanly', async () => {
  const witness = await place.start('command');
  const key = parseCosignerKey(witness.verifierKey);
  const answer = await ask(witness.url, tree.asking(0, 10));
  assert.equal(answer?.status, 200);
  const cosigned = parseSignedNote(tree.checkpoint(10) + answer?.body);
  const [one] = openCosignatures(cosigned, [key]);
  assert.ok(Math.abs((one?.atSeconds ?? 0) - Date.now() / 1000) < 30);
  const served = await fetch(`${witness.url}/${sha256(tree.origin).toString('hex')}/checkpoint`);
  assert.equal(await served.text(), tree.checkpoint(10) + answer?.body);
  assert.match(
    witness.written(),
    /"message":"cosigned","log":"gateway.northmere.example\/audit\/2026h2","size":10,/,
  );
  assert.equal(await witness.stop(), 0);
});

test('killed at any moment, under requests that fork, it never cosigns two histories', async () => {
  const fork = tree.forkAt(11).grow(400, 'other');
  const cosigned: { size: number; root: string }[] = [];
  let known = 10;
  for (let round = 0; round < 4; round += 1) {
    const witness = await place.start();
    let answered = 0;
    const asking = Array.from({ length: 40 }, async (_, n) => {
      const one = n % 2 === 0 ? tree : fork;
      const to = Math.min(400, known + 1 + ((n * 7) % 23));
      const answer = await ask(witness.url, one.asking(known, to));
      if (answer !== undefined) answered += 1;
      if (answer?.status === 200) cosigned.push({ size: to, root: rootOf(one, to) });
    });
    await until('some answers', () => answered > round * 3);
    await witness.kill();
    await Promise.all(asking);
    known = Math.max(...cosigned.map(({ size }) => size));
  }
  const last = await place.start();
  const told = await ask(last.url, tree.asking(0, 400));
  assert.equal(told?.status, 409);
  const one = [tree, fork].find((each) => cosigned.every(({ size, root }) => rootOf(each, size) === root));
  assert.ok(one !== undefined, 'two histories were cosigned');
  assert.ok(
    Number(told?.body) >= Math.max(...cosigned.map(({ size }) => size)),
    'it forgot what it cosigned',
  );
  await last.stop();
});

test('two witness processes on one file cosign one history between them', async () => {
  const two = new SignedTree('two.example').grow(100);
  const fork = two.forkAt(0).grow(100, 'other');
  const shared = new WitnessPlace('witness.westhaven.example', [formatVerifierKey(two.key)]);
  const processes = [await shared.start(), await shared.start()];
  const answers = await Promise.all(
    [two, fork, two, fork].map((one, n) => ask(processes[n % 2]?.url ?? '', one.asking(0, 50 + n))),
  );
  assert.equal(answers.filter((answer) => answer?.status === 200).length, 1);
  for (const witness of processes) await witness.stop();
  shared.remove();
});

test('a witness that cannot write what it cosigns answers without a cosignature and ends', async () => {
  const broken = new WitnessPlace('witness.westhaven.example', [formatVerifierKey(tree.key)]);
  const witness = await broken.start('command');
  const db = new DatabaseSync(join(broken.folder, 'witness.sqlite'));
  db.exec('DROP TABLE heads');
  db.close();
  const answer = await ask(witness.url, tree.asking(0, 10));
  assert.equal(answer?.status, 500);
  assert.doesNotMatch(answer?.body ?? '', /\u2014/);
  assert.equal(await witness.ended, 70);
  broken.remove();
});

test('a witness shows another certificate once its files have changed, without a start', async () => {
  const spoken = new WitnessPlace('witness.westhaven.example', [formatVerifierKey(tree.key)]);
  const tls = writeTlsFiles(spoken.folder);
  const witness = await startWitness(readWitnessSettings({ ...spoken.settings, ...tls, LOG_LEVEL: 'error' }));
  const isShown = (): Promise<boolean> =>
    new Promise((resolve) => {
      const ca = readFileSync(tlsPlaces(spoken.folder).authority);
      const socket = connect({ port: witness.port, host: '127.0.0.1', ca });
      socket.on('secureConnect', () => resolve(true)).on('error', () => resolve(false));
      socket.on('secureConnect', () => socket.destroy());
    });
  assert.ok(await isShown());
  writeTlsFiles(spoken.folder);
  const end = Date.now() + 10_000;
  while (!(await isShown())) {
    assert.ok(Date.now() < end, 'the new certificate never came');
    await sleep(50);
  }
  await witness.close();
  spoken.remove();
});
