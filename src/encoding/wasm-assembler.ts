/** A small assembler of WebAssembly (core specification 2.0): as many instructions as the scanner and the hashing in lanes need. */

/** A byte, or a mark that becomes one once it is known how deep in blocks it stands. */
type Piece = number | { readonly opens: string } | { readonly closes: true } | { readonly jumpsTo: string };

/** Instructions, one after the other; an expression leaves its value on the stack. */
export type Code = readonly Piece[];

const I32 = 0x7f;
const V128 = 0x7b;
const NO_RESULT = 0x40;
const END = 0x0b;

export interface FunctionText {
  readonly name: string;
  readonly index: number;
  readonly parameters: number;
  readonly locals: number;
  /** Locals of sixteen bytes, after the others. */
  readonly vectors?: number;
  readonly body: Code;
}

export function i32(value: number): Code {
  return [0x41, ...signed(value)];
}

export function get(local: number): Code {
  return [0x20, ...unsigned(local)];
}

export function set(local: number, value: Code): Code {
  return [...value, 0x21, ...unsigned(local)];
}

/** Sets the local and leaves its value. */
export function tee(local: number, value: Code): Code {
  return [...value, 0x22, ...unsigned(local)];
}

function operator(code: number): (left: Code, right: Code) => Code {
  return (left, right) => [...left, ...right, code];
}

export const equal = operator(0x46);
export const notEqual = operator(0x47);
export const below = operator(0x49);
export const atMost = operator(0x4d);
export const atLeast = operator(0x4f);
export const belowSigned = operator(0x48);
export const add = operator(0x6a);
export const subtract = operator(0x6b);
export const and = operator(0x71);
export const or = operator(0x72);
export const shiftLeft = operator(0x74);
export const shiftRight = operator(0x76);

export function isZero(value: Code): Code {
  return [...value, 0x45];
}

/** How many of the lowest bits are zero. */
export function trailingZeros(value: Code): Code {
  return [...value, 0x68];
}

export function load8(address: Code, offset = 0): Code {
  return [...address, 0x2d, 0, ...unsigned(offset)];
}

export function load32(address: Code, offset = 0): Code {
  return [...address, 0x28, 0, ...unsigned(offset)];
}

export function store32(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, 0x36, 0, ...unsigned(offset)];
}

/** Sixteen bytes. */
export function load128(address: Code, offset = 0): Code {
  return [...address, 0xfd, 0x00, 0, ...unsigned(offset)];
}

export function store128(address: Code, value: Code, offset = 0): Code {
  return [...address, ...value, 0xfd, 0x0b, 0, ...unsigned(offset)];
}

/** Sixteen times the same byte. */
export function bytes16(byte: number): Code {
  return [0xfd, 0x0c, ...new Array<number>(16).fill(byte)];
}

function vectorOperator(code: number): (left: Code, right: Code) => Code {
  return (left, right) => [...left, ...right, 0xfd, ...unsigned(code)];
}

/** Compares byte by byte: all ones where they are equal. */
export const equal16 = vectorOperator(0x23);
export const below16 = vectorOperator(0x26);
export const and16 = vectorOperator(0x4e);
export const or16 = vectorOperator(0x50);
export const xor16 = vectorOperator(0x51);
/** Adds four numbers of 32 bits to four others. */
export const addLanes = vectorOperator(0xae);

/** Shifts each of four numbers of 32 bits; what comes in is zero. */
export function shiftLanesLeft(value: Code, bits: number): Code {
  return [...value, ...i32(bits), 0xfd, ...unsigned(0xab)];
}

export function shiftLanesRight(value: Code, bits: number): Code {
  return [...value, ...i32(bits), 0xfd, ...unsigned(0xad)];
}

/** Four times the same number of 32 bits. */
export function lanes(value: Code): Code {
  return [...value, 0xfd, 0x11];
}

/** Sixteen bytes picked by their places: 0 to 15 in the first, 16 to 31 in the second. */
export function pick16(first: Code, second: Code, places: readonly number[]): Code {
  return [...first, ...second, 0xfd, 0x0d, ...places];
}

