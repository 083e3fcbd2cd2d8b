/** Listening on the loopback address: at the wanted port, or at a free one when that is taken. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

export interface Listening {
  readonly port: number;
  /** True where the wanted port was taken and another was picked. */
  readonly moved: boolean;
}

/**
 * Starts `server` on 127.0.0.1.
 *
 * @param wanted the port to try first; 0 for any.
 */
export async function listenOnLoopback(server: Server, wanted: number): Promise<Listening> {
  try {
    await listen(server, wanted);
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    await listen(server, 0);
  }
  const port = portOf(server);
  return { port, moved: wanted !== 0 && port !== wanted };
}

/** A port that is kept for a process that is about to start. */
export interface KeptPort extends Listening {
  /** Lets go of the port, just before the process takes it. */
  release(): Promise<void>;
}

/** Keeps the wanted port, or a free one when that is taken. */
export async function keepPort(wanted: number): Promise<KeptPort> {
  const keeper = createServer();
  const listening = await listenOnLoopback(keeper, wanted);
  const release = async (): Promise<void> => {
    if (!keeper.listening) return;
    keeper.close();
    await once(keeper, 'close');
  };
  return { ...listening, release };
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(server, 'listening');
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('the server does not listen on a port');
  return address.port;
}

function isPortTaken(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
  );
}
