/** The functions of the scanner's module one by one, over a memory of one test. */
import { PLAN } from '../../src/disclosure/layout.ts';
import { newScanner } from '../../src/disclosure/scanner.ts';

export interface RawFunctions {
  stringEnd(from: number): number;
  escapeEnd(from: number): number;
  numberEnd(from: number): number;
  digitsEnd(from: number): number;
  wordEnd(from: number, word: number): number;
  same(left: number, right: number, length: number): number;
  member(holder: number, before: number, start: number, length: number): number;
  isAscii(from: number, end: number): number;
  gather(ranges: number, end: number, to: number): number;
}

/** Where a test writes its bytes. */
export const HERE = PLAN;

export function rawScanner(): { functions: RawFunctions; bytes: Buffer } {
  const { scanner, memory } = newScanner(8, () => 0);
  return { functions: scanner as unknown as RawFunctions, bytes: Buffer.from(memory.buffer) };
}
