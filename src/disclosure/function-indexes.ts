/** The functions of the scanner's module by their index; the first is imported. */
export const ESCAPED_NAME = 0;
export const STRING_END = 1;
export const ESCAPE_END = 2;
export const NUMBER_END = 3;
export const DIGITS_END = 4;
export const WORD_END = 5;
export const SAME = 6;
export const MEMBER = 7;
export const SCAN = 8;
export const IS_ASCII = 9;
export const GATHER = 10;
