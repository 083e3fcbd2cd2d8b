import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PROJECT } from '../../demo/gateway.ts';
import { readSignIns, runPaths } from '../../demo/run-folder.ts';
import { send } from '../../demo/shared-request.ts';
import { TRAINEE } from '../../demo/staff.ts';
import { tokenFor } from '../../demo/token.ts';
import { ANY_PORTS, startWorld, type World } from '../../demo/world.ts';
import { loadPolicyFolder } from '../../src/adapters/policies/policy-folder.ts';
import type { Agreement, Example } from '../../src/domain/agreement.ts';
import type { PolicySet } from '../../src/domain/policy-set.ts';

/** Every scalar of a JSON value by its name with dots, arrays passed through. */
function collect(value: unknown, name: string, found: Map<string, string[]>): Map<string, string[]> {
  if (Array.isArray(value)) for (const element of value) collect(element, name, found);
  else if (typeof value === 'object' && value !== null) {
    for (const [member, inner] of Object.entries(value))
      collect(inner, name === '' ? member : `${name}.${member}`, found);
  } else found.set(name, [...(found.get(name) ?? []), String(value)]);
  return found;
}

describe('the world of the demo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sharing-demo-'));
  const squatter: Server = createServer();
  let busy = 0;
  let world: World;
  let policies: PolicySet;

  before(async () => {
    squatter.listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    busy = typeof address === 'object' && address !== null ? address.port : 0;
    world = await startWorld(folder, { ...ANY_PORTS, gateway: busy });
    policies = await loadPolicyFolder(runPaths(folder).policies);
  });
  after(async () => {
    await world?.close();
    squatter.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('picks another port where one is busy, and says so', () => {
    const port = new URL(world.gateway).port;
    assert.deepEqual(world.moved, [`port ${busy} is busy: the gateway is at port ${port} instead`]);
  });

  it('fills in addresses, asks for no key, and changes nothing else of the policies', async () => {
    const samples = await loadPolicyFolder(join(PROJECT, 'policies'));
    assert.deepEqual(
      policies.agreements.map(({ id, version, sha256 }) => ({ id, version, sha256 })),
      samples.agreements.map(({ id, version, sha256 }) => ({ id, version, sha256 })),
    );
    for (const [id, { upstream, callersProveKey, ...rest }] of policies.datasets) {
      const { upstream: before, callersProveKey: sampled, ...same } = samples.datasets.get(id)!;
      // Each step can be repeated with curl, which makes no proofs.
      assert.deepEqual([callersProveKey, sampled], [false, true]);
      assert.equal(JSON.stringify(rest), JSON.stringify(same));
      assert.match(upstream.address, /^http:\/\/127\.0\.0\.1:/);
      assert.equal(upstream.timeoutMs, before.timeoutMs);
    }
  });

  it('lets every example of every agreement come out as the agreement says', async () => {
    for (const agreement of policies.agreements) {
      for (const example of agreement.examples) await comesOut(agreement, example);
    }
  });

  async function comesOut(agreement: Agreement, example: Example): Promise<void> {
    const at = `${agreement.id}: ${example.name}`;
    const operations = policies.datasets.get(agreement.dataset)?.operations;
    const operation = operations?.get(example.asksTo);
    const staff = world.signIns.organisations.find(({ organisation }) => organisation === agreement.consumer);
    const isEmployed = staff?.staff.some(({ role }) => role === example.as) === true;
    const as = {
      as: 'person',
      who: isEmployed ? example.as : TRAINEE,
      system: agreement.systems[0],
      at: agreement.consumer,
    };
    const headers: Record<string, string> = { 'Exchange-Purpose': agreement.purpose };
    if (example.reason !== undefined) headers['Exchange-Reason'] = example.reason;
    if (example.caseReference !== undefined) headers['Exchange-Case-Reference'] = example.caseReference;
    const answer = await send(
      {
        method: 'POST',
        url: `${world.gateway}/${agreement.dataset}/ask/${operation?.slug}`,
        as,
        headers,
        body: JSON.stringify(Object.fromEntries(example.using)),
      },
      { Authorization: `Bearer ${await tokenFor(as, world.signIns)}` },
    );
    if (example.answer === 'refused') {
      assert.equal(answer.status, 403, `${at}: ${answer.body}`);
      const { type } = JSON.parse(answer.body) as { type: string };
      assert.equal(type, `/problems/${example.because?.replaceAll(' ', '-')}`, at);
      return;
    }
    assert.equal(answer.status, 200, `${at}: ${answer.body}`);
    const record = operation?.recordPath.reduce<unknown>(
      (value, name) => (value as Record<string, unknown>)[name],
      JSON.parse(answer.body),
    );
    const seen = collect(record, '', new Map());
    for (const [name, value] of example.theySee) assert.ok(seen.get(name)?.includes(value), `${at}: ${name}`);
    for (const name of example.theyDoNotSee) {
      assert.ok(
        ![...seen.keys()].some((one) => one === name || one.startsWith(`${name}.`)),
        `${at}: ${name}`,
      );
    }
  }

  it('says whom a token can be had for where the command names nobody, or several', async () => {
    const none = { as: 'person', who: 'astronaut', system: undefined, at: undefined };
    await assert.rejects(
      tokenFor(none, world.signIns),
      /there is no person astronaut; choose one of:\n {2}"/,
    );
    await assert.rejects(tokenFor({ ...none, who: TRAINEE }, world.signIns), /more than one person trainee/);
    await assert.rejects(tokenFor({ ...none, as: 'system', who: 'moon' }, world.signIns), /no system moon/);
  });

  it('will not take the folder of a demo that runs', async () => {
    await assert.rejects(startWorld(folder, ANY_PORTS), /a demo runs in .* already/);
  });

  it('leaves nothing running behind, and no key of a system', async () => {
    await world.close();
    assert.throws(() => readSignIns(folder), /no demo runs here/);
    const addresses = [
      world.gateway,
      world.operations,
      ...world.partners.map(({ partner }) => partner.origin),
    ];
    for (const address of addresses) await assert.rejects(fetch(address), address);
  });
});
