/** What is measured: the gateway and the two references, each a process of its own on the same core. */
import { join } from 'node:path';
import { AUDIENCE, type GatewayPlace, startGateway } from './gateway.ts';
import type { BenchIssuer } from './issuer.ts';
import { type Machine, SERVER_CORE } from './machine.ts';
import type { BenchBody } from './records.ts';
import { type ServerProcess, startListener } from './server-process.ts';
import type { BenchUpstream } from './upstream.ts';

export const GATEWAY = 'gateway';
export const HAND_ASSEMBLED = 'hand-assembled';
export const BARE_PROXY = 'bare proxy';

export interface Stack {
  readonly name: string;
  /** The provider's paths follow it. */
  readonly base: string;
  readonly server: ServerProcess;
  /** What must come back when the provider sends this body. */
  readonly expected: (body: BenchBody) => Buffer;
}

export interface StackSettings {
  readonly machine: Machine;
  readonly folder: string;
  readonly upstream: BenchUpstream;
  readonly issuer: BenchIssuer;
  readonly place: GatewayPlace;
}

/** Starts all three. */
export async function startStacks(settings: StackSettings): Promise<readonly Stack[]> {
  const { machine, place } = settings;
  const gateway = await startGateway(machine, place);
  return [
    { name: GATEWAY, base: gateway.base, server: gateway.server, expected: ({ agreed }) => agreed },
    await startHandAssembled(settings),
    await startBareProxy(settings),
  ];
}

export async function stopStacks(stacks: readonly Stack[]): Promise<void> {
  await Promise.all(stacks.map(({ server }) => server.stop()));
}

async function startHandAssembled({ machine, folder, upstream, issuer }: StackSettings): Promise<Stack> {
  const { server, port } = await startListener({
    machine,
    core: SERVER_CORE,
    command: [process.execPath, join(import.meta.dirname, 'hand-assembled.ts')],
    environment: {
      UPSTREAM: upstream.origin,
      ISSUER: issuer.issuer,
      AUDIENCE,
      LOG_FILE: join(folder, 'hand-assembled.sqlite'),
    },
  });
  return { name: HAND_ASSEMBLED, base: `http://127.0.0.1:${port}`, server, expected: ({ agreed }) => agreed };
}

async function startBareProxy({ machine, upstream }: StackSettings): Promise<Stack> {
  const { server, port } = await startListener({
    machine,
    core: SERVER_CORE,
    command: [process.execPath, join(import.meta.dirname, 'bare-proxy.ts')],
    environment: { UPSTREAM: upstream.origin },
  });
  return { name: BARE_PROXY, base: `http://127.0.0.1:${port}`, server, expected: ({ whole }) => whole };
}
