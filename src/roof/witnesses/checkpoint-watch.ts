/** Watches how far the newest checkpoint is behind the log: an alarm, a metric and a word for the operator where it is late. */
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { Metrics } from '../../adapters/telemetry/metrics.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import { CheckpointLag, LATEST_CHECKPOINT_MS } from '../../audit-log/writing/checkpoint-lag.ts';
import type { StartedLog } from '../../audit-log/writing/start-log-writer.ts';
import { parseCheckpoint } from '../../merkle/checkpoint.ts';
import { parseSignedNote } from '../../merkle/signed-note.ts';
import { tellEvent } from '../threads/tell-event.ts';

export interface CheckpointWatchParts {
  readonly reader: Pick<LogReader, 'state' | 'checkpoint'>;
  readonly log: Pick<StartedLog, 'notes'>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'countEvent'>;
  /** Milliseconds on a clock that is never set. */
  readonly now: () => number;
}

const LOOK_EVERY_MS = 2000;

export class CheckpointWatch {
  readonly #parts: CheckpointWatchParts;
  readonly #lag = new CheckpointLag();
  #timer: NodeJS.Timeout | undefined;
  #lagMs = 0;
  #late = false;

  constructor(parts: CheckpointWatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look().catch(() => undefined), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** For how long the oldest entry without a checkpoint has waited, in milliseconds, as it was last seen. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** A sentence for the operator where the newest checkpoint is late. */
  attention(): readonly string[] {
    if (!this.#late) return [];
    const seconds = Math.round(this.#lagMs / 1000);
    return [
      `entries have waited for ${seconds} seconds for a signed checkpoint: look at the disk of the head file`,
    ];
  }

  /** Looks now. The entry about a late checkpoint is written once, until it is in time again. */
  async look(): Promise<void> {
    const { reader, now } = this.#parts;
    const { size } = await reader.state();
    const note = await reader.checkpoint();
    const covered = note === undefined ? 0 : parseCheckpoint(parseSignedNote(note).text).size;
    this.#lagMs = this.#lag.look(size, covered, now());
    const late = this.#lagMs > LATEST_CHECKPOINT_MS;
    if (late && !this.#late) this.#alarm();
    this.#late = late;
  }

  #alarm(): void {
    const { log, logger, metrics } = this.#parts;
    tellEvent('checkpoint-late', logger, metrics);
    log.notes.append('alarm', { code: 'checkpoint-late' }).catch(() => undefined);
  }
}
