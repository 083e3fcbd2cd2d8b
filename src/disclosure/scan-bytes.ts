/** The scanner's functions over runs of bytes, sixteen at a step: comparing names, finding them, copying ranges. */
import {
  add,
  and,
  atLeast,
  below,
  bits16,
  type Code,
  call,
  equal,
  equal16,
  type FunctionText,
  get,
  giveBack,
  i32,
  increase,
  isZero,
  jump,
  jumpIf,
  load32,
  load128,
  loop,
  notEqual,
  set,
  shiftLeft,
  store32,
  store128,
  subtract,
  unreachable,
  when,
} from '../encoding/wasm-assembler.ts';
import {
  GATHER,
  IS_ASCII,
  MEMBER,
  NODE_FIRST_GUESS,
  NODE_MEMBERS,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_NEXT,
  NODE_NEXT_GUESS,
  SAME,
} from './layout.ts';

/** `same(left, right, length)`: 1 where so many bytes are the same in both places. */
const same = ((): Code => {
  const [left, right, length, equals] = [0, 1, 2, 3];
  return [
    loop(
      'on',
      set(equals, bits16(equal16(load128(get(left)), load128(get(right))))),
      when(atLeast(get(length), i32(16)), [
        when(notEqual(get(equals), i32(0xffff)), [giveBack(i32(0))]),
        increase(left, 16),
        increase(right, 16),
        increase(length, -16),
        jump('on'),
      ]),
    ),
    // Only the bits of the bytes before the length count.
    isZero(and(subtract(i32(0xffff), get(equals)), subtract(shiftLeft(i32(1), get(length)), i32(1)))),
  ].flat();
})();

/** `member(holder, before, start, length)`: the member of the plan's node that this name means, or 0; guessed next time. */
const member = ((): Code => {
  const [holder, before, start, length, node] = [0, 1, 2, 3, 4];
  const guessNextTime = when(
    get(before),
    [store32(get(before), get(node), NODE_NEXT_GUESS)],
    [store32(get(holder), get(node), NODE_FIRST_GUESS)],
  );
  return [
    set(node, load32(get(holder), NODE_MEMBERS)),
    loop(
      'on',
      when(isZero(get(node)), [giveBack(i32(0))]),
      when(equal(load32(get(node), NODE_NAME_LENGTH), get(length)), [
        when(call(SAME, load32(get(node), NODE_NAME), get(start), get(length)), [
          guessNextTime,
          giveBack(get(node)),
        ]),
      ]),
      set(node, load32(get(node), NODE_NEXT)),
      jump('on'),
    ),
    unreachable,
  ].flat();
})();

/** `isAscii(from, end)`: 1 where no byte has its highest bit set. The bytes up to the next sixteen have to be zero or text. */
const isAscii = ((): Code => {
  const [at, finish] = [0, 1];
  return [
    loop(
      'on',
      when(bits16(load128(get(at))), [giveBack(i32(0))]),
      increase(at, 16),
      jumpIf('on', below(get(at), get(finish))),
    ),
    i32(1),
  ].flat();
})();

/**
 * `gather(ranges, end, to)`: copies the bytes of each range, two words of start and end, one after the other, and says
 * where it ended. Up to fifteen bytes behind that are overwritten too.
 */
const gather = ((): Code => {
  const [range, end, to, from, length] = [0, 1, 2, 3, 4];
  return [
    loop(
      'range',
      set(from, load32(get(range))),
      set(length, subtract(load32(get(range), 4), get(from))),
      loop(
        'on',
        store128(get(to), load128(get(from))),
        when(below(i32(16), get(length)), [
          increase(from, 16),
          increase(to, 16),
          increase(length, -16),
          jump('on'),
        ]),
      ),
      set(to, add(get(to), get(length))),
      increase(range, 8),
      jumpIf('range', below(get(range), get(end))),
    ),
    get(to),
  ].flat();
})();

export const BYTE_FUNCTIONS: readonly FunctionText[] = [
  { name: 'same', index: SAME, parameters: 3, locals: 1, body: same },
  { name: 'member', index: MEMBER, parameters: 4, locals: 1, body: member },
  { name: 'isAscii', index: IS_ASCII, parameters: 2, locals: 0, body: isAscii },
  { name: 'gather', index: GATHER, parameters: 3, locals: 2, body: gather },
];
