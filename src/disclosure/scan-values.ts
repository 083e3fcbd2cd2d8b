/** The scanner's main function: proves a value to be JSON (RFC 8259) and writes the tape that the plan asks for. */
import {
  add,
  and,
  block,
  type Code,
  call,
  equal,
  type FunctionText,
  get,
  giveBack,
  i32,
  increase,
  isByte,
  isZero,
  jump,
  jumpIf,
  load8,
  load32,
  loop,
  notEqual,
  or,
  set,
  shiftLeft,
  store32,
  subtract,
  unreachable,
  when,
} from '../encoding/wasm-assembler.ts';
import {
  ARRAY,
  DECLARED,
  ENTRY,
  ENTRY_DROPPED,
  ENTRY_KIND,
  ENTRY_NAME_END,
  ENTRY_NAME_START,
  ENTRY_NEXT,
  ENTRY_NODE,
  ENTRY_VALUE_END,
  ENTRY_VALUE_START,
  ESCAPED_NAME,
  FALSE,
  FRAME,
  FRAME_BEFORE,
  FRAME_DROPPED,
  FRAME_ENTRY,
  FRAME_HOLDER,
  FRAME_IN_OBJECT,
  FRAME_NUMBER,
  FRAMES,
  LEAF,
  MEMBER,
  NODE_FIRST_GUESS,
  NODE_FLAGS,
  NODE_NAME,
  NODE_NAME_LENGTH,
  NODE_NEXT_GUESS,
  NODE_SEEN_IN,
  NODE_UNDECLARED,
  NOT_SCALAR,
  NULL,
  NUMBER,
  NUMBER_END,
  REPEATED,
  SAID_ESCAPED,
  SAID_OBJECTS,
  SAID_UNDECLARED,
  SAME,
  SCAN,
  STRING_END,
  TOO_DEEP,
  TRUE,
  UNFINISHED,
  WANTED,
  WORD_END,
} from './layout.ts';
import {
  AT,
  BEFORE,
  broken,
  C,
  DROPPED,
  FINISH,
  FLAGS,
  FRAME_AT,
  goTo,
  HOLDER,
  IN_OBJECT,
  KIND,
  LIMIT,
  NAME_END,
  NAME_START,
  NODE_AT,
  NUMBER_OF,
  OWN,
  ROOT,
  skipSpace,
  TAPE,
} from './scan-locals.ts';

const QUOTE = 0x22;

/** Reads a name that was not guessed. */
const searchName: readonly Code[] = [
  store32(i32(SAID_ESCAPED), i32(0)),
  goTo(call(STRING_END, get(AT))),
  set(NAME_END, get(AT)),
  set(NODE_AT, i32(0)),
  when(
    load32(i32(SAID_ESCAPED)),
    [set(NODE_AT, call(ESCAPED_NAME, get(HOLDER), get(NAME_START), get(NAME_END)))],
    [
      when(get(HOLDER), [
        set(
          NODE_AT,
          call(MEMBER, get(HOLDER), get(BEFORE), get(NAME_START), subtract(get(AT), get(NAME_START))),
        ),
      ]),
    ],
  ),
];

/** A name, what the plan knows of it, and its colon. A name that stands as it was guessed needs no other look. */
const readName: readonly Code[] = [
  when(notEqual(get(C), i32(QUOTE)), broken),
  set(NAME_START, get(AT)),
  when(
    get(BEFORE),
    [set(NODE_AT, load32(get(BEFORE), NODE_NEXT_GUESS))],
    [set(NODE_AT, load32(get(HOLDER), NODE_FIRST_GUESS))],
  ),
  block(
    'named',
    when(get(NODE_AT), [
      set(NAME_END, add(get(AT), load32(get(NODE_AT), NODE_NAME_LENGTH))),
      when(call(SAME, load32(get(NODE_AT), NODE_NAME), get(AT), load32(get(NODE_AT), NODE_NAME_LENGTH)), [
        set(AT, get(NAME_END)),
        jump('named'),
      ]),
    ]),
    ...searchName,
  ),
  set(FLAGS, load32(get(NODE_AT), NODE_FLAGS)),
  when(get(NODE_AT), [
    when(equal(load32(get(NODE_AT), NODE_SEEN_IN), get(NUMBER_OF)), [giveBack(i32(REPEATED))]),
    store32(get(NODE_AT), get(NUMBER_OF), NODE_SEEN_IN),
    set(BEFORE, get(NODE_AT)),
  ]),
  when(isZero(and(get(FLAGS), i32(DECLARED))), [
    when(and(load32(get(HOLDER), NODE_FLAGS), i32(DECLARED)), [
      store32(get(HOLDER), add(load32(get(HOLDER), NODE_UNDECLARED), i32(1)), NODE_UNDECLARED),
      store32(i32(SAID_UNDECLARED), i32(1)),
    ]),
  ]),
  set(DROPPED, add(get(DROPPED), isZero(and(get(FLAGS), i32(WANTED))))),
  skipSpace,
  when(notEqual(get(C), i32(0x3a)), broken),
  increase(AT),
  skipSpace,
];

/** An element stands where its array stands. */
const readElement: readonly Code[] = [
  set(NODE_AT, get(HOLDER)),
  set(FLAGS, load32(get(HOLDER), NODE_FLAGS)),
  set(NAME_START, i32(0)),
  set(NAME_END, i32(0)),
];

