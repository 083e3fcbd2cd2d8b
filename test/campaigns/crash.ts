/** The crash campaign: kills a real gateway under load at random moments, again and again, and asks its log afterwards. */
import { mkdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  AUDIENCE,
  EXCHANGE_HEADERS,
  type GatewayPlace,
  launchGateway,
  prepareGateway,
} from '../../bench/gateway.ts';
import { startIssuer } from '../../bench/issuer.ts';
import { readMachine } from '../../bench/machine.ts';
import { nhsNumberOf } from '../../bench/records.ts';
import { scratchFolder } from '../../bench/scratch-folder.ts';
import { freePort } from '../../bench/server-process.ts';
import { askOver, connectTo, type ReceivedAnswer } from '../support/recording-client.ts';
import { rememberingUpstream } from '../support/remembering-upstream.ts';
import { judgeLog, type LogFindings } from './crash-judge.ts';

export interface CrashSettings {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

export interface CrashReport extends LogFindings {
  readonly kills: number;
  /** Kills before the gateway was ready: while it read its log, or wrote what it had left behind. */
  readonly killsWhileStarting: number;
  readonly answers: number;
  /** Answers that a kill cut. */
  readonly cut: number;
  readonly bytes: number;
  readonly calls: number;
}

const CONNECTIONS = 12;
/** A gateway lives this long after it is ready, at least and at most, unless what it does kills it before. */
const LEAST_MS = 20;
const MOST_MS = 400;
/** Two kills in three come with bytes that just reached the client or the provider: the first, or one of so many. */
const MOST_NEWS = 25;
/** One kill in so many comes while the gateway starts, within this time. */
const STARTING_ONE_IN = 5;
const STARTING_MS = 900;

/**
 * Runs the campaign. Its findings are sentences; a gateway that keeps its promise leaves none.
 *
 * @throws {Error} where a gateway does not start again after a kill.
 */
export async function crashCampaign({ kills, seed, say }: CrashSettings): Promise<CrashReport> {
  const scratch = scratchFolder('gateway-crash');
  const news = new News();
  const upstream = await rememberingUpstream(() => news.heard('call'));
  const issuer = await startIssuer();
  const load = new Load(await issuer.token('ES256', AUDIENCE), await freePort(), random(seed), () =>
    news.heard('answer'),
  );
  try {
    mkdirSync(join(scratch.path, 'gateway'));
    const place = quickToStart(
      await prepareGateway(join(scratch.path, 'gateway'), upstream.origin, issuer.issuer),
    );
    // Not pinned: where threads run at the same time, more can be under way when a kill comes.
    const machine = { ...readMachine(), taskset: undefined };
    const start = () => launchGateway(machine, place, { port: load.port });
    const chance = random(seed + 1);
    let killsWhileStarting = 0;
    // A first run in good order fills the cache of compiled code, which a killed process never writes.
    await (await (await start()).ready).server.stop('SIGTERM');
    load.begin(CONNECTIONS);
    for (let kill = 0; kill < kills; kill += 1) {
      const starting = await start();
      if (chance() * STARTING_ONE_IN < 1) {
        killsWhileStarting += 1;
        const given = starting.ready.catch(() => undefined);
        await wait(chance() * STARTING_MS);
        await starting.server.stop('SIGKILL');
        await given;
        continue;
      }
      const gateway = await starting.ready;
      const moment = pickMoment(chance);
      if (moment.after !== undefined) {
        news.expect(moment.after, moment.count, () => process.kill(gateway.server.pid, 'SIGKILL'));
      }
      await Promise.race([wait(moment.ms), gateway.server.ended]);
      news.forget();
      await gateway.server.stop('SIGKILL');
      if ((kill + 1) % 10 === 0) say(`${kill + 1} of ${kills} kills, ${load.answers.length} answers`);
    }
    // One more start writes down what the last kill left behind; it ends in good order.
    const last = await (await start()).ready;
    await load.end();
    await last.server.stop('SIGTERM');
    const findings = await judgeLog(place, load.answers, upstream.calls);
    return {
      ...findings,
      kills,
      killsWhileStarting,
      answers: load.answers.length,
      cut: load.answers.filter(({ bytes, whole }) => bytes > 0 && !whole).length,
      bytes: load.answers.reduce((sum, { bytes }) => sum + bytes, 0),
      calls: upstream.calls.length,
    };
  } finally {
    await load.end();
    await upstream.close();
    await issuer.close();
    scratch.remove();
  }
}

/** When to kill: after some time, or with the n-th piece of news if that comes before. */
function pickMoment(chance: () => number): {
  readonly after: 'call' | 'answer' | undefined;
  readonly count: number;
  readonly ms: number;
} {
  const ms = LEAST_MS + chance() * (MOST_MS - LEAST_MS);
  const count = 1 + Math.floor(chance() * MOST_NEWS);
  const dice = chance() * 3;
  if (dice < 1) return { after: undefined, count, ms };
  return { after: dice < 2 ? 'call' : 'answer', count, ms: MOST_MS * 2 };
}

/** Does one thing, at once, when the n-th piece of news of a kind is heard. */
class News {
  #kind: 'call' | 'answer' | undefined;
  #left = 0;
  #act: () => void = () => undefined;

