/** One answer on its way through the filter: looks at its chunks in windows, and gathers what may leave into parts. */
import type { AnswerReader } from './answer-reader.ts';
import type { Findings } from './findings.ts';
import { type FilterSession, NotFilterable, type Part } from './rules.ts';
import { WINDOW_BYTES } from './shared-memory.ts';
import type { Workspace } from './workspace.ts';

const NOTHING = Buffer.alloc(0);
const NO_PIECES: readonly Buffer[] = [];

export class AnswerFilter implements FilterSession {
  waitingBytes = 0;
  readonly #space: Workspace;
  readonly #reader: AnswerReader;
  readonly #findings: Findings;
  readonly #mostRecordBytes: number;
  /** What is not whole yet. */
  #held: Buffer = NOTHING;
  #heldLength = 0;
  /** So long must it be before it is worth another look: a doubling keeps the work linear for chunks of any size. */
  #lookAt = 0;
  /** Pieces that wait to be taken. */
  #waiting: readonly Buffer[] = NO_PIECES;
  #state: 'open' | 'ended' | 'failed' = 'open';

  constructor(space: Workspace, reader: AnswerReader, findings: Findings, mostRecordBytes: number) {
    this.#space = space;
    this.#reader = reader;
    this.#findings = findings;
    this.#mostRecordBytes = mostRecordBytes;
  }

  get records(): number {
    return this.#reader.records;
  }

  get waitingRecords(): number {
    return this.#findings.records;
  }

  write(chunk: Uint8Array): void {
    if (this.#state !== 'open') throw new NotFilterable('the answer has ended already');
    if (this.#heldLength + chunk.length < this.#lookAt) this.#hold(chunk, 0);
    else this.#look(chunk);
  }

  end(): void {
    if (this.#state !== 'open') throw new NotFilterable('the answer has ended already');
    if (this.#heldLength > 0) this.#look(NOTHING);
    if (this.#heldLength > 0) this.#look(this.#reader.ending);
    const isWhole = this.#heldLength === 0 && this.#reader.done;
    if (!isWhole) throw this.#failed(new NotFilterable('the answer is cut short'));
    this.#state = 'ended';
    if (this.#reader.isScreened) this.#takeBytes(this.waitingBytes);
  }

  take(mostRecords = Number.POSITIVE_INFINITY): Part {
    if (this.#state === 'failed') throw new NotFilterable('nothing of a failed answer may be taken');
    const whole = mostRecords >= this.waitingRecords;
    const records = whole ? this.waitingRecords : mostRecords;
    const bytes = this.#takeBytes(whole ? this.waitingBytes : this.#findings.bytesOf(records));
    return this.#findings.take(records, bytes, whole && this.#state === 'ended');
  }

  /** Reads what is held and the chunk, window by window, and holds what is not whole. */
  #look(chunk: Uint8Array): void {
    try {
      this.#read(chunk);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #read(chunk: Uint8Array): void {
    const space = this.#space;
    const held = this.#heldLength === 0 ? NOTHING : this.#held.subarray(0, this.#heldLength);
    const total = held.length + chunk.length;
    let size = WINDOW_BYTES;
    let start = 0;
    for (;;) {
      space.follow(this.#findings.plan);
      space.fill(held, chunk, start, size);
      if (!space.isText()) throw new NotFilterable('not UTF-8');
      const read = this.#reader.read(space.memory.window, this.waitingBytes) - space.memory.window;
      this.#gather();
      const atEnd = start + space.end - space.memory.window === total;
      start += read;
      if (atEnd) break;
      if (read === 0) size *= 2;
    }
    this.#holdFrom(held, chunk, start);
  }

  #gather(): void {
    const gathered = this.#space.kept.gather();
    if (gathered === undefined) return;
    this.#waiting = this.#waiting.length === 0 ? [gathered] : [...this.#waiting, gathered];
    this.waitingBytes += gathered.length;
  }

  #holdFrom(held: Buffer, chunk: Uint8Array, start: number): void {
    if (start >= held.length) {
      this.#heldLength = 0;
      this.#hold(chunk, start - held.length);
    } else {
      held.copyWithin(0, start);
      this.#heldLength = held.length - start;
      this.#hold(chunk, 0);
    }
    this.#lookAt = Math.min(this.#heldLength * 2, this.#mostRecordBytes + 1);
  }

  /** Holds the chunk from `start` on behind what is held already. */
  #hold(chunk: Uint8Array, start: number): void {
    if (start === chunk.length) return;
    const length = this.#heldLength + chunk.length - start;
    if (length > this.#held.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, this.#held.length * 2));
      this.#held.copy(grown, 0, 0, this.#heldLength);
      this.#held = grown;
    }
    this.#held.set(start === 0 ? chunk : chunk.subarray(start), this.#heldLength);
    this.#heldLength = length;
  }

  #takeBytes(length: number): Buffer {
    const all = this.#waiting.length === 1 ? this.#waiting[0] : Buffer.concat(this.#waiting);
    this.waitingBytes -= length;
    if (all === undefined || length === all.length) {
      this.#waiting = NO_PIECES;
      return all ?? NOTHING;
    }
    this.#waiting = [all.subarray(length)];
    return all.subarray(0, length);
  }

  #failed(error: unknown): unknown {
    this.#state = 'failed';
    this.#held = NOTHING;
    this.#waiting = NO_PIECES;
    this.#space.kept.clear();
    return error;
  }
}
