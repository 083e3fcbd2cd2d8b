/**
 * Measures how long policy files take to read, what they cost in memory and whether decisions stay as quick however many
 * agreements there are: `npm run bench:policies`, or with numbers of agreements of one's own.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { AgreementFiles } from '../src/adapters/policies/agreement-files.ts';
import { NO_SIGNATURES } from '../src/adapters/policies/agreement-signatures.ts';
import type { PolicyFile } from '../src/adapters/policies/policy-files.ts';
import { readPolicyFiles } from '../src/adapters/policies/policy-files.ts';
import type { Agreement } from '../src/domain/agreement.ts';
import type { Asked } from '../src/domain/asked.ts';
import type { Caller } from '../src/domain/caller.ts';
import { decide } from '../src/domain/decision.ts';
import { type PolicySet, policySet } from '../src/domain/policy-set.ts';
import { figure, markdownTable } from './table.ts';

const SAMPLES = join(import.meta.dirname, '../policies');
const SIZES = [10, 1_000, 10_000];
/** Agreements that one consumer has on one dataset. */
const EACH = 10;
const DECISIONS = 100_000;
/** Agreements that are asked in turn, from everywhere in the set. */
const ASKED = 10;
const NOON = Date.parse('2026-11-23T12:00:00Z');

interface Measured {
  readonly agreements: number;
  readonly megabytes: number;
  readonly yamlSeconds: number;
  readonly readSeconds: number;
  readonly againSeconds: number;
  readonly heapMegabytes: number;
  readonly permitMicroseconds: number;
  readonly refuseMicroseconds: number;
}

function printTable(): void {
  const given = process.argv
    .slice(2)
    .map(Number)
    .filter((one) => one > 0);
  const rows = (given.length > 0 ? given : SIZES).map((count) => cells(measureAlone(count)));
  console.log(markdownTable(HEAD, rows));
  console.log('\nTimes are of one core (CPU seconds). "YAML" is the parser alone over the same agreements.');
  console.log(
    `Each consumer has ${EACH} agreements on the dataset; each decision is the mean of ${figure(DECISIONS)}, ${ASKED} agreements in turn.`,
  );
}

const HEAD = [
  'agreements',
  'files MB',
  'YAML s',
  'read s',
  'one changed s',
  'heap MB',
  'permit µs',
  'refuse µs',
];

function cells(one: Measured): string[] {
  const { agreements, ...rest } = one;
  return [agreements.toLocaleString('en-GB'), ...Object.values(rest).map(figure)];
}

/** In a process of its own, so that one size leaves nothing behind in memory for the next. */
function measureAlone(count: number): Measured {
  const run = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--expose-gc', import.meta.filename, `--measure=${count}`],
    { encoding: 'utf8', maxBuffer: 1 << 20 },
  );
  assert.equal(run.status, 0, run.stderr);
  const measured: Measured = JSON.parse(run.stdout);
  return measured;
}

function measure(count: number): Measured {
  const files = inventFiles(count);
  const texts = files.filter(({ folder }) => folder === 'agreements').map(({ bytes }) => String(bytes));
  const agreements = new AgreementFiles();
  const before = heap();
  const read = timed(() => readPolicyFiles(files, NO_SIGNATURES, agreements));
  assert.deepEqual(read.value.mistakes, []);
  const heapMegabytes = (heap() - before) / 1e6;
  const changed = files.map((file, at) =>
    at === files.length - 1 ? { ...file, bytes: Buffer.from(`${file.bytes}\n`) } : file,
  );
  const again = timed(() => readPolicyFiles(changed, NO_SIGNATURES, agreements));
  const yaml = timed(() => {
    for (const text of texts) parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: false });
  });
  const policies = signed(read.value.policies);
  return {
    agreements: count,
    megabytes: texts.reduce((sum, text) => sum + text.length, 0) / 1e6,
    yamlSeconds: yaml.seconds,
    readSeconds: read.seconds,
    againSeconds: again.seconds,
    heapMegabytes,
    permitMicroseconds: decisions(policies, 'permit'),
    refuseMicroseconds: decisions(policies, 'refuse'),
  };
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function timed<Value>(run: () => Value): { readonly value: Value; readonly seconds: number } {
  const before = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(before);
  return { value, seconds: (user + system) / 1e6 };
}

