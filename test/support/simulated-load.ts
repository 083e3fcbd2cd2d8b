/** A gateway's thread and its log's writer as a model in time that is only counted, around the real admission: what it takes up and how quickly. */
import { mock } from 'node:test';
import { Admission } from '../../src/http/admission.ts';

/** Milliseconds of each step, as measured on one core. */
const COSTS = { shed: 0.025, ask: 0.09, forward: 0.03, filter: 0.08, answer: 0.04 };

/** A tenth of the load comes until then. */
const QUIET_MS = 1000;
const COUNTED_FROM_MS = 2000;

export interface SimulatedLoad {
  readonly perSecond: number;
  readonly seconds: number;
  /** Milliseconds of one commit, and of each entry in it. */
  readonly commitMs?: number;
  readonly entryMs?: number;
  /** Milliseconds until the provider answers. */
  readonly upstreamMs?: number;
  /** How much slower every step is, as on a machine that has other things to do. */
  readonly slower?: number;
}

export interface SimulatedResult {
  /** Milliseconds from arrival to answer, in order of length, without the quiet second and the one in which the load begins. */
  readonly admitted: readonly number[];
  readonly shed: readonly number[];
  readonly limit: number;
}

interface Entry {
  readonly arrivedMs: number;
  readonly step: 'sent' | 'released';
  readonly appendedMs: number;
}

/** Lets requests arrive at random, so many a second, and tells how long each took. */
export function simulate(load: SimulatedLoad): SimulatedResult {
  mock.timers.enable({ apis: ['setInterval'] });
  try {
    return new Thread(load).run();
  } finally {
    mock.timers.reset();
  }
}

class Thread {
  readonly #load: Required<SimulatedLoad>;
  readonly #admission: Admission;
  readonly #arrivals: number[];
  readonly #admitted: number[] = [];
  readonly #shed: number[] = [];
  /** Answers of the provider, by when they come. */
  readonly #answers: (readonly [atMs: number, arrivedMs: number])[] = [];
  #outgoing: Entry[] = [];
  #committing: { readonly endsMs: number; readonly entries: readonly Entry[] } | undefined;
  #waiting = 0;
  #now = 0;
  #ticked = 0;

  constructor(load: SimulatedLoad) {
    this.#load = { commitMs: 1, entryMs: 0.03, upstreamMs: 0.5, slower: 1, ...load };
    this.#admission = new Admission({ waiting: () => this.#waiting, now: () => this.#now });
    this.#arrivals = arrivals(load);
  }

  run(): SimulatedResult {
    const end = this.#load.seconds * 1000;
    while (this.#now < end) {
      this.#turn();
      if (this.#committing === undefined) this.#commit();
      this.#idle();
    }
    const sorted = (times: number[]) => times.sort((left, right) => left - right);
    return { admitted: sorted(this.#admitted), shed: sorted(this.#shed), limit: this.#admission.limit.most };
  }

  /** One turn of the event loop: timers, then all that has come since the last. */
  #turn(): void {
    const [began, ticks] = [this.#now, Math.floor(this.#now) - this.#ticked];
    this.#ticked += ticks;
    if (ticks > 0) mock.timers.tick(ticks);
    while (this.#arrivals.length > 0 && (this.#arrivals.at(-1) ?? 0) <= began)
      this.#arrive(this.#arrivals.pop() ?? 0);
    while ((this.#answers[0]?.[0] ?? Number.POSITIVE_INFINITY) <= began)
      this.#filter(this.#answers.shift()?.[1] ?? 0);
    if (this.#committing !== undefined && this.#committing.endsMs <= began)
      this.#durable(this.#committing.entries);
  }

  #arrive(arrivedMs: number): void {
    const go = (): void => this.#append({ arrivedMs, step: 'sent' }, COSTS.ask);
    const shed = (): void => {
      this.#spend(COSTS.shed);
      if (arrivedMs > COUNTED_FROM_MS) this.#shed.push(this.#now - arrivedMs);
    };
    if (this.#admission.enter()) go();
    else this.#admission.park(go, shed);
  }

  #filter(arrivedMs: number): void {
    this.#append({ arrivedMs, step: 'released' }, COSTS.filter);
  }

  #append(entry: Omit<Entry, 'appendedMs'>, costMs: number): void {
    this.#waiting += 1;
    this.#spend(costMs);
    this.#outgoing.push({ ...entry, appendedMs: this.#now });
  }

  #commit(): void {
    if (this.#outgoing.length === 0) return;
    const { commitMs, entryMs, slower } = this.#load;
    const endsMs = this.#now + (commitMs + entryMs * this.#outgoing.length) * slower;
    this.#committing = { endsMs, entries: this.#outgoing };
    this.#outgoing = [];
  }

  #durable(entries: readonly Entry[]): void {
    this.#committing = undefined;
    this.#waiting -= entries.length;
    const [first] = entries;
    if (first !== undefined) this.#admission.limit.waited(this.#now - first.appendedMs);
    for (const { arrivedMs, step } of entries) {
      this.#spend(step === 'sent' ? COSTS.forward : COSTS.answer);
      if (step === 'sent') this.#answers.push([this.#now + this.#load.upstreamMs, arrivedMs]);
      else {
        if (arrivedMs > COUNTED_FROM_MS) this.#admitted.push(this.#now - arrivedMs);
        this.#admission.leave();
      }
    }
  }

  #spend(ms: number): void {
    this.#now += ms * this.#load.slower;
  }

  /** Goes on to whatever comes next; a millisecond at most, when timers are looked at. */
  #idle(): void {
    const next = Math.min(
      this.#arrivals.at(-1) ?? Number.POSITIVE_INFINITY,
      this.#answers[0]?.[0] ?? Number.POSITIVE_INFINITY,
      this.#committing?.endsMs ?? Number.POSITIVE_INFINITY,
      this.#now + 1,
    );
    this.#now = Math.max(this.#now + 0.002, next);
  }
}

/** Instants at which requests come, the first at the end: gaps of a Poisson process, by a fixed sequence of numbers. */
function arrivals({ perSecond, seconds }: SimulatedLoad): number[] {
  const instants: number[] = [];
  let random = 42;
  for (let now = 0; now < seconds * 1000; ) {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    const rate = now < QUIET_MS ? perSecond / 10 : perSecond;
    now += (-Math.log((random + 1) / 4_294_967_297) * 1000) / rate;
    instants.push(now);
  }
  return instants.reverse();
}
