import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factName, SUM_OF_FACTS } from '../../../src/audit-log/facts/fact-commitments.ts';
import { type FactsMember, StandingFacts } from '../../../src/audit-log/facts/standing-facts.ts';
import type { CommittedFact } from '../../../src/audit-log/ports.ts';
import { FactTrail } from '../../../src/audit-log/verifying/verify-facts.ts';
import { Findings } from '../../../src/audit-log/verifying/verify-findings.ts';
import { canonicalJson } from '../../../src/encoding/canonical-json.ts';

/** A store and the entries that led to it. */
class Story {
  readonly leaves: Buffer[] = [];
  store: ReadonlyMap<string, CommittedFact> = new Map();

  change(key: string, value: string | undefined, more: object = {}): FactsMember {
    const facts = new StandingFacts(this.store);
    const told = facts.change([
      { kind: 'stop', key, value: value === undefined ? undefined : Buffer.from(value) },
    ]);
    const store = new Map(this.store);
    for (const { kind, key: name, value: stands, salt = Buffer.alloc(0) } of facts.changes()) {
      if (stands === undefined) store.delete(factName({ kind, key: name }));
      else store.set(factName({ kind, key: name }), { kind, key: name, value: stands, salt });
    }
    this.store = store;
    this.leaves.push(
      Buffer.from(canonicalJson({ kind: 'policies', code: 'suspend', facts: { ...told }, ...more })),
    );
    return told;
  }

  async findings(store = this.store): Promise<readonly string[]> {
    const findings = new Findings();
    const trail = new FactTrail(findings);
    for (const [index, leaf] of this.leaves.entries()) trail.add(index, leaf);
    await trail.finish(
      {
        committedFacts: () => [...store.values()].filter(({ kind }) => kind !== SUM_OF_FACTS.kind),
        fact: (kind, key) => store.get(factName({ kind, key }))?.value,
      },
      (sha256) => (sha256 === 'kept' ? undefined : `no set ${sha256}`),
    );
    return findings.sentences();
  }
}

test('what entries put and did not drop stands, and nothing else', async () => {
  const story = new Story();
  story.change('a', '1');
  story.change('a', '2', { agreement: 'DSA-2026-014' });
  story.change('b', '1');
  story.change('b', undefined);
  assert.deepEqual(await story.findings(), []);
  const without = new Map(story.store);
  without.delete(factName({ kind: 'stop', key: 'a' }));
  assert.deepEqual((await story.findings(without)).slice(0, 1), [
    'a fact that entry 1 (policies, suspend, DSA-2026-014) put into the store is gone or was changed',
  ]);
});

test('entries that do not fit one another are named', async () => {
  const story = new Story();
  const first = story.change('a', '1');
  story.leaves.push(
    Buffer.from(canonicalJson({ kind: 'hold', facts: { ...first, count: 2 } })),
    Buffer.from(
      canonicalJson({ kind: 'hold', facts: { count: 1, sum: first.sum, dropped: ['A'.repeat(43)] } }),
    ),
  );
  assert.deepEqual(await story.findings(), [
    'entry 1 puts a fact that stands already',
    'entry 1 sums up other facts than those that the entries up to it name',
    'entry 2 drops a fact that does not stand',
  ]);
});

test('a policy set that is not kept whole is named by the entry that took it up', async () => {
  const story = new Story();
  story.leaves.push(
    Buffer.from(canonicalJson({ kind: 'policies', policies: 'kept' })),
    Buffer.from(canonicalJson({ kind: 'policies', policies: 'lost' })),
    Buffer.from(canonicalJson({ kind: 'policies', policies: 'of no files', code: 'suspend' })),
  );
  assert.deepEqual(await story.findings(), ['the policy set that entry 1 names: no set lost']);
});

test('a log whose entries say nothing of facts is passed over', async () => {
  const story = new Story();
  const fact = { kind: 'stop', key: 'a', value: Buffer.from('1'), salt: Buffer.alloc(0) };
  story.leaves.push(Buffer.from(canonicalJson({ kind: 'heartbeat' })));
  assert.deepEqual(await story.findings(new Map([[factName(fact), fact]])), []);
});