/** One bit for each byte: its highest. */
export function bits16(value: Code): Code {
  return [...value, 0xfd, 0x64];
}

export function call(functionIndex: number, ...operands: readonly Code[]): Code {
  return [...operands.flat(), 0x10, ...unsigned(functionIndex)];
}

/** Forgets a value. */
export function drop(value: Code): Code {
  return [...value, 0x1a];
}

export function giveBack(value: Code): Code {
  return [...value, 0x0f];
}

export function when(condition: Code, then: readonly Code[], otherwise: readonly Code[] = []): Code {
  const second = otherwise.length === 0 ? [] : [0x05, ...otherwise.flat()];
  return [...condition, 0x04, NO_RESULT, { opens: '' }, ...then.flat(), ...second, END, { closes: true }];
}

/** A jump to its label begins the loop anew; without one it is left at the end. */
export function loop(label: string, ...body: readonly Code[]): Code {
  return [0x03, NO_RESULT, { opens: label }, ...body.flat(), END, { closes: true }];
}

/** A jump to its label leaves the block. */
export function block(label: string, ...body: readonly Code[]): Code {
  return [0x02, NO_RESULT, { opens: label }, ...body.flat(), END, { closes: true }];
}

export function jump(label: string): Code {
  return [0x0c, { jumpsTo: label }];
}

export function jumpIf(label: string, condition: Code): Code {
  return [...condition, 0x0d, { jumpsTo: label }];
}

/** Adds to a local. */
export function increase(local: number, by = 1): Code {
  return set(local, add(get(local), i32(by)));
}

export function isByte(value: Code, byte: number): Code {
  return equal(value, i32(byte));
}

export function minus(value: Code): Code {
  return subtract(i32(0), value);
}

/** True for `low` to `high`. */
export function between(value: Code, low: number, high: number): Code {
  return atMost(subtract(value, i32(low)), i32(high - low));
}

/** A never reached place, so that a function whose loops never end needs no result there. */
export const unreachable: Code = [0x00];

/**
 * The bytes of a module that imports a memory (`env.memory`) and functions of three i32 (`env.NAME`, from index 0),
 * and exports its functions. Every parameter and result is an i32.
 */
export function assembleModule(imports: readonly string[], functions: readonly FunctionText[]): Uint8Array {
  const arities = [...new Set([3, ...functions.map(({ parameters }) => parameters)])];
  const types = arities.map((arity) => [0x60, ...list(new Array(arity).fill([I32])), ...list([[I32]])]);
  const imported = imports.map((name) => [...text('env'), ...text(name), 0x00, arities.indexOf(3)]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x00, 0x01];
  const exported = functions.map(({ name, index }) => [...text(name), 0x00, ...unsigned(index)]);
  const bodies = functions.map(({ locals, vectors = 0, body }) => {
    const declared = [
      [...unsigned(locals), I32],
      [...unsigned(vectors), V128],
    ];
    const code = [...list(declared), ...resolve(body), END];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, [...imported, memory]),
    ...section(
      3,
      functions.map(({ parameters }) => [arities.indexOf(parameters)]),
    ),
    ...section(7, exported),
    ...section(10, bodies),
  ]);
}

/** Turns every jump into the number of blocks that it leaves. */
function resolve(code: Code): number[] {
  const open: string[] = [];
  return code.flatMap((piece) => {
    if (typeof piece === 'number') return [piece];
    if ('opens' in piece) open.push(piece.opens);
    else if ('closes' in piece) open.pop();
    else return jumpBytes(open, piece.jumpsTo);
    return [];
  });
}

function jumpBytes(open: readonly string[], label: string): number[] {
  const place = open.lastIndexOf(label);
  if (place < 0) throw new TypeError(`no block is called ${label} here`);
  return unsigned(open.length - 1 - place);
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  const content = list(items);
  return [id, ...unsigned(content.length), ...content];
}

function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(name: string): number[] {
  return [...unsigned(name.length), ...Buffer.from(name, 'latin1')];
}

/** LEB128, section 5.2.2. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  if (value >= -0x40 && value < 0x40) return [value & 0x7f];
  return [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
