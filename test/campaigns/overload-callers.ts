/** The load of the overload campaign, a process of its own: one request when it is due, whatever became of those before. */
import { setPriority } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { processSays } from '../../bench/process-says.ts';
import { percentile } from '../../bench/statistics.ts';
import { KeepAliveCaller, type Told } from '../support/keep-alive-caller.ts';

export interface OverloadLoad {
  readonly port: number;
  /** The bytes of one request. */
  readonly request: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** As many connections at most; a request that is due and finds none free waits, and its wait counts. */
  readonly connections: number;
}

/** How long answers of one kind took, 0 where there were none, in milliseconds from when they were asked for; a wait for a free connection counts. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export interface OverloadResult {
  /** Requests that were sent a second. */
  readonly perSecond: number;
  readonly admitted: Times;
  /** 503 with Retry-After. */
  readonly shed: Times;
  /** All that was answered at the beginning, when a burst cannot be told from a load yet; not among the above. */
  readonly atFirst: Times;
  /** Every other answer, by status; 0 where none came. */
  readonly others: Readonly<Record<string, number>>;
  /** Answers that did not come in ten seconds. */
  readonly hung: number;
  /** How late the 99th of a hundred requests was asked for: what this process could not keep up with, and the gateway knows nothing of. */
  readonly lagP99: number;
}

const MOST_MS = 10_000;
/** The beginning of a load: its first second, or a quarter of a shorter one. */
const BEGINNING_MS = 1000;
const RETRY_AFTER = /\r\nretry-after: [0-9]+/i;

class OpenLoop {
  readonly #load: OverloadLoad;
  readonly #free: KeepAliveCaller[] = [];
  readonly #waiting: number[] = [];
  readonly #lags: number[] = [];
  readonly #admitted: number[] = [];
  readonly #shed: number[] = [];
  readonly #atFirst: number[] = [];
  #settledFrom = 0;
  readonly #others: Record<string, number> = {};
  #open = 0;
  #under = 0;
  #hung = 0;

  constructor(load: OverloadLoad) {
    this.#load = load;
  }

  async run(): Promise<OverloadResult> {
    const { perSecond, seconds } = this.#load;
    const total = Math.round(perSecond * seconds);
    const began = performance.now();
    this.#settledFrom = began + Math.min(BEGINNING_MS, (seconds * 1000) / 4);
    for (let next = 0; next < total; ) {
      const due = Math.min(total, ((performance.now() - began) * perSecond) / 1000);
      for (; next < due; next += 1) {
        const now = performance.now();
        this.#lags.push(now - began - (next * 1000) / perSecond);
        this.#ask(now);
      }
      await wait(1);
    }
    const took = (performance.now() - began) / 1000;
    while (this.#under + this.#waiting.length > 0) await wait(10);
    for (const caller of this.#free) caller.close();
    return {
      perSecond: total / took,
      admitted: timesOf(this.#admitted),
      shed: timesOf(this.#shed),
      atFirst: timesOf(this.#atFirst),
      others: this.#others,
      hung: this.#hung,
      lagP99: timesOf(this.#lags).p99,
    };
  }

  #ask(from: number): void {
    const caller = this.#free.pop() ?? this.#another();
    if (caller === undefined) return void this.#waiting.push(from);
    this.#under += 1;
    void caller.ask(this.#load.request).then((told) => this.#heard(told, from, caller));
  }

  #another(): KeepAliveCaller | undefined {
    if (this.#open >= this.#load.connections) return undefined;
    this.#open += 1;
    return new KeepAliveCaller({ port: this.#load.port, host: '127.0.0.1' }, MOST_MS);
  }

  #heard({ status, head, late }: Told, from: number, caller: KeepAliveCaller): void {
    const ms = performance.now() - from;
    this.#under -= 1;
    if (late) this.#hung += 1;
    const isFirst = from < this.#settledFrom;
    if (status === 200) (isFirst ? this.#atFirst : this.#admitted).push(ms);
    else if (status === 503 && RETRY_AFTER.test(head)) (isFirst ? this.#atFirst : this.#shed).push(ms);
    else this.#others[status] = (this.#others[status] ?? 0) + 1;
    this.#free.push(caller);
    const waits = this.#waiting.shift();
    if (waits !== undefined) this.#ask(waits);
  }
}

function timesOf(values: number[]): Times {
  if (values.length === 0) return { count: 0, p50: 0, p99: 0 };
  values.sort((left, right) => left - right);
  return { count: values.length, p50: percentile(values, 0.5), p99: percentile(values, 0.99) };
}

/** Runs the load in a process of its own. */
export function runOverload(load: OverloadLoad, command: readonly string[] = []): Promise<OverloadResult> {
  return processSays<OverloadResult>([...command, process.execPath, import.meta.filename], load);
}

/** Callers are other machines: they do not wait for the processor of the gateway. Without the right to it they do. */
function goFirst(): void {
  try {
    setPriority(-10);
  } catch {
    // The lateness of the load says how much that matters.
  }
}

if (import.meta.main) {
  goFirst();
  const load: OverloadLoad = JSON.parse((await Array.fromAsync(process.stdin)).join(''));
  console.log(JSON.stringify(await new OpenLoop(load).run()));
}
