/** Providers for the soak campaign: each answers well, until it is told to stall, to reset or to answer rubbish. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { listOfRecords, oneRecord } from '../../bench/records.ts';

export type Manner = 'well' | 'stalling' | 'resetting' | 'garbled';

/** One record of 1 KiB, and what must leave of it. */
export const ONE = oneRecord(1024);

const MANY = listOfRecords(500);
/** Lists are so many times the 500 records: more than the buffers of a connection hold. */
const REPEATS = 40;
const JSON_HEAD = { 'content-type': 'application/json' };

/** A provider on loopback; its manner can change while it serves. */
export class SoakPartner {
  manner: Manner = 'well';
  readonly #server: Server;
  #turn = 0;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<SoakPartner> {
    const partner = new SoakPartner();
    partner.#server.listen(0, '127.0.0.1');
    await once(partner.#server, 'listening');
    return partner;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#turn += 1;
    if (this.manner === 'stalling') stall(response, this.#turn);
    else if (this.manner === 'resetting') reset(response, this.#turn);
    else if (this.manner === 'garbled') garble(response, this.#turn);
    else if (request.url?.includes('/wards/')) answerList(response);
    else response.writeHead(200, JSON_HEAD).end(ONE.whole);
  }
}

/** Says nothing, or half of it, for as long as the connection stands. */
function stall(response: ServerResponse, turn: number): void {
  if (turn % 2 === 0) return;
  response.writeHead(200, { ...JSON_HEAD, 'content-length': ONE.whole.length });
  response.write(ONE.whole.subarray(0, 512));
}

/** Resets before the head, or in the middle of the body. */
function reset(response: ServerResponse, turn: number): void {
  const { socket } = response;
  if (turn % 2 === 0) return void socket?.resetAndDestroy();
  response.writeHead(200, { ...JSON_HEAD, 'content-length': ONE.whole.length });
  response.write(ONE.whole.subarray(0, 512), () => socket?.resetAndDestroy());
}

const LENGTH = `Content-Length: ${ONE.whole.length}`;
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** Answers of which nothing may leave, as bytes. */
const RUBBISH: readonly string[] = [
  '\0\x01\x02\xff\xfe not HTTP',
  `${OK}${LENGTH}\r\n\r\n${'{'.repeat(ONE.whole.length)}`,
  `${OK}Content-Length: 15\r\n\r\n{"data":{"a":1}`,
  `${OK}Content-Length: 40\r\n\r\n{"data":{"status":"A","status":"ACTIVE"}}`.padEnd(OK.length + 64, ' '),
  `${OK}Content-Length: 30\r\n\r\n{"data":{"status":{"a":"A"}} }`,
  `${OK}Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00`,
  `${OK}Content-Length: 5\r\nContent-Length: 9\r\n\r\n{"a":1}`,
  `${OK}Transfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n`,
  'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 20\r\n\r\n<h1>Welcome back</h1>',
  'HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nat main.c:17',
];

function garble({ socket }: ServerResponse, turn: number): void {
  socket?.end(Buffer.from(RUBBISH[turn % RUBBISH.length] ?? '', 'latin1'));
}

/** A list of some eight million bytes, made as it is read. */
function answerList(response: ServerResponse): void {
  response.writeHead(200, JSON_HEAD);
  pipeline(Readable.from(listParts()), response, () => undefined);
}

function* listParts(): Generator<Buffer> {
  const records = MANY.whole.subarray(MANY.whole.indexOf('[') + 1, MANY.whole.lastIndexOf(']'));
  for (let nth = 0; nth < REPEATS; nth += 1)
    yield Buffer.concat([Buffer.from(nth === 0 ? '{"data":[' : ','), records]);
  yield Buffer.from(']}');
}
