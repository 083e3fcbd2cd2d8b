/** The provider's stand-in where nginx is not installed: fixed files of a folder over node:http. */
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

const { FOLDER = '', PATHS = '{}' } = process.env;
const IN_MEMORY_BYTES = 8 * 2 ** 20;

const files = new Map<string, string>(
  Object.entries(JSON.parse(PATHS) as Record<string, string>).map(([path, name]) => [
    path,
    join(FOLDER, name),
  ]),
);
const bodies = new Map<string, Buffer>();

function bodyOf(file: string): Buffer | undefined {
  const known = bodies.get(file);
  if (known !== undefined) return known;
  if (statSync(file).size > IN_MEMORY_BYTES) return undefined;
  const body = readFileSync(file);
  bodies.set(file, body);
  return body;
}

const server = createServer((request, response) => {
  const file = files.get(request.url ?? '');
  if (file === undefined) return void response.writeHead(404).end();
  const body = bodyOf(file);
  const length = body?.length ?? statSync(file).size;
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': length });
  if (body !== undefined) response.end(body);
  else createReadStream(file, { highWaterMark: 65_536 }).pipe(response);
});
server.keepAliveTimeout = 600_000;
server.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
