import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Completeness } from '../../../src/audit-log/verifying/completeness.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';

const NOON = Date.parse('2026-11-23T12:00:00.000Z');

function story() {
  const findings = new Findings();
  const gaps = new Findings();
  const completeness = new Completeness(findings, gaps);
  const seqs = new Map<string, number>();
  let index = 0;
  let atMs = NOON;
  return {
    add(kind: string, epoch: string, afterSeconds = 1, instance = 'gateway-1') {
      atMs += afterSeconds * 1000;
      const seq = (seqs.get(epoch) ?? 0) + 1;
      seqs.set(epoch, seq);
      const leaf = {
        ...{ kind, log: '"log"', instance: `"${instance}"`, epoch, seq, at: new Date(atMs).toISOString() },
        ...{ exchange: undefined, sent: undefined, part: undefined, last: false },
      };
      completeness.add(index, leaf, atMs, Buffer.from(kind === 'started' ? '{"beat":60}' : '{}'));
      index += 1;
    },
    skip: () => completeness.skip(),
    said: () => ({ findings: findings.sentences(), gaps: gaps.sentences() }),
  };
}

test('runs that start, beat and stop one after the other have no gap', () => {
  const { add, said } = story();
  for (const epoch of ['a', 'b']) {
    add('started', epoch);
    add('heartbeat', epoch, 60);
    add('sent', epoch, 100);
    add('stopped', epoch, 60);
    add('started', `${epoch} elsewhere`, 1, 'gateway-2');
    add('stopped', `${epoch} elsewhere`, 1, 'gateway-2');
  }
  assert.deepEqual(said(), { findings: [], gaps: [] });
});

test('a silence of more than two beats is a gap, named by the entries around it', () => {
  const { add, said } = story();
  add('started', 'a');
  add('heartbeat', 'a', 125);
  add('heartbeat', 'a', 126);
  add('heartbeat', 'a', 7200);
  assert.deepEqual(said(), {
    findings: [],
    gaps: [
      '`gateway-1` wrote nothing for 126 seconds between entry 1 and entry 2, although it beats more often',
      '`gateway-1` wrote nothing for 120 minutes between entry 2 and entry 3, although it beats more often',
    ],
  });
});

test('where entries are missing nobody can tell how long the run was silent', () => {
  const { add, skip, said } = story();
  add('started', 'a');
  skip();
  add('heartbeat', 'a', 7200);
  skip();
  add('started', 'b', 7200);
  add('heartbeat', 'b', 7200);
  assert.equal(said().gaps.length, 1);
});

test('between two runs nothing beats', () => {
  const { add, said } = story();
  add('started', 'a');
  add('stopped', 'a');
  add('started', 'b', 90_000);
  assert.deepEqual(said(), { findings: [], gaps: [] });
});

test('a run that never stopped before the next is a gap', () => {
  const { add, said } = story();
  add('started', 'a');
  add('heartbeat', 'a', 59);
  add('started', 'b', 3600);
  add('recovered', 'b');
  assert.deepEqual(said(), {
    findings: [],
    gaps: [
      'the run of `gateway-1` that began with entry 0 ends with entry 1 at 2026-11-23T12:01:00.000Z without `stopped`: the process was killed or lost its machine',
    ],
  });
});

test('what no run of the gateway writes is a finding', () => {
  const { add, said } = story();
  add('heartbeat', 'a');
  add('started', 'b');
  add('started', 'b');
  add('stopped', 'b');
  add('heartbeat', 'b');
  add('started', 'c');
  add('heartbeat', 'b');
  assert.deepEqual(said().findings, [
    'entry 0 begins a run without `started`',
    'entry 2 starts a run that runs already',
    'entry 4 follows the `stopped` of its own run',
    'entry 6 is of a run that another run followed from entry 5 on',
  ]);
});

test('a run of an older version, which promised no beat, may be silent', () => {
  const { add, said } = story();
  add('heartbeat', 'a');
  add('heartbeat', 'a', 7200);
  assert.deepEqual(said().gaps, []);
});
