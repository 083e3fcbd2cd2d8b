/** One JSON line for one exchange, handed to the logger all that one turn of the event loop brought at a time. */
import type { Outcome } from '../../domain/outcome.ts';
import type { FinishedLines } from './logger.ts';

/** What of the logger is needed. */
export interface LineLog {
  isLevelEnabled(level: string): boolean;
  log(entry: FinishedLines): unknown;
}

/** Lines of one level that wait for the end of the turn. */
const MOST_WAITING = 256;

export class ExchangeLines {
  readonly #logger: LineLog;
  readonly #info: string[] = [];
  readonly #error: string[] = [];
  #flushing = false;

  constructor(logger: LineLog) {
    this.#logger = logger;
  }

  /** Writes the line of an exchange that took `ms` milliseconds. */
  add(outcome: Outcome, ms: number): void {
    const level = outcome.kind === 'failed' ? 'error' : 'info';
    if (!this.#logger.isLevelEnabled(level)) return;
    const lines = level === 'error' ? this.#error : this.#info;
    lines.push(line(level, outcome, ms));
    if (lines.length >= MOST_WAITING) return this.flush();
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.flush());
  }

  /** Hands over what waits. */
  flush(): void {
    this.#flushing = false;
    this.#hand('info', this.#info);
    this.#hand('error', this.#error);
  }

  #hand(level: string, lines: string[]): void {
    if (lines.length === 0) return;
    this.#logger.log({ level, message: '', lines: lines.join('\n') });
    lines.length = 0;
  }
}

/** Member by member: copying the rest of an object costs more than writing the line. */
function line(level: string, outcome: Outcome, ms: number): string {
  const { kind } = outcome;
  return JSON.stringify({
    at: new Date().toISOString(),
    level,
    message: 'exchange',
    outcome: kind,
    exchange: outcome.exchange,
    code: outcome.code,
    consumer: outcome.consumer,
    system: outcome.system,
    dataset: outcome.dataset,
    operation: outcome.operation,
    agreement: outcome.agreement,
    records: outcome.records,
    withheld: outcome.withheld,
    bytes: outcome.bytes,
    parts: outcome.parts,
    upstreamMs: outcome.upstreamMs,
    ms: Math.round(ms * 100) / 100,
    why: kind === 'failed' ? reasonsOf(outcome.cause) : undefined,
  });
}

/** The messages of an error and its causes. Ours hold no personal data; foreign ones are named by class and code only. */
function reasonsOf(cause: unknown): string[] {
  const reasons: string[] = [];
  for (let error = cause; error instanceof Error && reasons.length < 5; error = error.cause) {
    const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
    reasons.push(error.name === 'GatewayError' ? `${error.message}${code}` : `${error.name}${code}`);
  }
  return reasons;
}
