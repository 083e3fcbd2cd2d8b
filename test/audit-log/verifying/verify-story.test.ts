import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import type { ReadLeaf } from '../../../src/audit-log/verifying/verify-leaf.ts';
import { LogStory } from '../../../src/audit-log/verifying/verify-story.ts';

const HASH = Buffer.alloc(32, 5);
const SENT = HASH.toString('base64');

let findings = new Findings();
let story = new LogStory(findings);
let index = 0;

beforeEach(() => {
  findings = new Findings();
  story = new LogStory(findings);
  index = 0;
});

/** Adds the next entry of the first epoch, unless it says otherwise. */
function add(kind: string, more: Partial<ReadLeaf> = {}): void {
  const at = new Date(index).toISOString();
  const none = { exchange: undefined, sent: undefined, part: undefined, last: false };
  const where = { log: '"log"', instance: '"one"', epoch: 'first', seq: index + 1, at };
  story.add(index, { kind, ...where, ...none, ...more }, HASH);
  index += 1;
}

const released = (part: number, last: boolean, exchange = 'x'): void =>
  add('released', { exchange, sent: SENT, part, last });

test('a sent exchange that is released in two parts, failed, refused or recovered has no finding', () => {
  add('started');
  add('sent', { exchange: 'x' });
  released(1, false);
  released(2, true);
  for (const kind of ['failed', 'refused']) {
    add('sent', { exchange: 'x' });
    add(kind, { exchange: 'x', sent: SENT });
  }
  add('refused', { exchange: 'y' });
  add('failed', { exchange: 'y' });
  add('sent', { exchange: 'z' });
  released(1, false, 'z');
  add('recovered', { exchange: 'z', sent: SENT, part: 1 });
  assert.deepEqual(findings.sentences(), []);
});

test('an answer that names no sent entry, another one, or one that has ended is named', () => {
  released(1, true);
  add('sent', { exchange: 'x' });
  add('released', { exchange: 'x', sent: Buffer.alloc(32).toString('base64'), part: 1, last: true });
  add('failed', { exchange: 'x' });
  released(1, true);
  released(1, true);
  const wrong = (at: number): string =>
    `entry ${at} does not name the \`sent\` entry of its exchange before it`;
  assert.deepEqual(findings.sentences(), [wrong(0), wrong(2), wrong(3), wrong(5)]);
});

test('parts out of order, a second sent, and a recovery of other parts than were released are named', () => {
  add('sent', { exchange: 'x' });
  released(2, false);
  add('sent', { exchange: 'x' });
  add('recovered', { exchange: 'x', sent: SENT, part: 2 });
  assert.deepEqual(findings.sentences(), [
    'entry 1 is part 2 where part 1 is due',
    'entry 2 is a second `sent` of its exchange',
    'entry 3 recovers 2 parts where 0 were released',
  ]);
});

test('a gap in the numbers of an epoch is named, unless so many entries were found missing already', () => {
  add('started');
  add('heartbeat', { seq: 4 });
  story.skip(2);
  add('heartbeat', { seq: 7 });
  add('heartbeat', { seq: 9 });
  assert.deepEqual(findings.sentences(), [
    'entry 1 has number 4 of its epoch where 2 is due',
    'entry 3 has number 9 of its epoch where 8 is due',
  ]);
});

test('every epoch of every instance counts for itself', () => {
  add('started', { seq: 1 });
  add('started', { seq: 1, instance: '"two"' });
  add('heartbeat', { seq: 2 });
  add('heartbeat', { seq: 2, instance: '"two"' });
  add('started', { seq: 1, epoch: 'second' });
  assert.deepEqual(findings.sentences(), []);
});

test('an entry that is earlier than one before it is named', () => {
  add('started', { at: '2026-11-23T09:00:00.001Z' });
  add('heartbeat', { at: '2026-11-23T09:00:00.000Z' });
  assert.deepEqual(findings.sentences(), ['entry 1 is earlier than an entry before it']);
});

test('an exchange that a run left open and the next run did not recover is named', () => {
  add('started');
  add('sent', { exchange: 'lost' });
  add('sent', { exchange: 'recovered' });
  add('started', { epoch: 'second', seq: 1 });
  add('recovered', { epoch: 'second', seq: 2, exchange: 'recovered', sent: SENT, part: 0 });
  add('sent', { epoch: 'second', seq: 3, exchange: 'new' });
  assert.deepEqual(findings.sentences(), ['entry 1 was sent and its exchange has no end']);
});
