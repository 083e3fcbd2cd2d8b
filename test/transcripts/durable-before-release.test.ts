/** Seen from the kernel: a flush of the log completes before each call to the provider and before each answer. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, wholeGateway } from '../support/whole-gateway.ts';

const EXCHANGES = 20;
const HEADERS = {
  'exchange-purpose': 'parking enforcement',
  'exchange-reason': 'badge on display',
  'exchange-case-reference': 'PCN-1',
};
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

test('sync, call, sync, answer: in this order for every exchange', {
  skip: canTrace ? false : 'strace cannot run here',
}, async (t) => {
  const gateway = await wholeGateway({ spawned: true });
  t.after(() => gateway.close());
  gateway.answerWith(json({ data: { badgeNumber: 'ZZ9Z01', statusCode: 'ISSUED' } }));
  const token = await gateway.token({
    system: 'westhaven-parking-app',
    person: 'staff-9001',
    roles: ['CEO'],
  });
  const ask = (): Promise<Response> =>
    fetch(`${gateway.url}/blue-badges/badges/ZZ9Z01`, {
      headers: { ...HEADERS, authorization: `Bearer ${token}` },
    });
  assert.equal((await ask()).status, 200);

  const file = join(gateway.folder, 'calls.txt');
  const pid = String(gateway.running.pid);
  const calls = 'trace=fdatasync,fsync,write,writev,sendto,sendmsg';
  const tracer = spawn('strace', ['-f', '-qq', '-y', '-s', '24', '-e', calls, '-o', file, '-p', pid]);
  await sleep(1000);
  for (let exchange = 0; exchange < EXCHANGES; exchange += 1) assert.equal((await ask()).status, 200);
  tracer.kill('SIGINT');
  await once(tracer, 'exit');

  const story = readFileSync(file, 'utf8').split('\n').flatMap(step).join('');
  // S: a flush of the log has completed; c: a request to the provider; a: an answer with status 200.
  assert.match(story, /^S*(?:S+cS+a)+S*$/, story);
  assert.equal(story.split('a').length - 1, EXCHANGES);
});

/** A completed flush of the write-ahead log, the beginning of a call to the provider or of an answer; nothing else matters. */
function step(line: string): string[] {
  const flushed =
    /f(?:data)?sync\(\d+<[^>]*audit\.sqlite-wal>\)\s+= 0/.test(line) ||
    /<\.\.\. f(?:data)?sync resumed>.*= 0/.test(line);
  if (flushed) return ['S'];
  if (/"GET \/blue-badges/.test(line)) return ['c'];
  return /"HTTP\/1\.1 200/.test(line) ? ['a'] : [];
}