/** As if both parties had signed every agreement: only then is there anything to decide. */
function signed({ organisations, datasets, agreements, sha256 }: PolicySet): PolicySet {
  return policySet(
    [...organisations.values()],
    [...datasets.values()],
    agreements.map((agreement) => ({ ...agreement, signedByBoth: true })),
    sha256,
  );
}

/** Mean microseconds of a decision. */
function decisions(policies: PolicySet, effect: 'permit' | 'refuse'): number {
  const { agreements } = policies;
  const asked = Array.from({ length: ASKED }, (_, at) => {
    const agreement = agreements[Math.floor((at * agreements.length) / ASKED)];
    assert.ok(agreement);
    return { caller: callerOf(agreement), asked: askedOf(agreement, effect === 'permit') };
  });
  const decideAll = (times: number): void => {
    for (let at = 0; at < times; at += 1) {
      const one = asked[at % asked.length];
      if (one !== undefined) seen = decide(one.caller, one.asked, policies, NOON, () => undefined).effect;
      assert.equal(seen, effect);
    }
  };
  let seen = '';
  decideAll(DECISIONS / 10);
  return (timed(() => decideAll(DECISIONS)).seconds * 1e6) / DECISIONS;
}

function callerOf({ consumer, systems, roles }: Agreement): Caller {
  return {
    organisation: consumer,
    system: systems[0] ?? '',
    actsForNamedPerson: 'always',
    person: { id: 'staff-1001', assurance: 'proved' },
    roles: roles.slice(0, 1),
    issuer: 'https://login.example',
    method: 'bearer',
    senderProved: true,
    secondFactor: true,
    tokenId: 'token-1',
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

function askedOf({ dataset, purpose, reasonsAllowed }: Agreement, isAllowed: boolean): Asked {
  return {
    dataset,
    target: { kind: 'ask', operation: 'look-up-one-badge', lookups: new Map([['badge number', 'ZZ9Z01']]) },
    purpose,
    reason: isAllowed ? reasonsAllowed[0] : 'curiosity',
    caseReference: 'PCN-0001',
    emergency: undefined,
    statedPerson: undefined,
    callerReference: undefined,
  };
}

/** The sample agreement on Blue Badges again and again, between the sample provider and as many districts as it takes. */
function inventFiles(count: number): PolicyFile[] {
  const around = (['organisations', 'datasets'] as const).flatMap((folder) =>
    readdirSync(join(SAMPLES, folder)).map((name) => ({
      folder,
      name,
      bytes: readFileSync(join(SAMPLES, folder, name)),
    })),
  );
  const district = textOf('organisations/westhaven-district-council.yaml');
  const kerbside = textOf('agreements/DSA-2026-014-v3-blue-badge-kerbside.yaml');
  const districts = Math.ceil(count / EACH);
  return [
    ...around,
    ...Array.from({ length: districts }, (_, at) =>
      file('organisations', `${named(at)}.yaml`, district.replaceAll('westhaven', named(at))),
    ),
    ...Array.from({ length: count }, (_, at) => {
      const text = kerbside
        .replaceAll('westhaven', named(Math.floor(at / EACH)))
        .replace('DSA-2026-014', `DSA-2026-${String(100_000 + at)}`)
        .replace('purpose: parking enforcement', `purpose: parking enforcement ${at % EACH}`);
      return file('agreements', `${at}.yaml`, text);
    }),
  ];
}

function named(at: number): string {
  return `district${at}`;
}

function textOf(path: string): string {
  return readFileSync(join(SAMPLES, path), 'utf8');
}

function file(folder: PolicyFile['folder'], name: string, text: string): PolicyFile {
  return { folder, name, bytes: Buffer.from(text) };
}

const [size] = process.argv
  .slice(2)
  .filter((one) => one.startsWith('--measure='))
  .map((one) => one.slice(10));
if (size === undefined) printTable();
else process.stdout.write(JSON.stringify(measure(Number(size))));
