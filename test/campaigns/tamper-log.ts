/** A real log to tamper with: two runs, several hundred entries in batches, many checkpoints, facts that come, change and go. */
import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256OfFiles } from '../../src/adapters/policies/policy-files.ts';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { verifyLog } from '../../src/audit-log/verifying/verifier.ts';
import type { VerifierKey } from '../../src/merkle/signed-note.ts';
import { factsOfSet, faultOfKeptSet } from '../../src/roof/policies/kept-policies.ts';
import { exchangeId, releasedDraft, sentDraft } from '../support/drafts.ts';
import { type LocalLog, startLocalLog } from '../support/local-log.ts';
import { type LogFolder, logFolder } from '../support/log-folder.ts';

const GROUPS = 12;
const EXCHANGES_OF_A_GROUP = 13;
const LISTED = 'protected-added';

export interface TamperedLog {
  readonly folder: LogFolder;
  /** A store that nobody has touched. */
  readonly whole: string;
  /** The same store as it was after its first run. */
  readonly earlier: string;
  /** The store of another gateway with another key, of about the same size. */
  readonly another: string;
  /** Where a copy is spoiled. */
  readonly spoiled: string;
  readonly key: VerifierKey;
  readonly head: string;
  readonly size: number;
  remove(): void;
}

/** Writes the log. */
export async function tamperedLog(): Promise<TamperedLog> {
  const folder = logFolder();
  const other = logFolder();
  const earlier = join(folder.path, 'earlier.db');
  await writeRun(folder);
  copyFileSync(folder.storeFile, earlier);
  await writeRun(folder);
  await writeRun(other);
  await writeRun(other);
  const reader = openSqliteReader(folder.storeFile);
  const { size } = reader.state();
  reader.close();
  return {
    ...{ folder, whole: folder.storeFile, earlier, another: other.storeFile, size },
    spoiled: join(folder.path, 'spoiled.db'),
    key: folder.keys.checkpoint.verifierKey,
    head: readFileSync(folder.headFile, 'utf8'),
    remove() {
      folder.remove();
      other.remove();
    },
  };
}

/** What `verify` says of a store, sealed rows included. */
export async function findingsOfStore(
  file: string,
  { key, head }: Pick<TamperedLog, 'key' | 'head'>,
): Promise<readonly string[]> {
  const reader = openSqliteReader(file);
  try {
    const keptSetFault = (sha256: string) => faultOfKeptSet(sha256, (kind, name) => reader.fact(kind, name));
    return (await verifyLog(reader, { key, head, keptSetFault, sealedRows: true })).findings;
  } finally {
    reader.close();
  }
}

async function writeRun(folder: LogFolder): Promise<void> {
  const local = await startLocalLog(folder, { publishDelayMs: 1 });
  await takeUpPolicies(local, folder);
  for (let group = 0; group < GROUPS; group += 1) {
    await Promise.all(Array.from({ length: EXCHANGES_OF_A_GROUP }, () => writeExchange(local)));
    await changeFacts(local, group);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await local.close();
}

/** A policy set as the gateway keeps it: an entry that names it, and its files. */
async function takeUpPolicies({ log }: LocalLog, { storeFile }: LogFolder): Promise<void> {
  const reader = openSqliteReader(storeFile);
  const files = (['organisations', 'datasets', 'agreements'] as const).map((part) => ({
    ...{ folder: part, name: `${part}.yaml`, bytes: Buffer.from(`what the file of ${part} says`) },
  }));
  const policies = sha256OfFiles(files);
  const facts = await factsOfSet(policies, files, (kind, key) => reader.fact(kind, key));
  reader.close();
  await log.appendNote('policies', { policies }, facts);
}

async function writeExchange({ log }: LocalLog): Promise<void> {
  const atMs = Date.now();
  const exchange = exchangeId(atMs);
  const sent = await log.append(sentDraft(exchange, atMs));
  await log.append(releasedDraft(exchange, Date.now(), sent.leafHash));
}

/** Each group puts a fact, changes that of the group before it, and drops an older one. */
async function changeFacts({ log }: LocalLog, group: number): Promise<void> {
  const fact = (nth: number, value: string | undefined) => ({
    ...{ kind: 'stop', key: `stop ${nth}` },
    value: value === undefined ? undefined : Buffer.from(value),
  });
  const changes = [fact(group, 'put'), fact(group - 1, 'changed'), fact(group - 3, undefined)];
  await log.appendNote('hold', { code: LISTED }, changes.slice(0, 1 + (group % 3)));
}
