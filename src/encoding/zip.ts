/**
 * Zip archives (PKWARE APPNOTE 6.3.3) of one plain form: files stored as they are, no dates, no folders of their own, nothing
 * before, between or after. What is read back has to be written the same again, so one archive means one thing to every reader.
 */
import { crc32 } from 'node:zlib';

export interface ZippedFile {
  /** Letters, digits, dots, hyphens and slashes; relative. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** 2.0: the oldest that knows folders in names. */
const VERSION = 20;
/** 1 January 1980, the first day that the format knows. */
const NO_DATE = 0x0021;
const NAME = /^[A-Za-z0-9][A-Za-z0-9.-]*(?:\/[A-Za-z0-9][A-Za-z0-9.-]*)*$/;
const MOST_FILES = 0xfffe;
const MOST_BYTES = 0xffff_fffe;

/**
 * The archive of some files, in their order.
 *
 * @throws {RangeError} for a name of another form, a name that comes twice, or more than 65,534 files or 4 GiB.
 */
export function zip(files: readonly ZippedFile[]): Buffer {
  if (new Set(files.map(({ name }) => name)).size !== files.length || files.length > MOST_FILES)
    throw new RangeError('an archive has at most 65,534 files, each of a name of its own');
  const pieces: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    if (!NAME.test(name)) throw new RangeError('a file of an archive has a plain relative name');
    const fields = fieldsOf(bytes, name);
    pieces.push(localHead(fields), Buffer.from(name), bytes);
    directory.push(centralHead(fields, at), Buffer.from(name));
    at += LOCAL_BYTES + name.length + bytes.length;
    if (at > MOST_BYTES) throw new RangeError('an archive has at most 4 GiB');
  }
  const listed = Buffer.concat(directory);
  return Buffer.concat([...pieces, listed, endRecord(files.length, listed.length, at)]);
}

/** The files of an archive, or undefined for one that `zip` would not have written just so. */
export function unzip(archive: Uint8Array): readonly ZippedFile[] | undefined {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  const files: ZippedFile[] = [];
  let at = 0;
  while (at + LOCAL_BYTES <= bytes.length && bytes.readUInt32LE(at) === LOCAL) {
    const from = at + LOCAL_BYTES + bytes.readUInt16LE(at + 26);
    const name = bytes.toString('latin1', at + LOCAL_BYTES, from);
    at = from + bytes.readUInt32LE(at + 18);
    if (at > bytes.length || files.length === MOST_FILES || !NAME.test(name)) return undefined;
    files.push({ name, bytes: bytes.subarray(from, at) });
  }
  if (new Set(files.map(({ name }) => name)).size !== files.length) return undefined;
  return zip(files).equals(bytes) ? files : undefined;
}

/** What both heads of a file say, 26 bytes from the version on. */
function fieldsOf(bytes: Uint8Array, name: string): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(VERSION, 0);
  fields.writeUInt16LE(NO_DATE, 8);
  fields.writeUInt32LE(crc32(bytes), 10);
  fields.writeUInt32LE(bytes.length, 14);
  fields.writeUInt32LE(bytes.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function localHead(fields: Buffer): Buffer {
  const head = Buffer.alloc(LOCAL_BYTES);
  head.writeUInt32LE(LOCAL, 0);
  fields.copy(head, 4);
  return head;
}

function centralHead(fields: Buffer, at: number): Buffer {
  const head = Buffer.alloc(CENTRAL_BYTES);
  head.writeUInt32LE(CENTRAL, 0);
  head.writeUInt16LE(VERSION, 4);
  fields.copy(head, 6);
  head.writeUInt32LE(at, 42);
  return head;
}

function endRecord(files: number, listed: number, at: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(files, 8);
  end.writeUInt16LE(files, 10);
  end.writeUInt32LE(listed, 12);
  end.writeUInt32LE(at, 16);
  return end;
}
