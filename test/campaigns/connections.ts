/** The connections campaign: `npm run campaign:connections [-- --connections 10000]`; a tenth of them ask at once. */
import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { residentMiB } from '../../bench/machine.ts';
import { ASKING, askingGateway, type FileChange, KERBSIDE, OFFICER } from '../support/asking-gateway.ts';

export interface ConnectionsReport {
  /** Connections that were open at once: as many as were wanted, or as the limit on open files allows. */
  readonly open: number;
  readonly asked: number;
  /** Of those, told to come again in a few seconds, since so many wait for the provider, or for the gateway, already. */
  readonly busy: number;
  /** Answers that were neither that nor the one badge that was asked for on that connection. */
  readonly wrong: number;
  /** Connections that asked nothing, and were refused, ended or told something before the others had their answers. */
  readonly disturbed: number;
  /** Of the gateway, with no connection, with all of them idle, and after the answers. */
  readonly idleMiB: number;
  readonly openMiB: number;
  readonly afterMiB: number;
  /** From the first question to the last answer. */
  readonly ms: number;
}

const NO_LIMIT: readonly FileChange[] = [
  [KERBSIDE, 'checks by one person: 60 an hour', 'checks by one person: 100000 an hour'],
  [KERBSIDE, 'checks by the organisation: 150 a day', 'checks by the organisation: 100000 a day'],
];
/** Every tenth connection asks. */
const ASKS_EVERY = 10;
/** Connections that are opened together: a burst beyond the backlog would wait for a second try of TCP. */
const TOGETHER = 200;
/** Files that gateway and campaign open besides. */
const SPARE_FILES = 600;

/** One connection, what came on it, and whether it is open. */
class Caller {
  readonly socket: Socket;
  readonly opened: Promise<boolean>;
  text = '';
  isOpen = false;
  #answered: (() => void) | undefined;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => {
      this.text += chunk;
      if (isWhole(this.text)) this.#answered?.();
    });
    this.opened = new Promise((resolve) => {
      this.socket.on('connect', () => {
        this.isOpen = true;
        resolve(true);
      });
      this.socket.on('error', () => resolve(false));
      this.socket.on('close', () => {
        this.isOpen = false;
        this.#answered?.();
      });
    });
  }

  /** Resolves when the answer is whole or the connection has ended. */
  ask(badge: string, headers: string): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.socket.write(`GET /blue-badges/badges/${badge} HTTP/1.1\r\n${headers}\r\n`);
    });
  }

  /** True where just this badge was released, and nothing else came. */
  got(badge: string): boolean {
    const body = this.text.slice(this.text.indexOf('\r\n\r\n') + 4);
    return (
      this.text.startsWith('HTTP/1.1 200 ') &&
      body === `{"data":{"badgeNumber":"${badge}","statusCode":"ISSUED"}}`
    );
  }

  /** True where the gateway said, and nothing else, that too many wait for the provider or for itself. */
  wasBusy(): boolean {
    return (
      this.text.startsWith('HTTP/1.1 503 ') &&
      /\r\nretry-after: [1-3]\r\n/i.test(this.text) &&
      /"type":"\/problems\/(?:upstream-busy|overloaded)"/.test(this.text)
    );
  }
}

/** Opens so many connections, asks on a tenth of them at once, and looks at all the others. */
export async function connectionsCampaign(
  wanted: number,
  say: (line: string) => void,
): Promise<ConnectionsReport> {
  const most = Math.min(wanted, openFiles() - SPARE_FILES);
  if (most < wanted) say(`this machine lets a process open ${openFiles()} files: ${most} connections`);
  const gateway = await askingGateway(NO_LIMIT, { spawned: true });
  const callers: Caller[] = [];
  try {
    const memory = (): number => Math.round(residentMiB(gateway.running.pid ?? 0)?.now ?? 0);
    const headers = headerLines(await gateway.token(OFFICER));
    const warm = new Caller(gateway.running.port);
    await warm.ask('ZZ9Z01', headers);
    warm.socket.destroy();
    const idleMiB = memory();
    while (callers.length < most)
      await open(callers, Math.min(TOGETHER, most - callers.length), gateway.running.port);
    const openMiB = memory();
    say(`${callers.length} connections: ${openMiB} MiB, ${idleMiB} MiB before`);
    const askers = callers.filter((_, nth) => nth % ASKS_EVERY === 0);
    const from = performance.now();
    await Promise.all(askers.map((caller, nth) => caller.ask(badgeOf(nth), headers)));
    const ms = performance.now() - from;
    const quiet = callers.filter((caller) => !askers.includes(caller));
    const report = {
      open: callers.length,
      asked: askers.length,
      busy: askers.filter((caller) => caller.wasBusy()).length,
      wrong: askers.filter((caller, nth) => !caller.got(badgeOf(nth)) && !caller.wasBusy()).length,
      disturbed: quiet.filter(({ isOpen, text }) => !isOpen || text !== '').length,
      ...{ idleMiB, openMiB, afterMiB: memory(), ms },
    };
    say(inWords(report));
    return report;
  } finally {
    for (const { socket } of callers) socket.destroy();
    await gateway.close();
  }
}

async function open(callers: Caller[], count: number, port: number): Promise<void> {
  const fresh = Array.from({ length: count }, () => new Caller(port));
  callers.push(...fresh);
  await Promise.all(fresh.map(({ opened }) => opened));
}

function headerLines(token: string): string {
  const all = { host: '127.0.0.1', authorization: `Bearer ${token}`, ...ASKING };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function badgeOf(nth: number): string {
  return `ZZ${String(nth).padStart(4, '0')}`;
}

function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: ([0-9]+)\r\n/i.exec(text.slice(0, head + 2))?.[1] ?? '0';
  return Buffer.byteLength(text.slice(head + 4)) >= Number(length);
}

/** The limit on open files of this process, which the gateway has as well. */
function openFiles(): number {
  const said = spawnSync('sh', ['-c', 'ulimit -n']).stdout.toString().trim();
  return said === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(said);
}

function inWords({ asked, busy, wrong, disturbed, afterMiB, ms }: ConnectionsReport): string {
  return `${asked} asked at once: ${Math.round(ms)} ms, ${busy} told to come again, ${wrong} wrong answers, ${disturbed} of the others disturbed; ${afterMiB} MiB after`;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { connections: { type: 'string', default: '10000' } } });
  const { wrong, disturbed } = await connectionsCampaign(Number(values.connections), console.log);
  process.exitCode = wrong === 0 && disturbed === 0 ? 0 : 1;
}
