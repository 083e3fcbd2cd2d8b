/** Facts of one log that two gateways change: no change overtakes another, and what entries say of the facts is true of both. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openPostgresStore, type PostgresStore } from '../../src/adapters/storage/postgres/postgres-store.ts';
import { checkStandingFacts } from '../../src/audit-log/facts/standing-facts-check.ts';
import type { StandingFact } from '../../src/audit-log/ports.ts';
import { FactTrail } from '../../src/audit-log/verifying/verify-facts.ts';
import { Findings } from '../../src/audit-log/verifying/verify-findings.ts';
import { EntryFrame } from '../../src/audit-log/writing/entry-frame.ts';
import type { MessageFromWriter } from '../../src/audit-log/writing/log-messages.ts';
import { LogWriter } from '../../src/audit-log/writing/log-writer.ts';
import { noteLeaf } from '../../src/audit-log/writing/note-leaf.ts';
import { logFolder } from '../support/log-folder.ts';
import { postgresServer } from '../support/postgres-server.ts';
import { SAMPLE_ORIGIN, uuid } from '../support/sample-log.ts';

const server = await postgresServer();
const folder = logFolder();
after(async () => {
  folder.remove();
  await server.stop();
});

interface Gateway {
  readonly store: PostgresStore;
  /** Changes one fact, or none; resolves to what the writer said. */
  change(fact?: StandingFact): Promise<MessageFromWriter['type']>;
}

async function gateway(address: string, instance: string, run: number): Promise<Gateway> {
  const place = { origin: SAMPLE_ORIGIN, instance, epoch: uuid(4, run) };
  const store = await openPostgresStore(address, place);
  const writer = new LogWriter({
    ...{ store, receipts: folder.keys.receipts, place, state: await store.state() },
    onCommitted: () => undefined,
    onPoisoned: (error) => assert.fail(error),
  });
  return {
    store,
    change: (fact) =>
      new Promise((resolve) => {
        const frame = new EntryFrame();
        const leaf = noteLeaf(place, 'heartbeat', Date.now(), {});
        frame.add('heartbeat', undefined, Date.now(), leaf, Buffer.alloc(0), 0);
        const facts = fact === undefined ? undefined : new Map([[0, [fact]]]);
        const message = { type: 'append', frame: frame.take(), count: 1, limits: undefined, facts } as const;
        writer.enqueue(message, ({ type }) => resolve(type));
        writer.commitWaiting();
      }),
  };
}

const stop = (value: string, replaces: string | undefined): StandingFact => ({
  ...{ kind: 'stop', key: 'DSA-2026-014', value: Buffer.from(value) },
  replaces: replaces === undefined ? 'nothing' : Buffer.from(replaces),
});

test('of two changes that were made from the same fact one is stored, and entries of both gateways sum up what stands', async () => {
  const address = server.address(await server.createDatabase());
  const one = await gateway(address, 'gateway-1', 1);
  const other = await gateway(address, 'gateway-2', 2);
  const both = [one, other] as const;
  let value: string | undefined;
  for (let round = 0; round < 10; round += 1) {
    const said = await Promise.all(both.map(({ change }, nth) => change(stop(`${round} by ${nth}`, value))));
    assert.deepEqual([...said].sort(), ['durable', 'not-stored']);
    value = `${round} by ${said.indexOf('durable')}`;
    const [fact] = await one.store.facts('stop');
    assert.equal(String(Buffer.from(fact?.value ?? [])), value);
    assert.deepEqual(await Promise.all(both.map(({ change }) => change())), ['durable', 'durable']);
  }
  const findings = new Findings();
  const trail = new FactTrail(findings);
  for (const { index, leaf } of await one.store.entries(0, 1000)) trail.add(index, leaf);
  const fact = async (kind: string) => (await one.store.facts(kind))[0]?.value;
  await trail.finish({ committedFacts: () => one.store.committedFacts(), fact }, undefined);
  assert.deepEqual(findings.sentences(), []);
  assert.deepEqual(await checkStandingFacts(other.store), []);
  await Promise.all(both.map(({ store }) => store.close()));
});
