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
}

export interface Commit {
  readonly entries: readonly StoredEntry[];
  readonly state: StoreState;
  readonly counters: readonly Counted[];
  /** Changes of standing facts, in order. */
  readonly facts: readonly StandingFact[];
}

/**
 * Keeps entries. A contract test says all this of every store.
 *
 * INVARIANT: `commit` returns or resolves only when everything it was given is durable, all of it or none.
 */
export interface AuditStore {
  /**
   * Reads the state and the named counters, lets `build` make the commit from them, and stores it, in one transaction.
   *
   * @throws {CleanRollback} nothing was stored and the store is as before (disk full, busy): asking again is safe.
   * @throws anything else: nobody knows whether it was stored. The writer is then poisoned and the process ends.
   */
  commit(
    counterKeys: readonly string[],
    build: (state: StoreState, counts: ReadonlyMap<string, number>) => Commit,
  ): void | Promise<void>;

  state(): StoreState | Promise<StoreState>;
  /** Entries by index, ascending, at most `most`. */
  entries(from: number, most: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** Entries of one exchange, ascending. */
  entriesOfExchange(exchange: string): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
  /** The last signed checkpoint, if any (text of a signed note). */
  checkpoint(): string | undefined | Promise<string | undefined>;
  putCheckpoint(size: number, note: string): void | Promise<void>;
  /** The facts of one kind that stand, by key, ascending. */
  facts(kind: string): readonly StandingFact[] | Promise<readonly StandingFact[]>;
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
  /** Entries by index, ascending, at most `most`, with their sealed rows. */
  entries(from: number, most: number): readonly StoredEntry[] | Promise<readonly StoredEntry[]>;
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
