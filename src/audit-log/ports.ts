/** What the audit log needs from the world: a store, signers and a head file, each with its promise. */

/** The tree and the counters as one transaction finds them. */
export interface StoreState {
  /** Number of entries. */
  readonly size: number;
  /** Roots of the complete subtrees from left to right: the compact range of [0, size). */
  readonly range: readonly Uint8Array[];
  /** Last `seq` written by this epoch, 0 before the first. */
  readonly seq: number;
  /** `at` of the newest entry in milliseconds, 0 for an empty log. */
  readonly newestAtMs: number;
}

/** One row: the exact leaf bytes, their hash, and what stands sealed beside them. */
export interface StoredEntry {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly kind: string;
  readonly exchange: string | undefined;
  readonly atMs: number;
  /** The sealed row's bytes (docs/formats/sealed-row.md), absent for entries without one. */
  readonly sealed: Uint8Array | undefined;
}

export interface Counted {
  /** Opaque key of one counter in one window. */
  readonly key: string;
  readonly count: number;
  /** How long it is kept, in milliseconds: two days after it was last counted unless said. */
  readonly forMs?: number;
}

/**
 * A fact that stands until it is changed: a stop, a protected person as a tag, the files of a policy set. It is written in
 * the transaction of the entry that says so.
 */
export interface StandingFact {
  /** What sort of fact: "stop", "policy set". */
  readonly kind: string;
  /** What it is about, unique within its kind; no identifier, tags only. */
  readonly key: string;
  /** Undefined takes the fact away. */
  readonly value: Uint8Array | undefined;
  /**
   * What the change was made from: the value that stood, or `nothing`. Where something else stands when it is stored, nothing
   * of its message is (`FactChanged`). Left out, whatever stands is replaced.
   */
  readonly replaces?: Uint8Array | 'nothing' | undefined;
  /** Salt of its commitment. The writer makes it; nobody else gives one. */
  readonly salt?: Uint8Array | undefined;
}

/** A fact as it stands, with the salt of the commitment that an entry names; an empty one where none does. */
export interface CommittedFact {
  readonly kind: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly salt: Uint8Array;
}

export interface Commit {
  readonly entries: readonly StoredEntry[];
  readonly state: StoreState;
  readonly counters: readonly Counted[];
  /** Changes of standing facts, in order. */
  readonly facts: readonly StandingFact[];
  /** Sealed rows of older entries that are reduced, in order; an entry without one is passed over. */
  readonly sealedChanges?: readonly SealedChange[];
  /** Older entries whose time has come. */
  readonly dropped?: readonly DroppedEntries[];
}

/**
 * Another sealed row beside an entry that is stored already. It is a function of what stands there, so that no change brings
 * back what an earlier one took away.
 */
export interface SealedChange {
  readonly index: number;
  /** What stands there from now on; undefined: nothing. */
  readonly change: (row: Uint8Array) => Uint8Array | undefined;
}

/** Entries of which leaf, sealed row, kind, instant and exchange go; leaf hashes, tiles and checkpoints stay. */
export interface DroppedEntries {
  /** Ascending; those that were dropped already are passed over. */
  readonly indexes: readonly number[];
  /** Index of the `erased` entry of this commit that says so. */
  readonly by: number;
}

/** What is left of a dropped entry. */
export interface DroppedEntry {
  readonly index: number;
  readonly leafHash: Uint8Array;
  /** Index of the `erased` entry that says so. */
  readonly by: number;
}

/** Which fact is meant. */
export interface FactName {
  readonly kind: string;
  readonly key: string;
}

/**
 * @param standing the named facts that stand, by `factName` (fact-commitments.ts); undefined where none was named.
 */
export type BuildCommit = (
  state: StoreState,
  counts: ReadonlyMap<string, number>,
  standing?: ReadonlyMap<string, CommittedFact>,
) => Commit;

/** The counters that a commit needs, or how they follow from the state that the transaction finds. */
export type CounterKeys = readonly string[] | ((found: StoreState) => readonly string[]);

/** What stands of an instance in a log that other instances write to as well. */
export interface OwnRun {
  readonly instance: string;
  /** True where an instance of this name has run before. */
  readonly known: boolean;
  /** Index behind the newest entry of this name; 0 where there is none. */
  readonly ends: number;
}

/** What a store that several instances write to knows of this one. */
export interface SharedStore {
  ownRun(): Promise<OwnRun>;
  /**
   * Begins this run: from when it resolves, no older run of the same instance can commit anything any more, however long it
   * was paused; its next commit is doubt to it.
   */
  takeOver(): Promise<void>;
}

/**
 * Keeps entries. A contract test says all this of every store.
 *
 * INVARIANT: `commit` returns or resolves only when everything it was given is durable, all of it or none.
 */
