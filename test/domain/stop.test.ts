/** Stops: the text that a party signs, and what lifts what. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isStanding,
  lifts,
  readStopText,
  type StopOrder,
  stopInWords,
  stopName,
  stopText,
} from '../../src/domain/stop.ts';
import { organisation } from '../support/judge-fixtures.ts';

const SUSPEND: StopOrder = {
  order: 'suspend',
  agreement: 'DSA-2026-014',
  by: 'northmere',
  reason: 'a laptop was lost',
  atMs: Date.parse('2026-11-23T12:00:00Z'),
};

test('an order is read as it was written, and has one name', () => {
  for (const order of ['suspend', 'end', 'revoke', 'resume'] as const) {
    assert.deepEqual(readStopText(stopText({ ...SUSPEND, order })), { ...SUSPEND, order });
  }
  assert.equal(stopName(SUSPEND), stopName({ ...SUSPEND }));
  assert.notEqual(stopName(SUSPEND), stopName({ ...SUSPEND, atMs: SUSPEND.atMs + 1 }));
});

test('anything else is no order', () => {
  const whole = JSON.parse(stopText(SUSPEND)) as Record<string, unknown>;
  for (const change of [
    { order: 'permit' },
    { order: undefined },
    { format: 'agreement-stop/2' },
    { agreement: 'DSA 2026' },
    { agreement: 7 },
    { by: 'Northmere!' },
    { at: 'yesterday' },
    { at: '2026-13-45T00:00:00.000Z' },
    { reason: '' },
    { reason: 'two\nlines' },
    { reason: 'x'.repeat(501) },
    { more: 1 },
  ]) {
    assert.equal(readStopText(JSON.stringify({ ...whole, ...change })), undefined, JSON.stringify(change));
  }
  for (const text of ['', '[]', 'null', '7', '{']) assert.equal(readStopText(text), undefined);
});

test('only the same party lifts, only a suspension of the same agreement, and only one from before', () => {
  const resume: StopOrder = { ...SUSPEND, order: 'resume', atMs: SUSPEND.atMs + 1 };
  const stop = (more: Partial<StopOrder> = {}) => {
    const order = { ...SUSPEND, ...more };
    return isStanding(order) ? order : assert.fail();
  };
  assert.equal(lifts(resume, stop()), true);
  assert.equal(lifts(resume, stop({ atMs: resume.atMs })), false);
  assert.equal(lifts(resume, stop({ by: 'westhaven' })), false);
  assert.equal(lifts(resume, stop({ agreement: 'DSA-2026-015' })), false);
  assert.equal(lifts(resume, stop({ order: 'end' })), false);
  assert.equal(lifts(resume, stop({ order: 'revoke' })), false);
  assert.equal(lifts({ ...resume, order: 'suspend' }, stop()), false);
});

test('the words say who stopped, when, and whom to ask, and not why', () => {
  const order = { ...SUSPEND, order: 'suspend' } as const;
  const contact = { name: 'T. Lindqvist', email: 'dpo@northmere.example', telephone: '01632 960101' };
  const known = { ...organisation('northmere'), name: 'Northmere', dataProtectionOfficer: contact };
  assert.equal(
    stopInWords(order, known),
    'was suspended on 2026-11-23 by Northmere (ask T. Lindqvist, dpo@northmere.example, 01632 960101)',
  );
  assert.equal(stopInWords(order, undefined), 'was suspended on 2026-11-23 by northmere');
});
