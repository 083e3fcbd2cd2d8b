/**
 * Replays the Dockerfile's steps in a clean folder, for machines without a container engine: installs without
 * development dependencies, copies what the image copies, and starts the gateway without settings.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8');
const image = mkdtempSync(join(tmpdir(), 'gateway-image-'));
try {
  for (const line of dockerfile.split('\n')) replay(line);
  assert.ok(
    !existsSync(join(image, 'node_modules/oidc-provider')),
    'development dependencies are in the image',
  );
  assert.ok(
    !existsSync(join(image, 'demo')) && !existsSync(join(image, 'test')),
    'the demo or the tests are in the image',
  );
  const start = spawnSync(process.execPath, ['src/main.ts'], {
    cwd: image,
    env: {},
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.notEqual(start.status, 0, 'the gateway started without settings');
  assert.match(
    start.stderr,
    /GATEWAY_ORIGIN is missing[\s\S]*KEYS_FOLDER is missing[\s\S]*OPERATOR_CONTACT is missing/,
  );
  assert.match(dockerfile, /^USER node$/m);
  assert.match(dockerfile, /^HEALTHCHECK /m);
  console.log(
    'image: the steps of the Dockerfile make a gateway that names every missing setting and refuses to start',
  );
} finally {
  rmSync(image, { recursive: true, force: true });
}

/** `RUN npm ci` and `COPY` are done as they stand; what needs an engine (users, volumes) is only read. */
function replay(line: string): void {
  const copy = /^COPY (?!--from)(.+) (\S+)$/.exec(line);
  if (copy?.[1] !== undefined && copy[2] !== undefined) {
    for (const source of copy[1].split(' ')) {
      const target = copy[2] === './' ? join(image, source) : join(image, copy[2]);
      cpSync(join(root, source), target, { recursive: true });
    }
  }
  const install = /^RUN npm (ci [^&]+)&&/.exec(line);
  if (install?.[1] !== undefined) {
    const done = spawnSync('npm', install[1].trim().split(' '), { cwd: image, encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  }
}
