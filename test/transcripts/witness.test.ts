/** Trust outside the operator, with real processes: partners' witnesses find what the log's own key could hide. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openKeyRing } from '../../src/adapters/signing/key-ring.ts';
import { openWitnessBook } from '../../src/adapters/storage/sqlite/witness-book.ts';
import { startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { formatVerifierKey } from '../../src/merkle/signed-note.ts';
import { runCommand, runGateway } from '../support/command-line.ts';
import { until } from '../support/until.ts';
import { json, type WholeGateway, wholeGateway } from '../support/whole-gateway.ts';
import { freePort, WitnessPlace, type WitnessProcess } from '../support/witness-process.ts';

const ORIGIN = 'gateway.northmere.example/audit/test';
const open: { close(): Promise<unknown> }[] = [];
after(async () => {
  for (const one of open.reverse()) await one.close();
});

/** A witness whose key is known before it follows any log. */
async function witnessPlace(name: string): Promise<{ place: WitnessPlace; key: string; port: number }> {
  const port = await freePort();
  const place = new WitnessPlace(
    name,
    ['sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8'],
    port,
  );
  const first = await place.start();
  const key = first.verifierKey;
  await first.stop();
  open.push({ close: async () => place.remove() });
  return { place, key, port };
}

function keyOf({ folder }: { readonly folder: string }): string {
  return formatVerifierKey(openKeyRing(join(folder, 'keys'), ORIGIN).checkpoint.verifierKey);
}

interface Watched {
  readonly gateway: WholeGateway;
  readonly place: WitnessPlace;
  readonly policy: string;
}

/** A gateway whose log one witness follows. */
async function watched(more: Record<string, string> = {}): Promise<Watched> {
  const { place, key, port } = await witnessPlace('witness.westhaven.example');
  const policy = join(place.folder, 'policy');
  writeFileSync(policy, `witness westhaven ${key} http://127.0.0.1:${port}\nquorum westhaven\n`);
  const gateway = await wholeGateway({
    settings: { WITNESSES_FILE: policy, ...more },
    async prepared(folder) {
      place.follow([keyOf({ folder })]);
      witness = await place.start();
    },
  });
  open.push(gateway);
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  return { gateway, place, policy };
}

let witness: WitnessProcess | undefined;
after(() => witness?.stop());

async function ask(gateway: WholeGateway, more: Record<string, string> = {}): Promise<Response> {
  const person = { system: 'westhaven-parking-app', person: 'staff-9001', roles: ['CEO'] };
  const headers = {
    authorization: `Bearer ${await gateway.token(person)}`,
    'exchange-purpose': 'parking enforcement',
    'exchange-reason': 'badge on display',
    'exchange-case-reference': 'PCN-77',
    ...more,
  };
  return fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, { headers });
}

interface Health {
  readonly attention: readonly string[];
  readonly countersigned: string;
}

async function health(gateway: WholeGateway): Promise<Health> {
  return (await (await fetch(`${gateway.operations}/health`)).json()) as Health;
}

/** Resolves once everything that the log holds now is countersigned. */
async function countersigned(gateway: WholeGateway): Promise<string> {
  const entries = gateway.leaves().length;
  let said = '';
  const looks = async (): Promise<boolean> => {
    said = (await health(gateway)).countersigned;
    return Number(/the first (\d+) entries/.exec(said)?.[1] ?? 0) >= entries;
  };
  while (!(await looks())) await new Promise((resolve) => setTimeout(resolve, 50));
  return said;
}

const STORED = ['audit.sqlite', 'audit.sqlite-wal', 'head'];

function copyOf(gateway: WholeGateway): string {
  const to = join(gateway.folder, 'yesterday');
  mkdirSync(to);
  for (const file of STORED) cpSync(join(gateway.folder, file), join(to, file));
  return to;
}

function putBack(gateway: WholeGateway, from: string): void {
  rmSync(join(gateway.folder, 'audit.sqlite-shm'), { force: true });
  for (const file of STORED) cpSync(join(from, file), join(gateway.folder, file));
}

/** What `verify` says of the log of the folder, with public keys alone. */
async function verify(
  gateway: WholeGateway,
  ...more: readonly string[]
): Promise<{ code: number | null; said: string }> {
  const log = ['--store', join(gateway.folder, 'audit.sqlite'), '--head', join(gateway.folder, 'head')];
  const { code, out, err } = await runCommand(['verify', ...log, '--key', keyOf(gateway), ...more]);
  return { code, said: `${out}${err}` };
}