  expect(kind: 'call' | 'answer', count: number, act: () => void): void {
    this.#kind = kind;
    this.#left = count;
    this.#act = act;
  }

  forget(): void {
    this.#kind = undefined;
  }

  heard(kind: 'call' | 'answer'): void {
    if (kind !== this.#kind) return;
    this.#left -= 1;
    if (this.#left > 0) return;
    this.#kind = undefined;
    this.#act();
  }
}

/** The same place with a cache of compiled code, so that a campaign spends its time on kills. */
function quickToStart(place: GatewayPlace): GatewayPlace {
  const environment = { ...place.environment, NODE_COMPILE_CACHE: join(place.folder, 'compiled') };
  return { ...place, environment };
}

/** Connections that ask without a pause and come back as soon as somebody listens again. */
class Load {
  readonly port: number;
  readonly answers: ReceivedAnswer[] = [];
  readonly #token: string;
  readonly #chance: () => number;
  readonly #onBytes: () => void;
  readonly #sockets = new Set<Socket>();
  #running: Promise<void>[] = [];
  #ending = false;

  constructor(token: string, port: number, chance: () => number, onBytes: () => void) {
    this.#token = token;
    this.#onBytes = onBytes;
    this.port = port;
    this.#chance = chance;
  }

  begin(connections: number): void {
    this.#running = Array.from({ length: connections }, () => this.#keepAsking());
  }

  /** Lets the requests that run finish; asks no more. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.#running);
    for (const socket of this.#sockets) socket.destroy();
  }

  async #keepAsking(): Promise<void> {
    while (!this.#ending) {
      const socket = await connectTo(this.port);
      if (socket === undefined) {
        await wait(5);
        continue;
      }
      this.#sockets.add(socket);
      while (!(this.#ending || socket.destroyed)) {
        const answer = await askOver(socket, this.#request(), this.#onBytes);
        this.answers.push(answer);
        if (answer.headers.get('connection') === 'close') socket.destroy();
      }
      socket.destroy();
      this.#sockets.delete(socket);
    }
  }

  /** Mostly one record; some lists, some long streams, some refusals, some that the provider fails or does not know. */
  #request(): string {
    const dice = this.#chance();
    const path =
      dice < 0.7
        ? `/people/${nhsNumberOf(Math.floor(this.#chance() * 400))}`
        : dice < 0.85
          ? '/streets/17/people'
          : '/wards/4/people';
    const reason = this.#chance() < 0.1 ? 'curiosity' : EXCHANGE_HEADERS['Exchange-Reason'];
    return [
      `GET /bench-people${path} HTTP/1.1`,
      'Host: gateway.northmere.example',
      `Authorization: Bearer ${this.#token}`,
      `Exchange-Purpose: ${EXCHANGE_HEADERS['Exchange-Purpose']}`,
      `Exchange-Reason: ${reason}`,
      `Exchange-Case-Reference: ${EXCHANGE_HEADERS['Exchange-Case-Reference']}`,
      '\r\n',
    ].join('\r\n');
  }
}

/** Reproducible numbers from 0 to 1 (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The report in plain words. */
export function crashReportText(report: CrashReport): string {
  return [
    `${report.kills} kills, ${report.killsWhileStarting} of them while the gateway was starting`,
    `${report.answers} answers with ${report.bytes} bytes reached the client, ${report.cut} of them cut by a kill; ${report.bare} said only "try again"`,
    `${report.calls} calls reached the provider`,
    `${report.entries} entries in the log, ${report.recovered} of them recovered`,
    `bytes received without a durable entry: ${report.bytesWithoutEntry}`,
    `calls forwarded without a durable entry: ${report.callsWithoutEntry}`,
    ...report.violations.slice(0, 20).map((violation) => `VIOLATION: ${violation}`),
    report.violations.length === 0
      ? 'nothing was released that was not durable'
      : `${report.violations.length} violations`,
  ].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { kills: { type: 'string', default: '200' }, seed: { type: 'string' } },
  });
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say(`seed ${seed}`);
  const report = await crashCampaign({ kills: Number(values.kills), seed, say });
  console.log(crashReportText(report));
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}
