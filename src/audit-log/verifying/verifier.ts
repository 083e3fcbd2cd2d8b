/**
 * Verifies a whole log offline (RFC 6962 tree, C2SP checkpoints): every entry, every hash, every checkpoint, the head file.
 * Shares with the writer only SHA-256, the arithmetic of the tree and the list of a leaf's members.
 */
import type { Checkpoint } from '../../merkle/checkpoint.ts';
import { HASH_BYTES, leafHash } from '../../merkle/hash.ts';
import type { VerifierKey } from '../../merkle/signed-note.ts';
import type { LogReader, StoreState } from '../ports.ts';
import { type CheckpointsAbove, CheckpointTrail, openCheckpoint } from './verify-checkpoints.ts';
import { DroppedLedger } from './verify-dropped.ts';
import { EntryChecks } from './verify-entries.ts';
import type { KeptSetFault } from './verify-facts.ts';
import { Findings } from './verify-findings.ts';
import { readLeaf } from './verify-leaf.ts';
import { SealedRowCheck } from './verify-sealed.ts';
import { type TileAt, VerifiedTree } from './verify-tree.ts';

/** An entry as far as it is hashed, and the columns beside it. */
export interface HashedEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  /** As it is stored; 32 bytes unless somebody changed it. */
  readonly leafHash: Uint8Array;
  readonly kind: string;
  readonly exchange: string | undefined;
  readonly atMs: number;
  /** Of an entry that was dropped alone: index of the entry that says so. */
  readonly droppedBy?: number;
  /** Where it was asked for and there is one. */
  readonly sealed?: Uint8Array | undefined;
}

/** What a log is read from; a copy that nobody writes to, or one frozen view of it. It may answer at once or later. */
export interface LogSource extends Partial<Pick<LogReader, 'committedFacts' | 'fact'>> {
  state(): StoreState | Promise<StoreState>;
  /** Entries by index, ascending, at most `most`, dropped ones too; with their sealed rows only where asked for. */
  hashedEntries(
    from: number,
    most: number,
    withSealed?: boolean,
  ): readonly HashedEntry[] | Promise<readonly HashedEntry[]>;
  readonly checkpoints: CheckpointsAbove;
  readonly tile: TileAt;
}

export interface VerifyOptions {
  /** The log's key for checkpoints; its name is the log's origin. */
  readonly key: VerifierKey;
  /** Text of the head file, kept apart from the store; undefined where there is none. */
  readonly head: string | undefined;
  /** Whether sealed rows are checked as well. */
  readonly sealedRows?: boolean;
  /** Looks at a policy set that the store keeps; where it is left out, those are not looked at. */
  readonly keptSetFault?: KeptSetFault;
  /** Called now and then with how many of how many entries are done. */
  readonly progress?: (done: number, of: number) => void;
  /** Told of the entries page by page, before they are judged. */
  readonly hear?: (entries: readonly HashedEntry[]) => void;
}

export interface LogVerdict {
  /** How many entries were read. */
  readonly entries: number;
  /** How many of them were dropped when their time had come: only their hashes are there. */
  readonly dropped: number;
  /** What is wrong, a sentence each; empty for a whole log. */
  readonly findings: readonly string[];
  /** Times without entries and runs without an end, a sentence each: they may have an innocent reason. */
  readonly gaps: readonly string[];
  /** The newest checkpoint that holds: what it covers is signed. */
  readonly checkpoint: Checkpoint | undefined;
}

const PAGE = 4096;
const TILE_HASHES = 256;

/** Reads the log once from the first entry to the last, in memory that does not grow with it. */
export function verifyLog(source: LogSource, options: VerifyOptions): Promise<LogVerdict> {
  return new LogVerifier(source, options).run();
}

class LogVerifier {
  readonly #source: LogSource;
  readonly #options: VerifyOptions;
  /** The log's name as leaves spell it. */
  readonly #origin: string;
  readonly #findings = new Findings();
  readonly #checks: EntryChecks;
  readonly #dropped: DroppedLedger;
  readonly #sealed: SealedRowCheck | undefined;
  readonly #trail: CheckpointTrail;
  readonly #head: Checkpoint | undefined;
  #headAgrees = false;
  /** Undefined after an entry is missing whose hash no tile holds: from there on no root can be told. */
  #tree: VerifiedTree | undefined;
  #due = 0;
  #read = 0;
  #newest: HashedEntry | undefined;

