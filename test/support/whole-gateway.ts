/** A whole gateway on loopback: the sample policies, a real issuer, a real log, and a provider that records what it is sent. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { type SigningPlace, signPolicies } from '../../demo/signed-policies.ts';
import { makeMissingKeys } from '../../src/adapters/signing/key-ring.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { type RunningGateway, startGateway } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { PolicyMistakes } from '../../src/domain/policy-mistakes.ts';
import { MAIN, processEnvironment } from './command-line.ts';
import { writeTlsFiles } from './gateway-tls.ts';
import { type IssuerKey, sign, TestIssuer } from './test-issuer.ts';

export const ORIGIN = 'https://gateway.northmere.example';
export const SAMPLES = join(import.meta.dirname, '../../policies');

export type Answering = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}

export interface WholeGateway {
  readonly url: string;
  readonly operations: string;
  readonly folder: string;
  readonly running: Pick<
    RunningGateway,
    'port' | 'operationsPort' | 'reloadPolicies' | 'reloadCertificates' | 'close'
  > & {
    written?(): string;
    readonly pid?: number | undefined;
    /** Exit code, once a process of its own has ended. */
    readonly ended?: Promise<number | null>;
  };
  readonly issuer: TestIssuer;
  /** What the provider was sent, in order. */
  readonly recorded: RecordedRequest[];
  /** How the provider answers from now on. */
  answerWith(answering: Answering): void;
  /** A token of a system, for a person where one is named. */
  token(who: TokenFacts): Promise<string>;
  /** The gateway's environment, to start it again. */
  readonly settings: Record<string, string>;
  /** Stops the gateway alone; `restarted` starts it again. */
  stop(): Promise<void>;
  /** Stops the gateway and starts it again on the same files; issuer and provider go on. Closing either closes all of them. */
  restarted(): Promise<WholeGateway>;
  /** Leaves of the log, oldest first. */
  leaves(): Record<string, unknown>[];
  close(): Promise<void>;
}

export interface TokenFacts {
  readonly system: string;
  readonly person?: string;
  readonly roles?: readonly string[];
  readonly claims?: Record<string, unknown>;
}

/** Answers with a JSON document. */
export function json(value: unknown, status = 200): Answering {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}

export interface WholeGatewayOptions {
  /** Override the gateway's environment. */
  readonly settings?: Record<string, string>;
  /** The clock that exchanges go by; tokens are written by it too. Never earlier than now. */
  readonly now?: () => number;
  /** May change the copied policy files first. */
  readonly policies?: (folder: string) => void;
  /** Datasets ask callers to prove their key as the samples do; otherwise a token is enough for every one. */
  readonly keysAsSampled?: boolean;
  /** Called before the start, when policies and keys stand in the folder. */
  readonly prepared?: (folder: string) => void | Promise<void>;
  /** Speaks TLS; `askOverTls` asks it. */
  readonly tls?: boolean;
  /** As a process of its own, so that all that it writes can be read. */
  readonly spawned?: boolean;
  /** A command that runs the process, such as strace with its options. */
  readonly under?: readonly string[];
}

/** Where the policies of a gateway in `folder` stand, their keys, and the pins. */
export function signingPlace(folder: string): SigningPlace {
  return {
    policies: join(folder, 'policies'),
    keys: join(folder, 'signing'),
    pins: join(folder, 'pinned-keys.json'),
  };
}

/** Files that a test broke on purpose stay unsigned. */
async function signUnlessMistaken(folder: string): Promise<void> {
  await signPolicies(signingPlace(folder)).catch((error: unknown) => {
    if (!(error instanceof PolicyMistakes)) throw error;
  });
}

/** Starts it. */
export async function wholeGateway(options: WholeGatewayOptions = {}): Promise<WholeGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'whole-gateway-'));
  const issuer = await TestIssuer.start('/staff');
  const key = await issuer.publishNew('ES256');
  const provider = await recordingProvider();
  copyPolicies(join(folder, 'policies'), issuer.url, provider.url, options.keysAsSampled === true);
  options.policies?.(join(folder, 'policies'));
  await signUnlessMistaken(folder);
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  makeMissingKeys(join(folder, 'keys'), 'test');
  writeFileSync(join(folder, 'secrets.json'), '{}', { mode: 0o600 });
  await options.prepared?.(folder);
  const tls = options.tls ? writeTlsFiles(folder) : {};
  const settings = { ...environment(folder), ...tls, ...options.settings };
  const running = options.spawned
    ? await spawnGateway(settings, options.under)
    : await startGateway(readConfig(settings), options.now);
  const stops: (() => Promise<void>)[] = [];
  const around: Around = {
    folder,
    settings,
    issuer,
    recorded: provider.recorded,
    answerWith: provider.answerWith,
    token: (who) => token(who, issuer, key, options.now ?? Date.now),
    leaves: () => leavesOf(join(folder, 'audit.sqlite')),
    stops,
    async close() {
      await Promise.all(stops.map((stop) => stop()));
      await provider.close();
      await issuer.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return whole(running, around, () => startGateway(readConfig(settings), options.now));
}

type Around = Omit<WholeGateway, 'url' | 'operations' | 'running' | 'stop' | 'restarted'> & {
  /** Ends each gateway that was started in the folder; the folder is taken away when all have ended. */
  readonly stops: (() => Promise<void>)[];
};

function whole(
  running: WholeGateway['running'],
  around: Around,
  start: () => Promise<WholeGateway['running']>,
): WholeGateway {
  let closing: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    closing ??= running.close();
    return closing;
  };
  around.stops.push(stop);
  return {
    ...around,
    running,
    stop,
    url: `${'TLS_KEY_FILE' in around.settings ? 'https' : 'http'}://127.0.0.1:${running.port}`,
    operations: `http://127.0.0.1:${running.operationsPort}`,
    async restarted() {
      await stop();
      return whole(await start(), around, start);
    },
  };
}

