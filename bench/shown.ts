/** What is shown without a ratio: a long list as a stream, a fresh token on every request, latency at a fixed rate. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { AUDIENCE, type GatewayPlace, startGateway } from './gateway.ts';
import type { BenchIssuer, TokenAlgorithm } from './issuer.ts';
import { LOAD_CORE, type Machine, pinned, residentMiB } from './machine.ts';
import { type Cell, forgetPeak, measure, type Sample } from './measure.ts';
import type { OpenLoopResult, OpenLoopSettings } from './open-loop.ts';
import type { Stack } from './stacks.ts';
import { median } from './statistics.ts';
import { LONG_PATH, makeLongList, ONE_PATH } from './upstream.ts';

export interface LongStream {
  readonly inputMiB: number;
  readonly records: number;
  /** Millions of bytes of input a second. */
  readonly megabytesPerSecond: number;
  readonly growthMiB: number;
  readonly exact: boolean;
}

/** Streams one long list through a gateway of its own, warmed with small requests, and compares what comes with what must. */
export async function longStream(
  machine: Machine,
  place: GatewayPlace,
  upstreamFolder: string,
  headers: Readonly<Record<string, string>>,
  mebibytes: number,
): Promise<LongStream> {
  const list = makeLongList(upstreamFolder, mebibytes * 2 ** 20);
  const gateway = await startGateway(machine, place);
  try {
    for (let turn = 0; turn < 200; turn += 1) {
      await (await fetch(gateway.base + ONE_PATH, { headers })).arrayBuffer();
    }
    const before = residentMiB(gateway.server.pid)?.now ?? Number.NaN;
    forgetPeak(gateway.server.pid);
    const begun = performance.now();
    const sha256 = await sha256Of(gateway.base + LONG_PATH, headers);
    const seconds = (performance.now() - begun) / 1000;
    const peak = residentMiB(gateway.server.pid)?.peak ?? Number.NaN;
    return {
      inputMiB: list.bytes / 2 ** 20,
      records: list.records,
      megabytesPerSecond: list.bytes / 1e6 / seconds,
      growthMiB: peak - before,
      exact: sha256 === list.agreedSha256,
    };
  } finally {
    await gateway.server.stop();
  }
}

/** A load in which no token comes twice within the 10,000 that the gateway remembers. */
export async function freshTokens(
  machine: Machine,
  stacks: readonly Stack[],
  cell: Cell,
  issuer: BenchIssuer,
  algorithm: TokenAlgorithm,
  settings: {
    readonly folder: string;
    readonly rounds: number;
    readonly seconds: number;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<ReadonlyMap<string, readonly Sample[]>> {
  const tokensFile = join(settings.folder, `tokens-${algorithm}.txt`);
  const tokens: string[] = [];
  while (tokens.length < 20_000) {
    const batch = Array.from({ length: 500 }, () => issuer.token(algorithm, AUDIENCE));
    tokens.push(...(await Promise.all(batch)));
  }
  writeFileSync(tokensFile, tokens.join('\n'));
  const { Authorization: _reused, ...headers } = settings.headers;
  const samples = new Map<string, Sample[]>(stacks.map(({ name }) => [name, []]));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const stack of round % 2 === 0 ? stacks : [...stacks].reverse()) {
      const load = { headers, seconds: settings.seconds, tokensFile };
      samples.get(stack.name)?.push(await measure(machine, stack, cell, load));
    }
  }
  return samples;
}

export interface FixedRate {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
}

/** Latency at a fixed rate of each target, in turns; medians over the rounds. */
export async function fixedRate(
  machine: Machine,
  targets: readonly { readonly name: string; readonly base: string | readonly string[] }[],
  settings: Omit<OpenLoopSettings, 'urls'> & { readonly rounds: number },
): Promise<readonly FixedRate[]> {
  const results = new Map<string, OpenLoopResult[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < settings.rounds; round += 1) {
    for (const { name, base } of targets) {
      const { headers, perSecond, seconds } = settings;
      const urls = [base].flat().map((one) => one + ONE_PATH);
      const result = await openLoop(machine, { urls, headers, perSecond, seconds });
      if (result.wrong > 0) throw new Error(`${name}: ${result.wrong} answers without status 200`);
      results.get(name)?.push(result);
    }
  }
  return [...results].map(([name, all]) => ({
    name,
    p50: median(all.map(({ p50 }) => p50)),
    p99: median(all.map(({ p99 }) => p99)),
  }));
}

function openLoop(machine: Machine, settings: OpenLoopSettings): Promise<OpenLoopResult> {
  const script = join(import.meta.dirname, 'open-loop.ts');
  const [program = '', ...rest] = pinned(machine, LOAD_CORE, [
    process.execPath,
    script,
    JSON.stringify(settings),
  ]);
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(said));
      else reject(new Error(`the open loop ended with ${code}`));
    });
  });
}

function sha256Of(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { ...headers }, agent: false }, (response) => {
      if (response.statusCode !== 200) return void reject(new Error(`status ${response.statusCode}`));
      const digest = createHash('sha256');
      response.on('data', (chunk: Buffer) => digest.update(chunk));
      response.once('end', () => resolve(digest.digest('hex')));
      response.once('error', reject);
      response.once('aborted', () => reject(new Error('the stream was cut')));
    });
    request.once('error', reject);
  });
}
