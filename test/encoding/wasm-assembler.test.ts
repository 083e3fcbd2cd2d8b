import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as wasm from '../../src/encoding/wasm-assembler.ts';

declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => object;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { exports: Record<string, (...given: number[]) => number> };
  validate(bytes: Uint8Array): boolean;
};

function run(body: wasm.Code, ...given: number[]): number {
  const text = { name: 'run', index: 1, parameters: given.length, locals: 2, vectors: 1, body };
  const bytes = wasm.assembleModule(['other'], [text]);
  assert.ok(WebAssembly.validate(bytes));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const other = (a: number, b: number, c: number) => a * 100 + b * 10 + c;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, other } });
  return exports['run']?.(...given) ?? Number.NaN;
}

const { add, get, i32, set } = wasm;

test('constants of every size come back as they were', () => {
  for (const value of [0, 1, 63, 64, -1, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(run(i32(value)), value);
  }
});

test('operators do what they are called', () => {
  const [two, five] = [get(0), get(1)];
  const results = [
    [wasm.equal, 0],
    [wasm.notEqual, 1],
    [wasm.below, 1],
    [wasm.atMost, 1],
    [wasm.atLeast, 0],
    [wasm.belowSigned, 1],
    [wasm.add, 7],
    [wasm.subtract, -3],
    [wasm.and, 0],
    [wasm.or, 7],
    [wasm.shiftLeft, 64],
    [wasm.shiftRight, 0],
  ] as const;
  results.forEach(([operator, result], index) => {
    assert.equal(run(operator(two, five), 2, 5), result, `operator ${index}`);
  });
  assert.equal(run(wasm.belowSigned(get(0), get(1)), -1, 1), 1);
  assert.equal(run(wasm.below(get(0), get(1)), -1, 1), 0);
  assert.equal(run(wasm.isZero(i32(0))), 1);
  assert.equal(run(wasm.trailingZeros(i32(40))), 3);
  assert.equal(run(wasm.minus(i32(7))), -7);
  assert.equal(run(wasm.between(get(0), 3, 5), 3) + run(wasm.between(get(0), 3, 5), 5), 2);
  assert.equal(run(wasm.between(get(0), 3, 5), 2) + run(wasm.between(get(0), 3, 5), 6), 0);
});

test('memory is read and written at any place', () => {
  assert.equal(run([...wasm.store32(i32(3), i32(0x01020304), 200), ...wasm.load8(i32(0), 204)]), 3);
  assert.equal(run([...wasm.store32(i32(3), i32(-5)), ...wasm.load32(i32(1), 2)]), -5);
});

test('sixteen bytes are compared at once', () => {
  const marked = wasm.set(2, wasm.bits16(wasm.equal16(wasm.load128(i32(0)), wasm.bytes16(7))));
  assert.equal(run([...wasm.store32(i32(4), i32(0x07000700)), ...marked, ...get(2)], 0, 0), 0b10100000);
  const below = wasm.bits16(wasm.below16(wasm.load128(i32(0)), wasm.bytes16(0x20)));
  assert.equal(run([...wasm.store32(i32(0), i32(0x7f201fff)), ...below], 0), 0xfff2);
  const either = wasm.or16(wasm.bytes16(0x80), wasm.bytes16(0));
  assert.equal(run([...wasm.store128(i32(32), either), ...wasm.bits16(wasm.load128(i32(32)))]), 0xffff);
});

test('four numbers of 32 bits are worked on at once', () => {
  const at = (lane: number, value: wasm.Code) =>
    run([...wasm.store128(i32(64), value), ...wasm.load32(i32(64), 4 * lane)]);
  const numbers = [
    ...[5, -1, 1 << 30, 7].flatMap((number, lane) => wasm.store32(i32(32), i32(number), 4 * lane)),
  ];
  const loaded = wasm.load128(i32(0), 32);
  const after = (value: wasm.Code) =>
    [0, 1, 2, 3].map((lane) =>
      run([...numbers, ...wasm.store128(i32(0), value, 64), ...wasm.load32(i32(64), 4 * lane)]),
    );
  assert.deepEqual(after(wasm.addLanes(loaded, wasm.lanes(i32(3)))), [8, 2, (1 << 30) + 3, 10]);
  assert.deepEqual(after(wasm.shiftLanesLeft(loaded, 2)), [20, -4, 0, 28]);
  assert.deepEqual(after(wasm.shiftLanesRight(loaded, 4)), [0, 2 ** 28 - 1, 1 << 26, 0]);
  assert.deepEqual(after(wasm.xor16(loaded, wasm.lanes(i32(-1)))), [-6, 0, ~(1 << 30), -8]);
  assert.deepEqual(after(wasm.and16(loaded, wasm.lanes(i32(6)))), [4, 6, 0, 6]);
  const turned = [12, 13, 14, 15, 16, 17, 18, 19, 8, 9, 10, 11, 0, 1, 2, 3];
  assert.deepEqual(after(wasm.pick16(loaded, wasm.lanes(i32(9)), turned)), [7, 9, 1 << 30, 5]);
  assert.equal(at(3, wasm.lanes(i32(4))), 4);
});

test('a forgotten value leaves the one before it', () => {
  assert.equal(run([...i32(4), ...wasm.drop(i32(5))]), 4);
});

test('a loop begins anew, a block is left, and a function gives back early', () => {
  const sum = [
    wasm.block(
      'done',
      wasm.loop(
        'on',
        wasm.when(wasm.isZero(get(0)), [wasm.jump('done')]),
        set(1, add(get(1), get(0))),
        wasm.increase(0, -1),
        wasm.jumpIf('on', wasm.notEqual(get(0), i32(100))),
      ),
    ),
    get(1),
  ].flat();
  assert.equal(run(sum, 10), 55);
  assert.equal(
    run([...wasm.when(get(0), [wasm.giveBack(i32(1))], [wasm.giveBack(i32(2))]), ...wasm.unreachable], 0),
    2,
  );
  assert.equal(run([...wasm.tee(1, i32(4)), ...get(1), 0x6a], 0), 8);
});

test('an imported function is called with its operands', () => {
  assert.equal(run(wasm.call(0, i32(1), i32(2), i32(3))), 123);
});

test('a jump to a place that is not around it is refused', () => {
  assert.throws(() => run(wasm.jump('nowhere')), TypeError);
});