  constructor(source: LogSource, options: VerifyOptions) {
    this.#source = source;
    this.#options = options;
    this.#origin = JSON.stringify(options.key.name);
    this.#dropped = new DroppedLedger(this.#findings);
    this.#sealed = options.sealedRows ? new SealedRowCheck(this.#findings) : undefined;
    this.#checks = new EntryChecks(this.#findings);
    this.#tree = new VerifiedTree((level, tile) => source.tile(level, tile), this.#findings);
    this.#trail = new CheckpointTrail(
      (above, most) => source.checkpoints(above, most),
      options.key,
      this.#findings,
    );
    this.#head = this.#openHead();
  }

  async run(): Promise<LogVerdict> {
    const { size } = await this.#source.state();
    await this.#trail.reach(0);
    this.#checkRoots();
    for (let from = Number.MIN_SAFE_INTEGER; ; ) {
      const page = await this.#source.hashedEntries(from, PAGE, this.#sealed !== undefined);
      this.#options.hear?.(page);
      await this.#takePage(page);
      this.#options.progress?.(this.#read, size);
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) break;
      from = last.index + 1;
    }
    await this.#finish();
    return {
      entries: this.#read,
      dropped: this.#dropped.count,
      findings: this.#findings.sentences(),
      gaps: this.#checks.gaps,
      checkpoint: this.#headAgrees ? this.#head : this.#trail.newest,
    };
  }

  /** What a page is judged by is read for the page as a whole, so that nothing waits for each entry. */
  async #takePage(page: readonly HashedEntry[]): Promise<void> {
    await this.#trail.reach((page.at(-1)?.index ?? 0) + 1);
    for (const entry of page) {
      if (entry.index > this.#due) await this.#fillGap(entry.index);
      this.#next(entry);
    }
    await this.#tree?.compareFull();
  }

  #next(entry: HashedEntry): void {
    this.#read += 1;
    if (entry.index < this.#due) {
      this.#findings.add(`entry ${entry.index} stands before the first entry of the log`);
      return;
    }
    this.#grow(this.#checkEntry(entry));
    this.#newest = entry;
  }

  /** The hash that the tree goes on with: the stored one, so that one changed leaf does not hide what follows. */
  #checkEntry(entry: HashedEntry): Uint8Array {
    if (entry.droppedBy !== undefined) return this.#passDropped(entry, entry.droppedBy);
    const hash = leafHash(entry.leaf);
    this.#checkLeaf(entry, hash);
    this.#sealed?.take(entry.index, entry.leaf, hash, entry.sealed);
    if (entry.kind === 'erased') this.#hearErased(entry);
    const { index, leafHash: stored } = entry;
    if (hash.equals(stored)) return hash;
    this.#findings.add(`entry ${index} was changed: its bytes do not hash to the leaf hash that is stored`);
    return stored;
  }

  /** The tree goes on with the hash that stayed, so that every checkpoint over it is compared as before. */
  #passDropped({ index, leaf, leafHash: hash }: HashedEntry, by: number): Uint8Array {
    this.#checks.skip(1);
    this.#dropped.take(index, hash, by, leaf);
    return hash;
  }

  #hearErased({ index, leaf }: HashedEntry): void {
    this.#dropped.hear(index, leaf);
    this.#sealed?.hear(leaf);
  }

  #checkLeaf(entry: HashedEntry, hash: Buffer): void {
    const { index } = entry;
    const leaf = readLeaf(entry.leaf, entry.kind);
    if (typeof leaf === 'string') {
      this.#findings.add(`entry ${index} ${leaf}`);
      this.#checks.skip(1);
      return;
    }
    if (leaf.kind !== entry.kind || leaf.exchange !== entry.exchange || Date.parse(leaf.at) !== entry.atMs) {
      this.#findings.add(`entry ${index} does not agree with the columns beside it`);
    }
    if (leaf.log !== this.#origin) this.#findings.add(`entry ${index} is of another log`);
    this.#checks.add(entry, leaf, hash);
  }

  /** Entries [due, end) are not there. Where their tile is, the tree can go on and judge what follows. */
  async #fillGap(end: number): Promise<void> {
    const missing = end - this.#due;
    const last = end - 1;
    this.#findings.add(
      missing === 1 ? `entry ${last} is missing` : `entries ${this.#due} to ${last} are missing`,
    );
    this.#checks.skip(missing);
    while (this.#tree !== undefined && this.#due < end) this.#grow(await this.#hashFromTile(this.#due));
    this.#due = end;
  }

  async #hashFromTile(index: number): Promise<Uint8Array | undefined> {
    const at = (index % TILE_HASHES) * HASH_BYTES;
    const tile = await this.#source.tile(0, Math.floor(index / TILE_HASHES));
    const hash = tile?.subarray(at, at + HASH_BYTES);
    return hash?.length === HASH_BYTES ? hash : undefined;
  }

  #grow(hash: Uint8Array | undefined): void {
    this.#due += 1;
    if (hash?.length === HASH_BYTES) this.#tree?.append(hash);
    else this.#tree = undefined;
    this.#checkRoots();
  }

  /** Judges what was signed over the tree of just this size. */
  #checkRoots(): void {
    while (this.#trail.due <= this.#due) this.#trail.check(this.#tree?.root());
    if (this.#head?.size === this.#due) this.#checkHead(this.#head);
  }

  #checkHead(head: Checkpoint): void {
    if (this.#tree === undefined) return;
    this.#headAgrees = Buffer.compare(this.#tree.root(), head.root) === 0;
    if (this.#headAgrees) return;
    this.#findings.add(
      `the head file does not agree with the first ${head.size} entries: one was changed, added, removed or moved, or the store was rolled back and went on from there`,
    );
  }

  #openHead(): Checkpoint | undefined {
    const { head, key } = this.#options;
    return head === undefined ? undefined : openCheckpoint(head, key, 'the head file', this.#findings);
  }

  async #finish(): Promise<void> {
    if (this.#tree === undefined) {
      this.#findings.add('an entry is missing whose hash is lost, so later checkpoints cannot be compared');
    }
    await this.#tree?.finish();
    this.#dropped.finish();
    this.#sealed?.finish();
    await this.#trail.finish(this.#due);
    await this.#checks.finish(this.#source, this.#options.keptSetFault);
    this.#checkState(await this.#source.state());
    this.#finishHead();
  }

  #checkState({ size, range, seq, newestAtMs }: StoreState): void {
    if (size !== this.#due) {
      this.#findings.add(
        `the store's state is of ${size} entries and ${this.#due} are there: entries were cut off or added at the end`,
      );
      return;
    }
    if (this.#tree !== undefined && !Buffer.concat(range).equals(Buffer.concat(this.#tree.roots()))) {
      this.#findings.add("the store's state does not hold the hashes of its entries");
    }
    const newest = this.#newest;
    if (newest === undefined) return;
    const leaf = readLeaf(newest.leaf, newest.kind);
    if (newestAtMs !== newest.atMs || (typeof leaf === 'object' && leaf.seq !== seq)) {
      this.#findings.add(`the store's state does not agree with its last entry, ${newest.index}`);
    }
  }

  #finishHead(): void {
    const size = this.#head?.size;
    if (size === undefined) {
      if (this.#options.head === undefined && this.#due > 0) this.#findings.add('there is no head file');
      return;
    }
    if (size > this.#due) {
      this.#findings.add(
        `the head file is signed for ${size} entries and ${this.#due} are there: the tail was cut or the store rolled back`,
      );
    }
    const stored = this.#trail.newest?.size ?? 0;
    if (size < stored) {
      this.#checks.oldHead(
        `the head file is signed for ${size} entries and the store holds a checkpoint for ${stored}`,
      );
    }
  }
}
