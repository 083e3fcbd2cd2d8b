/** The callers of the soak campaign, a process of their own: most ask well, some read slowly, go away, or talk nonsense. */
import { createWriteStream, type WriteStream } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { processSays } from '../../bench/process-says.ts';
import { percentile } from '../../bench/statistics.ts';
import { KeepAliveCaller, type Told } from '../support/keep-alive-caller.ts';
import { BABBLE } from './soak-babble.ts';
import type { SoakDataset } from './soak-place.ts';

export interface SoakLoad {
  readonly port: number;
  /** Header lines of a good request, each with its line end. */
  readonly headers: string;
  readonly onePath: string;
  readonly listPath: string;
  /** What a good answer holds. */
  readonly agreed: string;
  /** Datasets whose provider is well in this run: every answer of another that is released is a leak. */
  readonly well: readonly SoakDataset[];
  /** Datasets that are asked, by turns. */
  readonly turns: readonly SoakDataset[];
  readonly connections: number;
  /** Of a hundred connections one each reads slowly, goes away and talks nonsense; false leaves those out. */
  readonly withBadCallers: boolean;
  /** Good requests a second over all connections. */
  readonly perSecond: number;
  readonly seconds: number;
  /** File that gets the exchange of every answer that was released, one a line. */
  readonly releasedFile: string;
}

export interface SoakResult {
  /** Whole released answers of datasets whose provider is well; the times are of those after the beginning of the run. */
  readonly answered: number;
  readonly p50: number;
  readonly p99: number;
  /** 429 and 503 where the provider is well. */
  readonly turnedAway: number;
  /** How many of those for which reason. */
  readonly because: Readonly<Record<string, number>>;
  /** Anything else where the provider is well: another status or body, or none. */
  readonly wrong: number;
  /** Released answers of providers that are not well. */
  readonly leaked: number;
  /** Problems of providers that are not well, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** Answers that did not come in the time. */
  readonly hung: number;
  readonly slow: number;
  readonly aborted: number;
  readonly babbled: number;
  /** Nonsense that was answered by a release. */
  readonly babbleReleased: number;
}

const MOST_MS = 20_000;
/** The beginning of a run, when all connections are opened at once: its first seconds, or a quarter of a shorter one. */
const BEGINNING_MS = 3_000;
/** Malformed bytes come from another address of this machine where it has one, as they would outside. */
const STRANGER = process.platform === 'linux' ? { localAddress: '127.0.0.66' } : {};

