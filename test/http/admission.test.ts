import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Admission } from '../../src/http/admission.ts';
import { type SimulatedLoad, simulate } from '../support/simulated-load.ts';

/** An admission whose clock and number of waiting entries the test sets. */
function admission(t: import('node:test').TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const world = { now: 0, waiting: 0 };
  const admits = new Admission({ waiting: () => world.waiting, now: () => world.now });
  const told: string[] = [];
  return {
    admits,
    told,
    world,
    ask(name: string) {
      if (admits.enter()) told.push(`${name} at once`);
      else
        admits.park(
          () => told.push(`${name} later`),
          () => told.push(`${name} not`),
        );
    },
    /** Lets time go by. */
    pass(ms: number) {
      for (let step = 0; step < ms; step += 2) {
        world.now += 2;
        t.mock.timers.tick(2);
      }
    },
  };
}

test('takes up at once whoever comes while little waits for the log', (t) => {
  const { admits, told, ask } = admission(t);
  ask('first');
  ask('second');
  assert.deepEqual(told, ['first at once', 'second at once']);
  assert.equal(admits.underWay, 2);
  admits.leave();
  assert.equal(admits.underWay, 1);
});

test('a burst waits for its turn, in the order of its coming, and everybody gets one', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  for (const name of ['first', 'second', 'third']) ask(name);
  pass(100);
  assert.deepEqual([told, admits.parked], [[], 3]);
  world.waiting = 0;
  pass(2);
  assert.deepEqual(told, ['first later', 'second later', 'third later']);
  assert.deepEqual([admits.parked, admits.underWay, admits.takeShed()], [0, 3, 0]);
});

test('nobody overtakes those who wait', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  ask('first');
  world.waiting = 0;
  ask('second');
  pass(2);
  assert.deepEqual(told, ['first later', 'second later']);
});

test('a load that lasts is refused at once, after those who came with its beginning have waited for a quarter of a second', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  for (let nth = 0; nth < 100; nth += 1) ask('early');
  pass(252);
  assert.deepEqual(told, Array(100).fill('early not'));
  told.length = 0;
  ask('late');
  assert.deepEqual(told, ['late not']);
  assert.equal(admits.takeShed(), 101);
  assert.equal(admits.takeShed(), 0);
});

test('a line that has stood for longer than a burst takes is given up, however steadily it moves', (t) => {
  const { admits, pass, world } = admission(t);
  let refused = 0;
  const ask = () =>
    admits.park(
      () => {
        world.waiting += 1;
      },
      () => {
        refused += 1;
      },
    );
  world.waiting = admits.limit.most;
  // Each is answered after 200 ms, and asks again: nobody ever waits for as long as a burst may.
  for (let nth = 0; nth < 400; nth += 1) ask();
  for (let ms = 0; ms < 240; ms += 2) {
    world.waiting -= 4;
    pass(2);
    for (let nth = 0; nth < 4; nth += 1) ask();
  }
  assert.deepEqual([refused, admits.parked], [0, 400]);
  pass(12);
  assert.ok(refused > 300 && admits.parked < 20, `${refused} refused, ${admits.parked} wait`);
});

test('so few that a slow machine may be the reason wait for two seconds', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  ask('only');
  pass(1900);
  assert.deepEqual(told, []);
  pass(102);
  assert.deepEqual(told, ['only not']);
});

test('while a load lasts, whoever finds room is taken up at once, and nobody waits', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  for (let nth = 0; nth < 100; nth += 1) ask('early');
  pass(252);
  told.length = 0;
  ask('refused');
  world.waiting = 0;
  ask('taken');
  world.waiting = admits.limit.most;
  ask('refused');
  assert.deepEqual(told, ['refused not', 'taken at once', 'refused not']);
});

test('once the load is over, a burst may wait again', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  for (let nth = 0; nth < 100; nth += 1) ask('early');
  pass(252);
  pass(252);
  told.length = 0;
  ask('burst');
  world.waiting = 0;
  pass(2);
  assert.deepEqual(told, ['burst later']);
});

test('whoever has gone when its turn comes leaves at once, and the next one has it', (t) => {
  const { admits, told, ask, pass, world } = admission(t);
  world.waiting = admits.limit.most;
  for (let nth = 0; nth < 500; nth += 1)
    admits.park(
      () => admits.leave(),
      () => told.push('gone not'),
    );
  ask('last');
  world.waiting = 0;
  pass(2);
  assert.deepEqual([told, admits.underWay, admits.parked], [['last later'], 1, 0]);
});

test('no more wait, and no more are under way, than memory is meant for', (t) => {
  const { admits, told, ask, world } = admission(t);
  for (let nth = 0; nth < 4096; nth += 1) ask('under way');
  for (let nth = 0; nth < 1000; nth += 1) ask('waits');
  assert.deepEqual([admits.underWay, admits.parked], [4096, 1000]);
  told.length = 0;
  ask('one more');
  assert.deepEqual(told, ['one more not']);
  world.now += 1;
  admits.leave();
  assert.deepEqual(told, ['one more not', 'waits later']);
});

/** What became of a load, by the model of a gateway that can do some 3,800 requests a second. */
function under(load: SimulatedLoad) {
  const { admitted, shed } = simulate(load);
  const p99 = (times: readonly number[]): number => times[Math.floor(times.length * 0.99)] ?? 0;
  const seconds = load.seconds - 2;
  return { perSecond: admitted.length / seconds, p99: p99(admitted), shed: shed.length, shedP99: p99(shed) };
}

test('at three times what a gateway can do, what it takes up is answered quickly, and everything else at once', () => {
  const half = under({ perSecond: 1900, seconds: 6 });
  const triple = under({ perSecond: 11_400, seconds: 6 });
  assert.equal(half.shed, 0);
  assert.ok(triple.p99 <= 3 * half.p99, `${triple.p99} ms beside ${half.p99} ms`);
  assert.ok(triple.perSecond >= 2800, `${triple.perSecond} a second`);
  assert.ok(triple.shedP99 < 10, `${triple.shedP99} ms`);
});

test('a provider that takes its time is no load, and neither is a store that does', () => {
  assert.equal(under({ perSecond: 2800, seconds: 4, upstreamMs: 500 }).shed, 0);
  assert.equal(under({ perSecond: 350, seconds: 4, commitMs: 50 }).shed, 0);
});

test('on a machine that has other things to do it takes up less, and that is still answered', () => {
  const { perSecond, p99 } = under({ perSecond: 2800, seconds: 6, slower: 4 });
  assert.ok(perSecond >= 600 && p99 < 250, `${perSecond} a second, ${p99} ms`);
});
