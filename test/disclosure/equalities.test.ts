import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Equalities } from '../../src/disclosure/equalities.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { Workspace } from '../../src/disclosure/workspace.ts';
import { rulesOf } from './filtering.ts';

test('equalities hold as the last tested object says, and none holds before', () => {
  const plan = compilePlan(rulesOf({ agreed: ['a[k=x].b', 'a[k=y].b'] }));
  const a = plan.record.members.get('a') ?? assert.fail();
  const space = new Workspace();
  const equalities = new Equalities(plan.equalities, space);
  assert.deepEqual([equalities.allHold([0]), equalities.allHold([])], [false, true]);
  for (const [value, x, y] of [
    ['"x"', true, false],
    ['"\\u0079"', false, true],
    ['"xy"', false, false],
    ['7', false, false],
  ] as const) {
    const text = Buffer.from(`{"a":{"k":${value}}}`);
    space.follow(plan);
    space.fill(new Uint8Array(0), text, 0, text.length);
    space.scan(space.memory.window, 9, true);
    equalities.test(a, (space.memory.tape >> 2) + 8);
    assert.deepEqual(
      [equalities.allHold([0]), equalities.allHold([1]), equalities.allHold([0, 1])],
      [x, y, false],
      value,
    );
  }
});