class Soak {
  readonly #load: SoakLoad;
  readonly #until: number;
  readonly #settledFrom: number;
  readonly #released: WriteStream;
  readonly #latencies: number[] = [];
  readonly #counts = {
    answered: 0,
    turnedAway: 0,
    wrong: 0,
    leaked: 0,
    hung: 0,
    slow: 0,
    aborted: 0,
    babbled: 0,
    babbleReleased: 0,
  };
  readonly #refused: Record<string, number> = {};
  readonly #because: Record<string, number> = {};
  #turn = 0;

  constructor(load: SoakLoad) {
    this.#load = load;
    const began = performance.now();
    this.#until = began + load.seconds * 1000;
    this.#settledFrom = began + Math.min(BEGINNING_MS, load.seconds * 250);
    this.#released = createWriteStream(load.releasedFile, { flags: 'a' });
  }

  async run(): Promise<SoakResult> {
    await Promise.all(Array.from({ length: this.#load.connections }, (_, nth) => this.#connection(nth)));
    await new Promise<void>((resolve) => this.#released.end(resolve));
    const sorted = this.#latencies.sort((left, right) => left - right);
    const [p50, p99] = [percentile(sorted, 0.5), percentile(sorted, 0.99)];
    return { p50, p99, ...this.#counts, refused: this.#refused, because: this.#because };
  }

  get #isOver(): boolean {
    return performance.now() >= this.#until;
  }

  async #connection(nth: number): Promise<void> {
    const kind = nth % 100;
    if (kind < 3 && !this.#load.withBadCallers) return;
    // Connections open one after the other at the rate of the load, not in one burst.
    const { connections, perSecond, seconds } = this.#load;
    await wait((nth / connections) * Math.min((connections / perSecond) * 1000, seconds * 250));
    if (kind === 0) await this.#readSlowly(nth % 200 === 0);
    else if (kind === 1) await this.#goAway();
    else if (kind === 2) await this.#babble(nth);
    else await this.#askWell();
  }

  async #askWell(): Promise<void> {
    const { port, connections, perSecond, turns, well, onePath } = this.#load;
    const caller = new KeepAliveCaller({ port, host: '127.0.0.1' }, MOST_MS);
    const pauseMs = (connections / perSecond) * 1000;
    while (!this.#isOver) {
      this.#turn += 1;
      const dataset = turns[this.#turn % turns.length] ?? 'bench-people';
      const told = await caller.ask(this.#request(`/${dataset}${onePath}`));
      if (told.late) this.#counts.hung += 1;
      this.#noteRelease(told.head);
      if (well.includes(dataset)) this.#countWell(told);
      else this.#countUnwell(told);
      await this.#pause(pauseMs * (0.5 + Math.random()));
    }
    caller.close();
  }

  /** Waits, and no longer than the run. */
  #pause(ms: number): Promise<void> {
    return wait(Math.max(0, Math.min(ms, this.#until - performance.now())));
  }

  #countWell({ status, body, ms }: Told): void {
    if (status === 200 && body === this.#load.agreed) {
      this.#counts.answered += 1;
      if (performance.now() - ms >= this.#settledFrom) this.#latencies.push(ms);
    } else if (status === 503 || status === 429) {
      const reason = /"type":"\/problems\/([a-z-]+)"/.exec(body)?.[1] ?? 'no reason';
      this.#counts.turnedAway += 1;
      this.#because[reason] = (this.#because[reason] ?? 0) + 1;
    } else this.#counts.wrong += 1;
  }

  #countUnwell({ status }: Told): void {
    if (status === 200) this.#counts.leaked += 1;
    else this.#refused[status] = (this.#refused[status] ?? 0) + 1;
  }

  /** Asks for a long list and takes a little of it now and then, or nothing at all once it has begun. */
  async #readSlowly(never: boolean): Promise<void> {
    while (!this.#isOver) {
      this.#counts.slow += 1;
      const socket = connect({ port: this.#load.port, host: '127.0.0.1' });
      socket.write(this.#request(this.#load.listPath));
      let head = '';
      socket.on('data', (chunk) => {
        if (head.length < 4096) {
          head += chunk.toString('latin1');
          if (head.includes('\r\n\r\n')) this.#noteRelease(head);
        }
        socket.pause();
        if (!never) setTimeout(() => socket.resume(), 500);
      });
      await this.#closedOrOver(socket, Number.POSITIVE_INFINITY);
      await wait(500);
    }
  }

  /** Asks and goes away before, while or shortly after the answer comes. */
  async #goAway(): Promise<void> {
    while (!this.#isOver) {
      this.#counts.aborted += 1;
      const socket = connect({ port: this.#load.port, host: '127.0.0.1' });
      let head = '';
      socket.on('data', (chunk) => {
        head += chunk.toString('latin1');
      });
      socket.write(this.#request(`/bench-people${this.#load.onePath}`));
      await wait(Math.random() * 40);
      socket.destroy();
      if (head.includes('\r\n\r\n')) this.#noteRelease(head);
      await wait(100);
    }
  }

  async #babble(nth: number): Promise<void> {
    for (let turn = nth; !this.#isOver; turn += 1) {
      this.#counts.babbled += 1;
      const socket = connect({ port: this.#load.port, host: '127.0.0.1', ...STRANGER });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
      });
      socket.write(Buffer.from(BABBLE[turn % BABBLE.length] ?? '', 'latin1'));
      await this.#closedOrOver(socket, 1_000);
      if (/HTTP\/1\.1 2/.test(text)) this.#counts.babbleReleased += 1;
      await wait(100);
    }
  }

  /** Resolves when the connection is closed, after `mostMs`, or at the end of the run, and closes it. */
  #closedOrOver(socket: Socket, mostMs: number): Promise<void> {
    const leftMs = Math.min(this.#until - performance.now(), mostMs);
    return new Promise((resolve) => {
      const timer = setTimeout(() => socket.destroy(), Math.max(leftMs, 0));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #request(target: string): string {
    return `GET ${target} HTTP/1.1\r\n${this.#load.headers}\r\n`;
  }

  /** Every status 200 that came, whole or not, is of an exchange that the log must hold. */
  #noteRelease(head: string): void {
    if (!head.startsWith('HTTP/1.1 200 ')) return;
    this.#released.write(`${/\r\nexchange-id: (\S+)/i.exec(head)?.[1] ?? 'none'}\n`);
  }
}

/** Runs the callers in a process of their own and resolves with what they counted. */
export function runCallers(load: SoakLoad): Promise<SoakResult> {
  return processSays<SoakResult>([process.execPath, import.meta.filename], load);
}

if (import.meta.main) {
  const load: SoakLoad = JSON.parse((await Array.fromAsync(process.stdin)).join(''));
  console.log(JSON.stringify(await new Soak(load).run()));
}
