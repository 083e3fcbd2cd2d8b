/**
 * Three processes append to one log in PostgreSQL; one after the other is killed, or paused while another one takes over its
 * name. At the end nothing that was acknowledged is lost or doubled, and the log is whole. `npm run campaign:postgres -- ENTRIES`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgresReader } from '../../src/adapters/storage/postgres/postgres-reader.ts';
import type { LogReader } from '../../src/audit-log/ports.ts';
import { rootOfFirst } from '../../src/audit-log/proving/proofs.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import { parseCheckpoint } from '../../src/merkle/checkpoint.ts';
import { openSignedNote } from '../../src/merkle/signed-note.ts';
import { processEnvironment } from '../support/command-line.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';
import { postgresServer } from '../support/postgres-server.ts';

const PROCESS = join(import.meta.dirname, '../support/sharing-process.ts');
const PAUSED_MS = 500;
const INSTANCES = ['gateway-1', 'gateway-2', 'gateway-3'];

export interface SharingResult {
  readonly entries: number;
  readonly acknowledged: number;
  readonly kills: number;
  readonly pauses: number;
  readonly seconds: number;
  /** What is wrong, a sentence each. */
  readonly violations: readonly string[];
}

/** One process and what it printed. */
class Writer {
  readonly instance: string;
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly acknowledged: string[] = [];
  said = '';
  #rest = '';

  constructor(folder: LogFolder, address: string, instance: string) {
    this.instance = instance;
    this.#child = spawn(process.execPath, [PROCESS, folder.path, address, instance], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: processEnvironment(),
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
    });
    this.ended = new Promise((resolve) => this.#child.once('close', (code) => resolve(code)));
  }

  get isOpen(): boolean {
    return this.acknowledged.length > 0;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #read(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.acknowledged.push(...lines);
  }
}

/** Runs until so many entries are acknowledged. */
export async function shareOneLog(entries: number, everyMs: number): Promise<SharingResult> {
  const server = await postgresServer();
  const folder = logFolder();
  const from = performance.now();
  const address = server.address(await server.createDatabase());
  const all: Writer[] = [];
  const start = (instance: string): Writer => {
    const writer = new Writer(folder, address, instance);
    all.push(writer);
    return writer;
  };
  const running = new Map(INSTANCES.map((instance) => [instance, start(instance)]));
  const violations: string[] = [];
  let kills = 0;
  let pauses = 0;
  const count = () => all.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  try {
    for (let turn = 0; count() < entries; turn += 1) {
      await sleep(everyMs * (0.5 + Math.random()));
      const instance = INSTANCES[Math.floor(Math.random() * INSTANCES.length)] ?? '';
      const writer = running.get(instance);
      if (writer === undefined || !writer.isOpen) continue;
      if (turn % 4 === 3) {
        pauses += 1;
        writer.signal('SIGSTOP');
        running.set(instance, start(instance));
        await sleep(PAUSED_MS);
        await opened(running.get(instance));
        writer.signal('SIGCONT');
        if ((await writer.ended) !== 70)
          violations.push('a paused writer that was taken over from did not end');
      } else {
        kills += 1;
        writer.signal('SIGKILL');
        await writer.ended;
        running.set(instance, start(instance));
      }
    }
    await Promise.all([...running.values()].map(opened));
    for (const writer of running.values()) writer.signal('SIGTERM');
    for (const writer of running.values()) {
      const code = await writer.ended;
      if (code !== 0) violations.push(`${writer.instance} ended with ${code}: ${writer.said}`);
    }
    violations.push(...(await judge(folder, address, all)));
    const seconds = (performance.now() - from) / 1000;
    const acknowledged = all.reduce((sum, { acknowledged: some }) => sum + some.length - 1, 0);
    return { entries: await sizeOf(address), acknowledged, kills, pauses, seconds, violations };
  } finally {
    for (const writer of all) writer.signal('SIGKILL');
    folder.remove();
    await server.stop();
  }
}

async function opened(writer: Writer | undefined): Promise<void> {
  for (let turn = 0; writer?.isOpen === false; turn += 1) {
    if (turn > 1500) throw new Error(`a writer never opened: ${writer.said}`);
    await sleep(20);
  }
}

async function sizeOf(address: string): Promise<number> {
  const reader = await openPostgresReader(address);
  const { size } = await reader.state();
  await reader.close();
  return size;
}

async function judge(folder: LogFolder, address: string, writers: readonly Writer[]): Promise<string[]> {
  const reader = await openPostgresReader(address);
  const { verifierKey } = folder.keys.checkpoint;
  try {
    const { findings } = await verifyLog(reader, { key: verifierKey, head: await reader.checkpoint() });
    const violations = findings.map((finding) => `verify: ${finding}`);
    const stored = await storedEntries(reader, violations);
    for (const line of writers.flatMap(({ acknowledged }) => acknowledged)) {
      const [index = '', hash = ''] = line.split(' ');
      if (line !== 'open' && stored.get(Number(index)) !== hash) violations.push(`entry ${line} was lost`);
    }
    for (const instance of INSTANCES) {
      const note = readFileSync(join(folder.path, `head-${instance}`), 'utf8');
      const { size, root } = parseCheckpoint(openSignedNote(note, [verifierKey]));
      if (!Buffer.from(await rootOfFirst(reader, size)).equals(root))
        violations.push(`the head file of ${instance} is signed over another tree`);
    }
    return violations;
  } finally {
    await reader.close();
  }
}

/** Leaf hashes by index; each part of each exchange is there once, and each exchange has an end. */
async function storedEntries(reader: LogReader, violations: string[]): Promise<Map<number, string>> {
  const stored = new Map<number, string>();
  const seen = new Set<string>();
  const open = new Set<string>();
  for (let from = 0; ; from += 1000) {
    const page = await reader.entries(from, 1000);
    for (const { index, leaf, leafHash } of page) {
      if (index !== stored.size) violations.push(`entry ${stored.size} is missing`);
      stored.set(index, Buffer.from(leafHash).toString('base64'));
      const { kind, exchange, part, last } = JSON.parse(Buffer.from(leaf).toString());
      if (exchange === undefined) continue;
      const name = `${exchange} ${kind} ${part}`;
      if (seen.has(name)) violations.push(`${name} is there twice`);
      seen.add(name);
      if (kind === 'sent') open.add(exchange);
      else if (kind !== 'released' || last === true) open.delete(exchange);
    }
    if (page.length < 1000) break;
  }
  violations.push(...[...open].map((exchange) => `exchange ${exchange} has no end`));
  return stored;
}

if (import.meta.main) {
  const result = await shareOneLog(Number(process.argv[2] ?? 100_000), 1500);
  console.log(JSON.stringify({ ...result, violations: result.violations.slice(0, 20) }, undefined, 2));
  process.exitCode = result.violations.length === 0 ? 0 : 1;
}
