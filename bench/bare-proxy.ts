/** Reference 1: a bare proxy of node:http and undici that checks nothing and passes bytes; what any Node proxy can do at best. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';

const upstream = new Pool(process.env['UPSTREAM'] ?? '', { connections: 128, pipelining: 1, allowH2: false });

/** Hands the bytes of one answer on as they come, no faster than the caller takes them. */
class Passing implements Dispatcher.DispatchHandler {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#response.once('close', () => {
      if (!this.#response.writableFinished) controller.abort(new Error('the caller went away'));
    });
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[]>,
  ): void {
    this.#response.writeHead(status, {
      'Content-Type': headers['content-type'] ?? 'application/octet-stream',
      ...(headers['content-length'] === undefined ? {} : { 'Content-Length': headers['content-length'] }),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.#response.end();
  }

  onResponseError(): void {
    this.#response.destroy();
  }
}

function pass(request: IncomingMessage, response: ServerResponse): void {
  upstream.dispatch({ path: request.url ?? '/', method: 'GET' }, new Passing(response));
}

const server = createServer(pass);
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
