/** The local variables of the scanner's main function, and what all of its steps do with them. */
import {
  and,
  atLeast,
  below,
  belowSigned,
  block,
  type Code,
  get,
  giveBack,
  i32,
  increase,
  isByte,
  isZero,
  jump,
  jumpIf,
  load8,
  loop,
  minus,
  or,
  set,
  shiftRight,
  tee,
  when,
} from '../encoding/wasm-assembler.ts';
import { MALFORMED, UNFINISHED } from './layout.ts';

const SPACE = 0x20;

/** Local variables of `scan`, its parameters first. */
export const [AT, FINISH, LIMIT, ROOT, TAPE, C, FRAME_AT, IN_OBJECT, HOLDER, NUMBER_OF, BEFORE, DROPPED] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];
export const [NODE_AT, FLAGS, NAME_START, NAME_END, KIND, OWN] = [12, 13, 14, 15, 16, 17];

/** The grammar is broken here: at the end of the bytes, more of them may still mend it. */
export const broken: readonly Code[] = [
  when(atLeast(get(AT), get(FINISH)), [giveBack(i32(UNFINISHED))]),
  giveBack(i32(MALFORMED)),
];

/** Goes on to what `end` finds, or breaks off. */
export const goTo = (end: Code): Code => [
  ...set(AT, end),
  ...when(belowSigned(get(AT), i32(0)), [set(AT, minus(get(AT))), ...broken]),
];

/** Leaves the first byte that is no white space in `C`. */
export const skipSpace: Code = block(
  'text',
  loop(
    'space',
    jumpIf('text', below(i32(SPACE), tee(C, load8(get(AT))))),
    jumpIf('text', isZero(or(isByte(get(C), SPACE), and(shiftRight(i32(0x2600), get(C)), i32(1))))),
    increase(AT),
    jump('space'),
  ),
);
