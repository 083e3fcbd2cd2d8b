/** A real audit store with a story in it, for tests that read, verify or spoil one: no gateway needed. */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { openSqliteStore } from '../../src/adapters/storage/sqlite/sqlite-store.ts';
import type { StoredEntry } from '../../src/audit-log/ports.ts';
import { canonicalJson, type Json } from '../../src/encoding/canonical-json.ts';
import { formatCheckpoint } from '../../src/merkle/checkpoint.ts';
import { CompactRange } from '../../src/merkle/compact-range.ts';
import { leafHash } from '../../src/merkle/hash.ts';
import { formatSignedNote, type VerifierKey, verifierKey } from '../../src/merkle/signed-note.ts';

export const SAMPLE_ORIGIN = 'gateway.northmere.example/audit/2026h2';

export interface NoteKey {
  readonly key: VerifierKey;
  sign(text: string): string;
}

/** A throwaway Ed25519 key that signs notes. */
export function noteKey(name = SAMPLE_ORIGIN): NoteKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const key = verifierKey(name, rawPublicKey(publicKey));
  return {
    key,
    sign: (text) =>
      formatSignedNote(text, [{ name, id: key.id, signature: sign(null, Buffer.from(text), privateKey) }]),
  };
}

type Members = Readonly<Record<string, Json | undefined>>;

const START_MS = Date.parse('2026-11-23T09:00:00.000Z');

/** Makes entries one after the other, each with the next index, seq and millisecond. */
export class SampleEntries {
  readonly #range = new CompactRange();
  #seq = 0;
  #epoch = 0;

  get size(): number {
    return this.#range.size;
  }

  roots(): readonly Uint8Array[] {
    return this.#range.roots();
  }

  root(): Uint8Array {
    return this.#range.root();
  }

  get seq(): number {
    return this.#seq;
  }

  get atMs(): number {
    return START_MS + this.size - 1;
  }

  begin(): StoredEntry {
    this.#epoch += 1;
    this.#seq = 0;
    return this.next('started', { versions: { gateway: '0.1.0', node: '26.0.0' } });
  }

  next(kind: string, members: Members): StoredEntry {
    this.#seq += 1;
    const index = this.size;
    const atMs = START_MS + index;
    const own = {
      v: 1,
      kind,
      log: SAMPLE_ORIGIN,
      instance: 'gateway-1',
      epoch: uuid(9, this.#epoch),
      seq: this.#seq,
      at: new Date(atMs).toISOString(),
    };
    const leaf = Buffer.from(canonicalJson({ ...own, ...members }));
    const hash = leafHash(leaf);
    this.#range.append(hash);
    const exchange = typeof members['exchange'] === 'string' ? members['exchange'] : undefined;
    const sealed = exchange === undefined ? undefined : Buffer.from(`sealed row of entry ${index}`);
    return { index, leaf, leafHash: hash, kind, exchange, atMs, sealed };
  }

  /** An exchange that is sent and released in so many parts. */
  exchange(number: number, parts = 1): StoredEntry[] {
    const exchange = uuid(7, number);
    const sent = this.next('sent', { exchange, ...FACTS });
    const entries = [sent];
    for (let part = 1; part <= parts; part += 1) {
      const last = part === parts;
      entries.push(
        this.next('released', { exchange, ...FACTS, ...ANSWER, part, last, sent: base64(sent.leafHash) }),
      );
    }
    return entries;
  }

  refused(number: number): StoredEntry {
    return this.next('refused', {
      exchange: uuid(7, number),
      ...FACTS,
      code: 'role-not-agreed',
      after: 'decision',
    });
  }
}

const FACTS = {
  agreement: { id: 'DSA-2026-014', version: 3, sha256: 'ab'.repeat(32) },
  auth: { issuer: 'https://login.southfen.example', method: 'bearer', second_factor: true },
  basis: { consumer: '6(1)(e)', provider: '6(1)(e)' },
  consumer: 'southfen-council',
  dataset: 'blue-badge',
  emergency: false,
  lookups: ['badge number'],
  operation: 'look up one badge',
  person: { assurance: 'proved', c: commitment('person') },
  policies: 'cd'.repeat(32),
  provider: 'northmere-council',
  purpose: 'check a parking concession',
  system: 'southfen-parking',
};

const ANSWER = {
  body: commitment('body'),
  bytes: 231,
  fields: ['badgeNumber', 'statusCode'],
  records: 1,
  status: 200,
  subjects: { count: 1, root: base64(leafHash(Buffer.from('subject'))) },
  upstream: { ms: 41, status: 200 },
  withheld: 12,
};

export interface SampleLog {
  readonly file: string;
  readonly signer: NoteKey;
  /** Text of the head file. */
  readonly head: string;
  readonly size: number;
}

/** Writes a log of `exchanges` exchanges in two runs into `file`, a checkpoint every so many commits. */
export function writeSampleLog(
  file: string,
  exchanges: number,
  checkpointEvery = 8,
  signer = noteKey(),
): SampleLog {
  const store = openSqliteStore(file);
  const entries = new SampleEntries();
  let head = '';
  const commit = (batch: readonly StoredEntry[]): void => {
    const state = { size: entries.size, range: entries.roots(), seq: entries.seq, newestAtMs: entries.atMs };
    store.commit([], () => ({ entries: batch, state, counters: [], facts: [] }));
  };
  const publish = (): void => {
    const { size } = entries;
    head = signer.sign(formatCheckpoint({ origin: SAMPLE_ORIGIN, size, root: entries.root() }));
    store.putCheckpoint(size, head);
  };
  for (let number = 0; number < exchanges; number += 1) {
    if (number === 0 || number === Math.floor(exchanges / 2)) commit([entries.begin()]);
    commit(number % 7 === 3 ? [entries.refused(number)] : entries.exchange(number, 1 + (number % 3)));
    if (number % checkpointEvery === checkpointEvery - 1) publish();
  }
  if (exchanges % checkpointEvery !== 0) publish();
  store.close();
  return { file, signer, head, size: entries.size };
}

/** A UUID that only tests can have: its first digits are the number. */
export function uuid(version: number, number: number): string {
  return `${number.toString(16).padStart(8, '0')}-0000-${version}000-8000-000000000000`;
}

function commitment(of: string): string {
  return createHash('sha256').update(of).digest('base64url');
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function rawPublicKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
}
