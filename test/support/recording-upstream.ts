/** A provider that writes down every byte it receives and answers each request with an empty object, or as it is told. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface RecordingUpstream {
  readonly port: number;
  /** The requests since the last call, each with every byte of its head and body. */
  take(): readonly string[];
  close(): void;
}

const EMPTY = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

/**
 * Starts one on loopback. It reads requests framed by Content-Length only and records whatever else it gets whole.
 *
 * @param answer to a request, as bytes on the wire.
 */
export async function startRecordingUpstream(
  answer: (request: string) => string = () => EMPTY,
): Promise<RecordingUpstream> {
  const sockets = new Set<Socket>();
  let requests: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = '';
    socket.setNoDelay(true);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      for (let end = endOfRequest(pending); end > 0; end = endOfRequest(pending)) {
        const request = pending.slice(0, end);
        requests.push(request);
        pending = pending.slice(end);
        socket.write(answer(request));
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    take: () => {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, head + 2))?.[1] ?? '0';
  const end = head + 4 + Number(length);
  return text.length >= end ? end : -1;
}