export interface AuditStore {
  /**
   * Reads the state, the named counters and the named facts, lets `build` make the commit from them, and stores it, in one
   * transaction. A `CleanRollback` that `build` throws is passed on once it is certain that nothing was stored.
   *
   * @throws {CleanRollback} nothing was stored and the store is as before (disk full, busy): asking again is safe.
   * @throws anything else: nobody knows whether it was stored. The writer is then poisoned and the process ends.
   */
  commit(
    counterKeys: CounterKeys,
    build: BuildCommit,
    /** Facts to read in the transaction. */
    facts?: readonly FactName[],
  ): void | Promise<void>;

  /** Of a store that several instances write to; one without it has one writer alone. */
  readonly shared?: SharedStore;
  state(): StoreState | Promise<StoreState>;
  /** Entries by index, ascending, at most `most`, without those that were dropped: go on from the last index. */
  entries(from: number, most: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** Entries of one exchange, ascending. */
  entriesOfExchange(exchange: string): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** The last signed checkpoint, if any (text of a signed note). */
  checkpoint(): string | undefined | Promise<string | undefined>;
  putCheckpoint(size: number, note: string): void | Promise<void>;
  /** The facts of one kind that stand, by key, ascending. */
  facts(kind: string): readonly StandingFact[] | Promise<readonly StandingFact[]>;
  /** All facts that stand, with their salts, but those that entries do not commit to (`UNCOMMITTED_KINDS`). */
  committedFacts(): readonly CommittedFact[] | Promise<readonly CommittedFact[]>;
  close(): void | Promise<void>;
}

/** A signed checkpoint as it is stored. */
export interface StoredCheckpoint {
  /** Number of entries that it covers. */
  readonly size: number;
  /** Text of the signed note (C2SP tlog-checkpoint). */
  readonly note: string;
}

/** Reads a log beside its writer. Each call sees whole commits only. A store may answer at once or later: always await it. */
export interface LogReader {
  state(): StoreState | Promise<StoreState>;
  /** Entries by index, ascending, at most `most`, with their sealed rows, without those that were dropped. */
  entries(from: number, most: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** Dropped entries by index, ascending, at most `most`. */
  dropped(from: number, most: number): readonly DroppedEntry[] | Promise<readonly DroppedEntry[]>;
  /** Entries of one exchange, ascending. */
  entriesOfExchange(exchange: string): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** The newest signed checkpoint, if any (text of a signed note). */
  checkpoint(): string | undefined | Promise<string | undefined>;
  /** Checkpoints of more than `above` entries, smallest first, at most `most`. */
  checkpoints(
    above: number,
    most: number,
  ): readonly StoredCheckpoint[] | Promise<readonly StoredCheckpoint[]>;
  /** The facts of one kind that stand, by key, ascending. */
  facts(kind: string): readonly StandingFact[] | Promise<readonly StandingFact[]>;
  /** All facts that stand, with their salts, but those that entries do not commit to (`UNCOMMITTED_KINDS`). */
  committedFacts(): readonly CommittedFact[] | Promise<readonly CommittedFact[]>;
  /** What stands under one kind and key, or undefined. */
  fact(kind: string, key: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** A tile of the tree's hashes (C2SP tlog-tiles) as it is stored, or undefined. */
  tile(level: number, tile: number): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /**
   * The root of the subtree of 2^level leaves that begins at leaf index · 2^level.
   *
   * @throws {RangeError} where the store does not hold its leaves.
   */
  hashAt(level: number, index: number): Uint8Array | Promise<Uint8Array>;
  close(): void | Promise<void>;
}

/** What `find` looks for; what is left out matches everything. */
export interface EntryFilter {
  readonly kind?: string;
  /** Organisation id in the leaf. */
  readonly consumer?: string;
  /** Entries not older than this. */
  readonly sinceMs?: number;
  /** Entries below this index: the last index of the page before. */
  readonly before?: number;
}

/** Looks for entries without an index of their contents: slow for what is rare. */
export interface EntryFinder {
  /** Entries that match, newest first, at most `most`; the last one's index as `before` gives the next page. */
  find(filter: EntryFilter, most: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
}

/** Nothing of the commit was stored: the transaction was rolled back for certain. */
export class CleanRollback extends Error {
  override readonly name = 'CleanRollback';
}

/** Signs notes (C2SP signed-note, Ed25519). The private key never leaves the adapter. */
export interface NoteSigner {
  /** Key name as it stands in the signature line. */
  readonly name: string;
  /** Signs `text`, which ends in a newline; returns the whole signed note. */
  sign(text: string): string;
}

/** The last signed checkpoint, kept apart from the store. INVARIANT: the log never signs backwards or a fork. */
export interface HeadFile {
  read(): string | undefined;
  /**
   * Replaces `before` by `after`, durably.
   *
   * @throws where the file does not hold `before` any more, or the write cannot be made durable.
   */
  replace(before: string | undefined, after: string): void;
}