const beginEntry: Code = [
  ...set(OWN, i32(0)),
  ...when(and(get(FLAGS), i32(WANTED)), [
    set(OWN, get(TAPE)),
    store32(get(OWN), get(NODE_AT), ENTRY_NODE),
    store32(get(OWN), get(NAME_START), ENTRY_NAME_START),
    store32(get(OWN), get(NAME_END), ENTRY_NAME_END),
    store32(get(OWN), get(AT), ENTRY_VALUE_START),
    increase(TAPE, ENTRY),
  ]),
];

const endEntry = (...more: readonly Code[]): Code =>
  when(get(OWN), [
    store32(get(OWN), get(AT), ENTRY_VALUE_END),
    store32(get(OWN), get(TAPE), ENTRY_NEXT),
    ...more,
  ]);

/** The bracket or brace that closes what is open. */
const closer: Code = add(i32(0x5d), shiftLeft(get(IN_OBJECT), i32(5)));
const isWhole: Code = equal(get(FRAME_AT), i32(FRAMES));

const openObjectOrArray: readonly Code[] = [
  when(equal(get(FRAME_AT), get(LIMIT)), [giveBack(i32(TOO_DEEP))]),
  // INVARIANT: an object where a scalar was declared does not leave, nor its record.
  when(and(isByte(get(C), 0x7b), and(get(FLAGS), i32(LEAF))), [giveBack(i32(NOT_SCALAR))]),
  store32(get(FRAME_AT), get(IN_OBJECT), FRAME_IN_OBJECT),
  store32(get(FRAME_AT), get(HOLDER), FRAME_HOLDER),
  store32(get(FRAME_AT), get(NUMBER_OF), FRAME_NUMBER),
  store32(get(FRAME_AT), get(BEFORE), FRAME_BEFORE),
  store32(get(FRAME_AT), get(DROPPED), FRAME_DROPPED),
  store32(get(FRAME_AT), get(OWN), FRAME_ENTRY),
  increase(FRAME_AT, FRAME),
  set(IN_OBJECT, isByte(get(C), 0x7b)),
  when(get(OWN), [store32(get(OWN), subtract(i32(ARRAY), get(IN_OBJECT)), ENTRY_KIND)]),
  set(HOLDER, get(NODE_AT)),
  set(BEFORE, i32(0)),
  set(DROPPED, i32(0)),
  set(NUMBER_OF, add(load32(i32(SAID_OBJECTS)), i32(1))),
  store32(i32(SAID_OBJECTS), get(NUMBER_OF)),
  increase(AT),
  skipSpace,
  jumpIf('value', notEqual(get(C), closer)),
];

const readWord = (letters: string, kind: number): readonly Code[] => [
  goTo(call(WORD_END, get(AT), i32(Buffer.from(letters, 'latin1').readInt32LE()))),
  set(KIND, i32(kind)),
];

const readScalar: readonly Code[] = [
  when(
    isByte(get(C), QUOTE),
    [
      store32(i32(SAID_ESCAPED), i32(0)),
      goTo(call(STRING_END, get(AT))),
      set(KIND, load32(i32(SAID_ESCAPED))),
    ],
    [
      when(isByte(get(C), 0x6e), readWord('null', NULL), [
        when(isByte(get(C), 0x74), readWord('true', TRUE), [
          when(
            isByte(get(C), 0x66),
            [...readWord('fals', FALSE), when(notEqual(load8(get(AT)), i32(0x65)), broken), increase(AT)],
            [
              goTo(call(NUMBER_END, get(AT))),
              when(equal(get(AT), get(FINISH)), [giveBack(i32(UNFINISHED))]),
              set(KIND, i32(NUMBER)),
            ],
          ),
        ]),
      ]),
    ],
  ),
  endEntry(store32(get(OWN), get(KIND), ENTRY_KIND)),
  when(isWhole, [giveBack(get(AT))]),
  skipSpace,
];

const closeObjectOrArray: readonly Code[] = [
  when(notEqual(get(C), closer), broken),
  increase(AT),
  increase(FRAME_AT, -FRAME),
  set(OWN, load32(get(FRAME_AT), FRAME_ENTRY)),
  endEntry(store32(get(OWN), get(DROPPED), ENTRY_DROPPED)),
  when(isWhole, [giveBack(get(AT))]),
  set(IN_OBJECT, load32(get(FRAME_AT), FRAME_IN_OBJECT)),
  set(HOLDER, load32(get(FRAME_AT), FRAME_HOLDER)),
  set(NUMBER_OF, load32(get(FRAME_AT), FRAME_NUMBER)),
  set(BEFORE, load32(get(FRAME_AT), FRAME_BEFORE)),
  set(DROPPED, load32(get(FRAME_AT), FRAME_DROPPED)),
  skipSpace,
];

/** `scan(from, end, mostDepth, root, tape)`: the position after the value, or why there is none. */
const scan: Code = [
  set(LIMIT, add(i32(FRAMES), shiftLeft(get(LIMIT), i32(5)))),
  set(FRAME_AT, i32(FRAMES)),
  set(HOLDER, get(ROOT)),
  loop(
    'value',
    skipSpace,
    when(get(IN_OBJECT), readName, readElement),
    beginEntry,
    when(isByte(or(get(C), i32(0x20)), 0x7b), openObjectOrArray, readScalar),
    loop('close', when(notEqual(get(C), i32(0x2c)), [...closeObjectOrArray, jump('close')])),
    increase(AT),
    jump('value'),
  ),
  unreachable,
].flat();

export const VALUE_FUNCTIONS: readonly FunctionText[] = [
  { name: 'scan', index: SCAN, parameters: 5, locals: 13, body: scan },
];
