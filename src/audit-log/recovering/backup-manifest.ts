/** The manifest of a backup of the log (docs/formats/backup.md): what it holds, and the hashes by which its files are known again. */
import { isObject } from '../../domain/leaf-shape.ts';
import { fromBase64, toBase64 } from '../../encoding/base64.ts';
import { HASH_BYTES } from '../../merkle/hash.ts';

/** Names of the files of a backup. The manifest is written last: a folder without it is no backup. */
export const BACKUP_FILES = { store: 'audit.sqlite', checkpoint: 'checkpoint' } as const;
export const MANIFEST_FILE = 'manifest.json';

const FORMAT = 'sharing-gateway-backup/1';
const SHA256 = /^[0-9a-f]{64}$/;

/** One file as it was when the backup was made. */
export interface BackedUpFile {
  readonly name: string;
  readonly bytes: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

export interface BackupManifest {
  /** Name of the log. */
  readonly origin: string;
  /** How many entries the store of the backup holds. */
  readonly entries: number;
  /** Root of the tree over them (RFC 6962). */
  readonly root: Uint8Array;
  /** How many of them the checkpoint beside it covers. */
  readonly signed: number;
  /** ISO 8601 in UTC. */
  readonly madeAt: string;
  readonly files: readonly BackedUpFile[];
}

/** The manifest as text, for people too. */
export function formatManifest({ root, ...rest }: BackupManifest): string {
  return `${JSON.stringify({ format: FORMAT, ...rest, root: toBase64(root) }, null, 2)}\n`;
}

/** Reads a manifest; undefined for any text that is not one, whole and of this version. */
export function readManifest(text: string): BackupManifest | undefined {
  const said = parse(text);
  if (!isObject(said) || said['format'] !== FORMAT) return undefined;
  const { origin, entries, signed, madeAt, files } = said;
  const root = typeof said['root'] === 'string' ? fromBase64(said['root']) : undefined;
  if (typeof origin !== 'string' || typeof madeAt !== 'string' || root?.length !== HASH_BYTES)
    return undefined;
  if (!isCount(entries) || !isCount(signed) || !Array.isArray(files)) return undefined;
  const read = files.map(fileFrom).filter((file) => file !== undefined);
  // A name that is missing or that leads elsewhere is no file of a backup.
  const names = read.map(({ name }) => name).sort();
  if (names.join() !== Object.values(BACKUP_FILES).sort().join()) return undefined;
  return { origin, entries, root, signed, madeAt, files: read };
}

function fileFrom(file: unknown): BackedUpFile | undefined {
  if (!isObject(file)) return undefined;
  const { name, bytes, sha256 } = file;
  if (typeof name !== 'string' || !isCount(bytes)) return undefined;
  return typeof sha256 === 'string' && SHA256.test(sha256) ? { name, bytes, sha256 } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
