/** A witness as a process of its own, on files that outlive it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSigningKeyFile } from '../../src/adapters/signing/signing-key-file.ts';
import { CLI, processEnvironment } from './command-line.ts';

const BARE = [join(import.meta.dirname, 'witness-main.ts')];

/** The files and settings of a witness that follows the logs of these verifier keys. */
export class WitnessPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'witness-'));
  readonly settings: Record<string, string>;

  constructor(name: string, logs: readonly string[], port = 0) {
    makeSigningKeyFile(join(this.folder, 'witness.pem'));
    this.settings = {
      WITNESS_NAME: name,
      WITNESS_KEY_FILE: join(this.folder, 'witness.pem'),
      WITNESS_STATE_FILE: join(this.folder, 'witness.sqlite'),
      WITNESS_LOGS_FILE: join(this.folder, 'logs'),
      WITNESS_PORT: String(port),
    };
    this.follow(logs);
  }

  follow(logs: readonly string[]): void {
    writeFileSync(join(this.folder, 'logs'), `${logs.join('\n')}\n`);
  }

  /** @param how as the command, or without the rest of the command line, which starts quicker. */
  async start(how: 'command' | 'bare' = 'bare'): Promise<WitnessProcess> {
    const child = spawn(process.execPath, how === 'command' ? [CLI, 'witness'] : BARE, {
      env: processEnvironment(this.settings),
    });
    // A test that fails half-way leaves no process behind.
    process.once('exit', () => child.kill('SIGKILL'));
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    let out = '';
    let written = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    const port = await new Promise<number>((resolve, reject) => {
      child.on('exit', () => reject(new Error(written)));
      child.stderr.on('data', (chunk) => {
        written += chunk;
        const line = written.split('\n').find((one) => one.includes('"listening"') && one.endsWith('}'));
        if (line !== undefined) resolve(JSON.parse(line).port);
      });
    });
    return {
      url: `http://127.0.0.1:${port}`,
      pid: child.pid ?? 0,
      verifierKey: out.trim(),
      ended,
      written: () => written,
      async kill() {
        child.kill('SIGKILL');
        await ended;
      },
      async stop() {
        child.kill('SIGTERM');
        return ended;
      },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface WitnessProcess {
  readonly url: string;
  readonly pid: number;
  readonly verifierKey: string;
  readonly ended: Promise<number | null>;
  written(): string;
  kill(): Promise<void>;
  stop(): Promise<number | null>;
}

/** A port of loopback that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
