/** A closed loop of undici requests, as one kind of sender: with a token alone, with a DPoP proof for each request, or over TLS. */
import { createPrivateKey, randomUUID, sign, type webcrypto } from 'node:crypto';
import { Pool } from 'undici';
import type { LoadResult } from './load.ts';
import { LOAD_CORE, type Machine, pinned } from './machine.ts';
import { processSays } from './process-says.ts';
import { percentile } from './statistics.ts';

export interface SenderLoad {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
  /** Makes a proof for each request (RFC 9449). */
  readonly dpop?: {
    readonly privateJwk: webcrypto.JsonWebKey;
    readonly publicJwk: webcrypto.JsonWebKey;
    readonly uri: string;
    /** `ath`: base64url SHA-256 of the token. */
    readonly tokenHash: string;
  };
  /** PEM; `cert` and `key` are shown in the handshake. */
  readonly tls?: { readonly ca: string; readonly cert?: string; readonly key?: string };
}

/** Proofs that are made before the load, for each second of it: more than any gateway answers here. */
const PROOFS_PER_SECOND = 12_000;

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function proofsFor({ dpop, seconds }: SenderLoad): string[] {
  if (dpop === undefined) return [];
  const key = createPrivateKey({ key: dpop.privateJwk, format: 'jwk' });
  const head = base64url({ alg: 'ES256', typ: 'dpop+jwt', jwk: dpop.publicJwk });
  const iat = Math.floor(Date.now() / 1000);
  return Array.from({ length: seconds * PROOFS_PER_SECOND }, () => {
    const claims = { jti: randomUUID(), htm: 'GET', htu: dpop.uri, iat, ath: dpop.tokenHash };
    const input = `${head}.${base64url(claims)}`;
    return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  });
}

async function run(load: SenderLoad): Promise<LoadResult> {
  const url = new URL(load.url);
  const options = { connections: load.connections, pipelining: 1, allowH2: false };
  const pool = new Pool(url.origin, load.tls === undefined ? options : { ...options, connect: load.tls });
  const proofs = proofsFor(load);
  const latencies: number[] = [];
  let [wrong, unread] = [0, 0];
  const begun = performance.now();
  const until = begun + load.seconds * 1000;
  const connection = async (): Promise<void> => {
    while (performance.now() < until) {
      const from = performance.now();
      const proof = proofs.pop();
      if (load.dpop !== undefined && proof === undefined) return;
      const headers = proof === undefined ? load.headers : { ...load.headers, DPoP: proof };
      try {
        const { statusCode, body } = await pool.request({ path: url.pathname, method: 'GET', headers });
        await body.dump({ limit: Number.MAX_SAFE_INTEGER });
        if (statusCode !== 200) wrong += 1;
        latencies.push(performance.now() - from);
      } catch {
        unread += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: load.connections }, connection));
  const seconds = (performance.now() - begun) / 1000;
  await pool.close();
  latencies.sort((left, right) => left - right);
  const [p50, p99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  const broken = { unconnected: 0, unread, unwritten: 0, late: 0 };
  return { requests: latencies.length, seconds, wrong, broken, p50, p99 };
}

/** Runs the load in a process of its own, on the core of the load. */
export function runSenders(machine: Machine, load: SenderLoad): Promise<LoadResult> {
  return processSays(pinned(machine, LOAD_CORE, [process.execPath, import.meta.filename]), load);
}

if (import.meta.main) {
  const load: SenderLoad = JSON.parse((await Array.fromAsync(process.stdin)).join(''));
  console.log(JSON.stringify(await run(load)));
}
