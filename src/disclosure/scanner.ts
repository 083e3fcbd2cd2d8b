/** The scanner at work: its module, built once for each thread, and the memory that it reads and writes. */
import { scannerModule } from './scanner-module.ts';

/** What is used of the WebAssembly JavaScript interface (W3C), which the types of Node leave out. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => ScannerMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Scanner };
};

export interface ScannerMemory {
  readonly buffer: ArrayBuffer;
  /** Grows by so many pages of 64 KiB; `buffer` is another one afterwards. */
  grow(pages: number): number;
}

export interface Scanner {
  /**
   * Scans the value that begins at `from`, or after white space there, and writes the tape entries that the plan asks
   * for. The byte at `end` must be zero, which stands nowhere in JSON, so that nothing runs past it.
   *
   * @param mostDepth how many objects and arrays may stand inside one another.
   * @param root the address of the plan's node that the value is, or 0 where it only has to be well-formed.
   * @param tape where the first entry goes.
   * @returns the position after the value; or `UNFINISHED` where the bytes end within it (a number that touches the
   * end is unfinished); or another of the negative results.
   */
  scan(from: number, end: number, mostDepth: number, root: number, tape: number): number;
  /** 1 where no byte from `from` to the next multiple of sixteen after `end` is above 0x7f; 0 means nothing. */
  isAscii(from: number, end: number): number;
  /**
   * Copies the ranges (two words each: start and end) that stand from `ranges` to `end`, one after the other.
   * Up to sixteen bytes behind the last are overwritten too.
   */
  gather(ranges: number, end: number, to: number): number;
}

/** Reads a name that holds a backslash: the address of the member that it means, or 0. */
export type EscapedName = (holder: number, start: number, end: number) => number;

/** Builds a scanner over a memory of its own. */
export function newScanner(
  pages: number,
  escapedName: EscapedName,
): { scanner: Scanner; memory: ScannerMemory } {
  const memory = new WebAssembly.Memory({ initial: pages });
  const module = new WebAssembly.Module(scannerModule());
  const { exports } = new WebAssembly.Instance(module, { env: { memory, escapedName } });
  return { scanner: exports, memory };
}
