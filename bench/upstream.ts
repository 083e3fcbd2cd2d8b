/** The provider's stand-in for benchmarks: nginx serving fixed bodies where it is installed, else a labelled Node server. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { LOAD_CORE, type Machine } from './machine.ts';
import { type BenchBody, listOfRecords, nhsNumberOf, oneRecord, writeLongList } from './records.ts';
import { answers, freePort, type ServerProcess, startListener, startProcess } from './server-process.ts';

export interface BenchUpstream {
  readonly origin: string;
  /** "nginx 1.22.1", or the fallback by its name. */
  readonly label: string;
  readonly process: ServerProcess;
}

/** What the upstream serves: path → body. */
export const ONE_PATH = `/people/${nhsNumberOf(0)}`;
export const LIST_PATH = '/streets/17/people';
export const LARGE_PATH = '/wards/4/people';
export const LONG_PATH = '/areas/1/people';

export interface BenchBodies {
  /** 1 KiB: one record. */
  readonly one: BenchBody;
  /** About 20 KiB: 50 records. */
  readonly list: BenchBody;
  /** About 1 MiB. */
  readonly large: BenchBody;
}

export function makeBodies(): BenchBodies {
  return { one: oneRecord(1024), list: listOfRecords(50), large: listOfRecords(2190) };
}

/** Writes the long list into `folder`; see `writeLongList`. */
export function makeLongList(folder: string, bytes: number): ReturnType<typeof writeLongList> {
  return writeLongList(join(folder, 'long.json'), bytes);
}

/** Starts the upstream over the files of `folder`, on the core of the load. */
export async function startUpstream(
  machine: Machine,
  folder: string,
  bodies: BenchBodies,
): Promise<BenchUpstream> {
  writeFileSync(join(folder, 'one.json'), bodies.one.whole);
  writeFileSync(join(folder, 'list.json'), bodies.list.whole);
  writeFileSync(join(folder, 'large.json'), bodies.large.whole);
  return machine.nginx === undefined
    ? startNode(machine, folder)
    : startNginx(machine, machine.nginx, folder);
}

async function startNginx(machine: Machine, nginx: string, folder: string): Promise<BenchUpstream> {
  const port = await freePort();
  mkdirSync(join(folder, 'nginx'));
  const configuration = join(folder, 'nginx', 'nginx.conf');
  writeFileSync(configuration, nginxConfiguration(folder, port));
  const command = [
    nginx,
    '-e',
    join(folder, 'nginx', 'error.log'),
    '-p',
    join(folder, 'nginx'),
    '-c',
    configuration,
  ];
  const server = startProcess({ machine, core: LOAD_CORE, command });
  const origin = `http://127.0.0.1:${port}`;
  await answers(server, origin + ONE_PATH);
  return { origin, label: 'nginx', process: server };
}

function nginxConfiguration(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${join(folder, 'nginx', name)};`,
  );
  return `${process.getuid?.() === 0 ? `user ${userInfo().username};` : ''}
daemon off;
worker_processes 1;
pid ${join(folder, 'nginx', 'nginx.pid')};
events { worker_connections 2048; }
http {
${temporary.join('\n')}
  access_log off;
  default_type application/json;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  open_file_cache max=16 inactive=600s;
  open_file_cache_valid 600s;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location = ${ONE_PATH} { alias ${join(folder, 'one.json')}; }
    location = ${LIST_PATH} { alias ${join(folder, 'list.json')}; }
    location = ${LARGE_PATH} { alias ${join(folder, 'large.json')}; }
    location = ${LONG_PATH} { alias ${join(folder, 'long.json')}; }
  }
}
`;
}

async function startNode(machine: Machine, folder: string): Promise<BenchUpstream> {
  const file = join(import.meta.dirname, 'plain-upstream.ts');
  const paths = JSON.stringify({
    [ONE_PATH]: 'one.json',
    [LIST_PATH]: 'list.json',
    [LARGE_PATH]: 'large.json',
    [LONG_PATH]: 'long.json',
  });
  const { server, port } = await startListener({
    machine,
    core: LOAD_CORE,
    command: [process.execPath, file],
    environment: { FOLDER: folder, PATHS: paths },
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    label: 'a Node server (nginx is not installed: the upstream takes more of its core)',
    process: server,
  };
}