async function spawnGateway(
  settings: Record<string, string>,
  under: readonly string[] = [],
): Promise<WholeGateway['running']> {
  const [program = '', ...rest] = [...under, process.execPath, MAIN];
  const child = spawn(program, rest, { env: processEnvironment({ ...settings, LOG_LEVEL: 'debug' }) });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  let written = '';
  child.stdout.on('data', (chunk) => {
    written += chunk;
  });
  const ports = await new Promise<{ port: number; operationsPort: number }>((resolve, reject) => {
    child.on('exit', () => reject(new Error(written)));
    child.stderr.on('data', (chunk) => {
      written += chunk;
      const line = written
        .split('\n')
        .find((one) => one.includes('"message":"listening"') && one.endsWith('}'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
  });
  return {
    ...ports,
    pid: child.pid,
    ended,
    written: () => written,
    reloadPolicies: () => Promise.reject(new Error('send SIGHUP')),
    reloadCertificates: () => Promise.reject(new Error('send SIGHUP')),
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The settings of a gateway whose files stand in `folder`. */
export function environment(folder: string): Record<string, string> {
  return {
    GATEWAY_ORIGIN: ORIGIN,
    GATEWAY_PORT: '0',
    OPERATIONS_PORT: '0',
    POLICIES_FOLDER: join(folder, 'policies'),
    AUDIT_LOG_FILE: join(folder, 'audit.sqlite'),
    HEAD_FILE: join(folder, 'head'),
    LOG_ORIGIN: 'gateway.northmere.example/audit/test',
    KEYS_FOLDER: join(folder, 'keys'),
    PINNED_KEYS_FILE: join(folder, 'pinned-keys.json'),
    UPSTREAM_SECRETS_FILE: join(folder, 'secrets.json'),
    OPERATOR_CONTACT: 'gateway@northmere.example',
    PRIVATE_ADDRESSES: '127.0.0.1',
    DRAIN_SECONDS: '5',
    LOG_LEVEL: 'error',
  };
}

const ISSUER_PLACE = 'http://issuer.invalid';
/** Most tests ask with a token and nothing beside it. */
const NO_KEY_LINE = /^callers must prove their key: no\n/m;
const PROVIDER_PLACE = 'http://provider.invalid';

interface CopiedFile {
  readonly kind: string;
  readonly file: string;
  readonly text: string;
}

/** Copies the samples; every issuer and every provider becomes the test's own. */
function copyPolicies(to: string, issuer: string, provider: string, keysAsSampled: boolean): void {
  for (const { kind, file, text } of copiedSamples()) {
    mkdirSync(join(to, kind), { recursive: true });
    const own = text.replaceAll(ISSUER_PLACE, issuer).replaceAll(PROVIDER_PLACE, provider);
    writeFileSync(join(to, kind, file), keysAsSampled ? own.replace(NO_KEY_LINE, '') : own);
  }
}

let samples: readonly CopiedFile[] | undefined;

/** The samples with places for the addresses: read once in a process, because reading them takes long. */
function copiedSamples(): readonly CopiedFile[] {
  samples ??= ['organisations', 'datasets', 'protocols', 'agreements']
    .filter((kind) => existsSync(join(SAMPLES, kind)))
    .flatMap((kind) => readdirSync(join(SAMPLES, kind)).map((file) => copiedSample(kind, file)));
  return samples;
}

function copiedSample(kind: string, file: string): CopiedFile {
  const document = parseDocument(readFileSync(join(SAMPLES, kind, file), 'utf8'));
  if (kind === 'organisations' && document.has('sign in'))
    document.setIn(['sign in', 'issuer'], ISSUER_PLACE);
  if (kind === 'datasets') {
    document.set('callers must prove their key', 'no');
    const signIn = ['sign in', 'secret', 'issuer', 'scope', 'header'];
    for (const name of signIn) document.deleteIn(['upstream', name]);
    document.setIn(['upstream', 'sign in'], 'none');
    document.setIn(['upstream', 'address'], `${PROVIDER_PLACE}/${String(document.get('dataset'))}`);
  }
  return { kind, file, text: document.toString({ lineWidth: 0 }) };
}

async function recordingProvider() {
  const recorded: RecordedRequest[] = [];
  let answering: Answering = json({}, 404);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url = '', rawHeaders } = request;
    recorded.push({ method, url, headers: rawHeaders, body: body.toString() });
    answering(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    recorded,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answerWith(next: Answering) {
      answering = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function token(
  { system, person, roles, claims }: TokenFacts,
  issuer: TestIssuer,
  key: IssuerKey,
  clock: () => number,
): Promise<string> {
  const now = Math.floor(clock() / 1000);
  return sign(
    {
      iss: issuer.url,
      aud: ORIGIN,
      sub: person ?? system,
      client_id: system,
      iat: now,
      exp: now + 300,
      jti: crypto.randomUUID(),
      ...(roles === undefined ? {} : { roles: [...roles] }),
      amr: ['pwd', 'mfa'],
      ...claims,
    },
    key,
  );
}

function leavesOf(file: string): Record<string, unknown>[] {
  const reader = openSqliteReader(file);
  try {
    return reader.entries(0, 1_000_000).map(({ leaf }) => JSON.parse(Buffer.from(leaf).toString()));
  } finally {
    reader.close();
  }
}
