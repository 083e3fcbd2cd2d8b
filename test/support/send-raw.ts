/** Sends bytes as they are, malformed ones too, and gives back all that comes. */
import { connect } from 'node:net';

export type SendRaw = (bytes: Uint8Array) => Promise<string>;

/**
 * Resolves to everything that a server on loopback sends until it closes the connection, or has been silent for
 * `idleMs` after it said something, or has said nothing for `mostMs`.
 */
export function rawSender(port: number, idleMs = 60, mostMs = 5_000): SendRaw {
  return (bytes) =>
    new Promise((resolve) => {
      let received = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
      const finish = (): void => {
        clearTimeout(timer);
        socket.destroy();
        resolve(received);
      };
      let timer = setTimeout(finish, mostMs);
      socket.setNoDelay(true);
      socket.on('error', finish).on('close', finish);
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        clearTimeout(timer);
        timer = setTimeout(finish, idleMs);
      });
    });
}

/** The status of every answer in what was received. */
export function statusesIn(received: string): readonly number[] {
  return [...received.matchAll(/(?:^|\r\n|\})HTTP\/1\.[01] (\d{3}) /g)].map(([, status]) => Number(status));
}
