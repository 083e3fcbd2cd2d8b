/** What a new log says of the one that it goes on from: which entries were signed and are lost (docs/formats/leaf.md, `before`). */
import { isObject } from '../../domain/leaf-shape.ts';
import { toBase64 } from '../../encoding/base64.ts';
import type { NoteMembers } from '../writing/note-leaf.ts';

/** Codes of the `alarm` entries of a recovery. */
export const LOST_RANGE = 'lost-range';
export const RECOVERY_ORDERED = 'recovery-ordered';
export const LOST_ENTRY = 'lost-entry';

/** A tree by its size and root, the root in standard base64. */
export interface SizedTree {
  readonly size: number;
  readonly root: string;
}

export interface LostRange {
  /** Name of the old log. */
  readonly log: string;
  /** What is left of it. */
  readonly held: SizedTree;
  /** What its head file signs; undefined where the head file is lost too. */
  readonly signed?: SizedTree | undefined;
}

export function sizedTree(size: number, root: Uint8Array): SizedTree {
  return { size, root: toBase64(root) };
}

/** Members of the entry that names the range. */
export function lostRangeMembers({ log, held, signed }: LostRange): NoteMembers {
  const before = { log, held: { ...held }, ...(signed === undefined ? {} : { signed: { ...signed } }) };
  return { code: LOST_RANGE, before };
}

/** The range that a leaf names, or undefined where it names none. */
export function readLostRange(leaf: Uint8Array): LostRange | undefined {
  const said = parse(leaf);
  if (!isObject(said) || said['code'] !== LOST_RANGE || !isObject(said['before'])) return undefined;
  const { log, held, signed } = said['before'];
  const known = treeFrom(held);
  return known === undefined ? undefined : { log: String(log), held: known, signed: treeFrom(signed) };
}

function parse(leaf: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(leaf).toString());
  } catch {
    return undefined; // `verify` says of this entry what is wrong with it
  }
}

function treeFrom(tree: unknown): SizedTree | undefined {
  return isObject(tree) ? { size: Number(tree['size']), root: String(tree['root']) } : undefined;
}

/** The range in a sentence. */
export function lostRangeInWords({ log, held, signed }: LostRange): string {
  if (signed === undefined)
    return `This log goes on from ${log}, of which the first ${held.size} entries are left. Its head file was lost too, so nobody can say from here how many entries came after them: whatever left by them counts as disclosed.`;
  const last = signed.size - 1;
  const lost = last === held.size ? `entry ${last} is` : `entries ${held.size} to ${last} are`;
  return `This log goes on from ${log}, of which ${signed.size} entries were signed (root ${signed.root}) and the first ${held.size} are left: its ${lost} LOST, with whatever was not signed yet. What left by them counts as disclosed.`;
}

/** Reads along with whoever verifies a log, for what it says of a log before it. */
export class HeardLosses {
  readonly #ranges: LostRange[] = [];
  #proved = 0;

  /** Takes entries as they are read, in order. */
  hear(entries: readonly { readonly kind: string; readonly leaf: Uint8Array }[]): void {
    for (const { kind, leaf } of entries) if (kind === 'alarm') this.#hearAlarm(leaf);
  }

  /** A sentence for each log before, and one for the receipts that partners brought. */
  inWords(): readonly string[] {
    const said = this.#ranges.map(lostRangeInWords);
    if (this.#proved > 0)
      said.push(
        `Receipts prove ${this.#proved} of the lost entries: \`list --kind alarm\` names their leaf hashes.`,
      );
    return said;
  }

  #hearAlarm(leaf: Uint8Array): void {
    const text = Buffer.from(leaf).toString();
    if (text.includes(`"code":"${LOST_ENTRY}"`)) this.#proved += 1;
    if (!text.includes(`"code":"${LOST_RANGE}"`)) return;
    const range = readLostRange(leaf);
    if (range !== undefined) this.#ranges.push(range);
  }
}