test('a log is countersigned while it is used; a lost witness is told, stops exchanges at the bound, and its return ends that', async () => {
  const { gateway, place } = await watched({ WITNESSES_STOP_AFTER: '4 s' });
  assert.equal((await ask(gateway)).status, 200);
  assert.match(
    await countersigned(gateway),
    /^Countersigned outside until \S+ \(the first \d+ entries\) by westhaven; /,
  );
  const metrics = await (await fetch(`${gateway.operations}/metrics`)).text();
  assert.match(metrics, /^gateway_log_countersigned_entries [1-9]\d*$/m);
  assert.match(metrics, /^gateway_witnesses_lost 0$/m);

  const checkpoint = await (await fetch(`${gateway.operations}/log/checkpoint`)).text();
  assert.match(checkpoint, /^\u2014 gateway\S+ \S+\n\u2014 witness\.westhaven\.example \S+\n$/m);

  await witness?.kill();
  let refused = await ask(gateway);
  assert.equal(refused.status, 200, 'a lost witness holds nothing up at first');
  while (refused.status === 200) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    refused = await ask(gateway);
  }
  assert.equal(refused.status, 503);
  const problem = (await refused.json()) as { type: string; detail: string };
  assert.equal(problem.type, '/problems/log-unavailable');
  assert.match(problem.detail, /witnesses outside this gateway have not countersigned its audit log/);
  await until('the entry of the lost witness', () => codesOf(gateway).includes('witness-lost'));
  assert.deepEqual((await health(gateway)).attention, [
    'the witness westhaven does not cosign: it cannot be reached',
  ]);
  const asked = gateway.recorded.length;
  await ask(gateway);
  assert.equal(gateway.recorded.length, asked, 'nothing is asked of the provider');

  witness = await place.start();
  await until('the entry of its return', () => codesOf(gateway).includes('witness-back'));
  await countersigned(gateway);
  assert.equal((await ask(gateway)).status, 200);
  assert.equal(codesOf(gateway).filter((code) => code === 'witness-lost').length, 1);
  await witness.stop();
});

function codesOf(gateway: WholeGateway): unknown[] {
  return gateway
    .leaves()
    .flatMap(({ kind, code, witness: who }) => (kind === 'alarm' && who === 'westhaven' ? [code] : []));
}

test('store and head file taken back together, and a log written anew with its own key, are found outside', async () => {
  const { gateway, place, policy } = await watched();
  await ask(gateway);
  await countersigned(gateway);
  await gateway.stop();
  const yesterday = copyOf(gateway);
  const today = await gateway.restarted();
  await ask(today);
  await countersigned(today);
  const mailed = join(gateway.folder, 'mailed');
  cpSync(join(gateway.folder, 'head.cosigned'), mailed);
  await today.stop();
  const whole = await verify(gateway, '--policy', policy);
  assert.equal(whole.code, 0, whole.said);
  assert.match(whole.said, /\nCountersigned outside until \S+ \(the first \d+ entries\) by westhaven/);

  // Taken back: the kept cosigned checkpoint knows better, and without it the witness does.
  putBack(gateway, yesterday);
  const byFile = await runGateway(gateway.settings);
  assert.equal(byFile.code, 78);
  assert.match(
    byFile.err,
    /witnesses countersigned \d+ entries of this log, and the store holds \d+: store and head file were taken back/,
  );
  assert.match((await verify(gateway, '--checkpoint', mailed)).said, /it was taken back to an earlier state/);
  rmSync(join(gateway.folder, 'head.cosigned'));
  const start = () => startGateway(readConfig(gateway.settings));
  await assert.rejects(start(), {
    message:
      /^the witness westhaven holds a checkpoint of \d+ entries: it cosigned more entries of this log than there are/,
  });
  await assert.rejects(start(), { message: /^the witness westhaven cosigned another history of this log/ });

  // Written anew from there on: every hash, every signature and the head file are in order, and the log is longer.
  putBack(gateway, yesterday);
  const forger = await startGateway(readConfig({ ...gateway.settings, WITNESSES_FILE: '' }));
  const forged = { ...gateway, url: `http://127.0.0.1:${forger.port}` };
  for (let n = 0; n < 12; n += 1) await ask(forged);
  await forger.close();
  const outside = await verify(gateway, '--checkpoint', mailed, '--policy', policy, '--cosigned', mailed);
  assert.equal(outside.code, 1);
  assert.match(outside.said, /^The log is whole/, 'the log alone shows nothing');
  assert.match(outside.said, /(it was rewritten[\s\S]*){2}/);
  const byFork = await runGateway(gateway.settings);
  assert.equal(byFork.code, 78);
  assert.match(byFork.err, /it cosigned another history of this log/);
  const book = openWitnessBook(join(place.folder, 'witness.sqlite'));
  assert.ok(book.evidence().length > 0, 'the witness keeps what the forger signed');
  book.close();

  // The one way on without the right store: the operator takes the witness out, for all to see.
  writeFileSync(policy, 'quorum none\n');
  await assert.rejects(start(), { message: /WITNESSES_FILE names no witness/ });
});

test('past the bound nothing is shared on any thread, and a daily message is still sent', async () => {
  const { place, key } = await witnessPlace('witness.hillcrest.example');
  const policy = join(place.folder, 'policy');
  writeFileSync(policy, `witness hillcrest ${key} http://127.0.0.1:9\nquorum hillcrest\n`);
  const outbox = join(place.folder, 'outbox');
  mkdirSync(outbox);
  const gateway = await wholeGateway({
    settings: {
      WITNESSES_FILE: policy,
      WITNESSES_STOP_AFTER: '1 s',
      GATEWAY_THREADS: '2',
      OUTBOX_FOLDER: outbox,
    },
  });
  open.push(gateway);
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  await until('the messages', () => readdirSync(outbox).some((name) => name.endsWith('.eml')));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const answers = await Promise.all(Array.from({ length: 16 }, () => ask(gateway, { connection: 'close' })));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  assert.equal(gateway.recorded.length, 0);
  assert.match((await health(gateway)).countersigned, /^Nothing is countersigned outside: all \d+ entries/);
});
