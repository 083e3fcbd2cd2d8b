/** A TCP proxy between a log and its PostgreSQL that cuts the connection where a test says so. */
import { createServer, type Server, Socket } from 'node:net';

/** `before`: the statement never reaches the server; `after`: the server has carried it out, and its answer is lost. */
export interface Cut {
  readonly at: string;
  readonly when: 'before' | 'after';
}

export class CuttingProxy {
  readonly #server: Server;
  readonly #target: { readonly host: string; readonly port: number };
  readonly #sockets = new Set<Socket>();
  /** The next cut; taken when it strikes. */
  cut: Cut | undefined;
  cuts = 0;

  constructor(address: string) {
    const { hostname, port } = new URL(address);
    this.#target = { host: hostname, port: Number(port) };
    this.#server = createServer((client) => this.#join(client));
  }

  /** The same address through the proxy. */
  async listen(address: string): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const at = this.#server.address();
    const url = new URL(address);
    url.port = String(typeof at === 'object' ? at?.port : 0);
    return url.href;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket): void {
    const server = new Socket().connect(this.#target);
    let silent = false;
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', (chunk: Buffer) => {
      const when = this.#strikes(chunk);
      if (when === 'before') return void client.destroy();
      silent ||= when === 'after';
      server.write(chunk);
    });
    server.on('data', (chunk) => {
      if (silent) client.destroy();
      else client.write(chunk);
    });
  }

  #strikes(chunk: Buffer): Cut['when'] | undefined {
    const { cut } = this;
    if (cut === undefined || !chunk.includes(cut.at)) return undefined;
    this.cut = undefined;
    this.cuts += 1;
    return cut.when;
  }
}
