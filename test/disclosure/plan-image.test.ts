import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DECLARED,
  LEAF,
  NODE,
  NODE_FLAGS,
  NODE_MEMBERS,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_NEXT,
  PLAN,
  WANTED,
} from '../../src/disclosure/layout.ts';
import { compilePlan } from '../../src/disclosure/plan.ts';
import { nodeAddress } from '../../src/disclosure/plan-image.ts';
import { rulesOf } from './filtering.ts';

function imageOf(short: Parameters<typeof rulesOf>[0]) {
  const plan = compilePlan(rulesOf(short));
  const image = Buffer.from(plan.image);
  const word = (id: number, offset: number) => image.readInt32LE(id * NODE + offset);
  const name = (id: number) => {
    const start = word(id, NODE_NAME) - PLAN;
    return image.toString('utf8', start, start + word(id, NODE_NAME_LENGTH));
  };
  const idOf = (...way: string[]) => {
    let node = plan.record;
    for (const step of way) node = node.members.get(step) ?? assert.fail(step);
    return node.id;
  };
  return { plan, word, name, idOf };
}

test('the image lists the members of each node with their names', () => {
  const { plan, word, name } = imageOf({ declared: ['a.b', 'a.cé', 'd'] });
  for (const node of plan.nodes) {
    const listed: string[] = [];
    let at = word(node.id, NODE_MEMBERS);
    while (at !== 0) {
      const id = (at - PLAN) / NODE;
      assert.equal(at, nodeAddress(plan.nodes[id] ?? assert.fail()));
      listed.push(name(id));
      at = word(id, NODE_NEXT);
    }
    assert.deepEqual(
      listed,
      [...node.members.keys()].map((it) => `"${it}"`),
    );
  }
});

test('a node is wanted where something agreed, tested or about a person stands there or below', () => {
  const { word, idOf } = imageOf({ declared: ['a.b', 'x.y'], agreed: ['a.c[k=1].d'], subjects: ['s.t'] });
  const flags = (...way: string[]) => word(idOf(...way), NODE_FLAGS);
  assert.equal(flags(), WANTED | DECLARED);
  assert.equal(flags('a'), WANTED | DECLARED);
  assert.equal(flags('a', 'b'), LEAF | DECLARED);
  assert.equal(flags('a', 'c', 'd'), LEAF | WANTED | DECLARED);
  assert.equal(flags('a', 'c', 'k'), WANTED);
  assert.equal(flags('x'), DECLARED);
  assert.equal(flags('s'), WANTED);
  assert.equal(flags('s', 't'), LEAF | WANTED);
});

test('a name that JSON can only write with an escape matches no bytes', () => {
  const { name, idOf } = imageOf({ declared: [`'a"b'`, `'c\u0001'`] });
  assert.equal(name(idOf('a"b')), '\ufffd');
  assert.equal(name(idOf('c\u0001')), '\ufffd');
});
