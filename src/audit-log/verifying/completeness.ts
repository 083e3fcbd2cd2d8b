/**
 * Looks for `verify` whether a log tells of each run from its start to its end without a gap in time (docs/formats/leaf.md,
 * "How a run reads"). What can only be tampering is a finding; what a power cut or a paused machine leaves too is a gap.
 */
import type { Findings } from './verify-findings.ts';
import type { ReadLeaf } from './verify-leaf.ts';

/** One run of one instance, as far as it was read. */
interface Run {
  readonly instance: string;
  readonly epoch: string;
  /** Index of its first entry. */
  readonly first: number;
  /** The longest silence that is no gap, in milliseconds; undefined where the run promised none. */
  readonly longestMs: number | undefined;
  lastIndex: number;
  lastAtMs: number;
  /** Entries were skipped since: whether it was silent meanwhile nobody can tell. */
  skipped: boolean;
  stopped: boolean;
}

/** A beat that was due just before a run fell silent makes two of them; a busy machine is a little late. */
const BEATS_MISSED = 2;
const LATE_MS = 5_000;

export class Completeness {
  readonly #findings: Findings;
  readonly #gaps: Findings;
  /** The newest run of each instance. */
  readonly #runs = new Map<string, Run>();
  /** Runs that another run of their instance has followed, and which entry began that. */
  readonly #followed = new Map<string, number>();
  readonly #sharing = new Set<string>();
  /** The run that the last entry was of: most entries go on with it. */
  #current: Run | undefined;

  /** @param gaps what may have an innocent reason. */
  constructor(findings: Findings, gaps: Findings) {
    this.#findings = findings;
    this.#gaps = gaps;
  }

  /** Whether several instances wrote the log side by side, since it last stood in a file, which has one writer. */
  get isShared(): boolean {
    return this.#sharing.size > 1;
  }

  /** Entries are not there: whether there was a silence meanwhile nobody can tell. */
  skip(): void {
    for (const run of this.#runs.values()) run.skipped = true;
  }

  /** The next entry. @param bytes of its leaf, which is in order. */
  add(index: number, leaf: ReadLeaf, atMs: number, bytes: Uint8Array): void {
    const { instance, epoch } = leaf;
    const current = this.#current;
    const same = current?.epoch === epoch && current.instance === instance;
    const run = same ? current : this.#runs.get(instance);
    if (run?.epoch === epoch) this.#goOn(run, index, leaf, atMs);
    else this.#begin(run, index, leaf, atMs, bytes);
  }

  #goOn(run: Run, index: number, { kind, instance }: ReadLeaf, atMs: number): void {
    if (run.stopped) this.#findings.add(`entry ${index} follows the \`stopped\` of its own run`);
    if (kind === 'started') this.#findings.add(`entry ${index} starts a run that runs already`);
    const silentMs = atMs - run.lastAtMs;
    if (run.longestMs !== undefined && silentMs > run.longestMs && !run.skipped)
      this.#gaps.add(
        `${named(instance)} wrote nothing for ${inWords(silentMs)} between entry ${run.lastIndex} and entry ${index}, although it beats more often`,
      );
    run.lastIndex = index;
    run.lastAtMs = atMs;
    run.skipped = false;
    run.stopped ||= kind === 'stopped';
    this.#current = run;
  }

  #begin(before: Run | undefined, index: number, leaf: ReadLeaf, atMs: number, bytes: Uint8Array): void {
    const { instance, epoch, kind, seq } = leaf;
    this.#current = undefined;
    const followedAt = this.#followed.get(epoch);
    if (followedAt !== undefined) {
      this.#findings.add(`entry ${index} is of a run that another run followed from entry ${followedAt} on`);
      return;
    }
    // A run whose first entries are missing is named by its numbers.
    if (kind !== 'started' && seq === 1)
      this.#findings.add(`entry ${index} begins a run without \`started\``);
    if (before !== undefined) {
      this.#followed.set(before.epoch, index);
      if (!before.stopped && !before.skipped) this.#notStopped(instance, before);
    }
    const { longestMs, inFile } = kind === 'started' ? readStart(bytes) : NOT_READ;
    if (inFile) this.#sharing.clear();
    this.#sharing.add(instance);
    const begun = { first: index, lastIndex: index, lastAtMs: atMs, skipped: false, stopped: false };
    this.#runs.set(instance, { instance, epoch, longestMs, ...begun });
  }

  #notStopped(instance: string, { first, lastIndex, lastAtMs }: Run): void {
    const at = new Date(lastAtMs).toISOString();
    this.#gaps.add(
      `the run of ${named(instance)} that began with entry ${first} ends with entry ${lastIndex} at ${at} without \`stopped\`: the process was killed or lost its machine`,
    );
  }
}

interface Start {
  readonly longestMs: number | undefined;
  /** The log stands in a file of this run's own. */
  readonly inFile: boolean;
}

const NOT_READ: Start = { longestMs: undefined, inFile: false };

function readStart(leaf: Uint8Array): Start {
  const { beat, versions } = JSON.parse(Buffer.from(leaf).toString());
  return {
    longestMs: typeof beat === 'number' ? BEATS_MISSED * beat * 1000 + LATE_MS : undefined,
    inFile: versions?.sqlite !== undefined,
  };
}

/** Instances stand in JSON with their quotes. */
function named(instance: string): string {
  return `\`${JSON.parse(instance)}\``;
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 600) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes < 600 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
