/** Where things stand in the memory that the scanner shares with the rest of the filter. All numbers are bytes. */

/**
 * The first bytes stand for a node that knows nothing: its flags and members are zero.
 * A comma and a colon stand in it too, for where they must be written between kept ranges.
 */
export const COMMA_AT = 1;
export const COLON_AT = 2;

/** Behind that node: the cell of a CSV file that holds nothing but is there, and the ends of lines. */
export const EMPTY_CELL_AT = 64;
export const CRLF_AT = 66;
export const LF_AT = 67;

/** What the scanner says beside its result: words of 32 bits. */
export const SAID_ESCAPED = 96;
/** Objects and arrays that were opened so far: each has its number. */
export const SAID_OBJECTS = 100;
export const SAID_UNDECLARED = 104;

/** Sixty-four kibibytes in, what is open while a value is scanned: one frame for each object and array. */
export const FRAMES = 0x10000;
export const FRAME = 32;
/** Most objects and arrays inside one another that there is room for. */
export const DEEPEST = 4096;

/** A frame keeps what was going on outside while something inside is scanned. */
export const FRAME_IN_OBJECT = 0;
export const FRAME_HOLDER = 4;
export const FRAME_NUMBER = 8;
export const FRAME_BEFORE = 12;
export const FRAME_DROPPED = 16;
/** The tape entry of what is open, or 0. */
export const FRAME_ENTRY = 20;

/** The plan: its nodes, the record first, then their names. */
export const PLAN = FRAMES + FRAME * DEEPEST;
export const NODE = 64;
export const NODE_NAME = 0;
export const NODE_NAME_LENGTH = 4;
/** The first and next of the members of a node, in a list. */
export const NODE_MEMBERS = 8;
export const NODE_NEXT = 12;
/** The member that came first in this object last time, and that came after this one: the first guess next time. */
export const NODE_FIRST_GUESS = 16;
export const NODE_NEXT_GUESS = 20;
/** The number of the object in which this member was last seen. */
export const NODE_SEEN_IN = 24;
export const NODE_FLAGS = 28;
/** Undeclared members that were found in objects here. */
export const NODE_UNDECLARED = 32;

export const LEAF = 1;
export const WANTED = 2;
export const DECLARED = 4;

/** A tape entry stands for one wanted value; entries follow the order of the text. */
export const ENTRY = 32;
export const ENTRY_NODE = 0;
export const ENTRY_NAME_START = 4;
export const ENTRY_NAME_END = 8;
export const ENTRY_VALUE_START = 12;
export const ENTRY_VALUE_END = 16;
/** The address after this entry and all that are inside it. */
export const ENTRY_NEXT = 20;
export const ENTRY_KIND = 24;
/** Members of this object that have no entry. */
export const ENTRY_DROPPED = 28;

export const STRING = 0;
export const NUMBER = 1;
export const TRUE = 2;
export const FALSE = 3;
export const NULL = 4;
export const OBJECT = 5;
export const ARRAY = 6;
export const KIND_BITS = 7;
/** The string value holds a backslash. */
export const VALUE_ESCAPED = 8;

/** Results of a scan that are no position. */
export const UNFINISHED = -1;
export const MALFORMED = -2;
export const TOO_DEEP = -3;
export const REPEATED = -4;
export const NOT_SCALAR = -5;

/** Functions of the scanner's module by their index; the first is imported. */
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
