/** A running log with erasing, holds and retention over it, for tests of what a log keeps. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openSqliteReader, type SqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import { everyEntry } from '../../src/audit-log/finding/candidates.ts';
import { EntriesAbout } from '../../src/audit-log/finding/entries-about.ts';
import { Erasing } from '../../src/audit-log/keeping/erasing.ts';
import type { ErasureList } from '../../src/audit-log/keeping/erasure-list.ts';
import { Holds } from '../../src/audit-log/keeping/holds.ts';
import type { OrderGiver } from '../../src/audit-log/keeping/order-giver.ts';
import { OrdersOfTwo } from '../../src/audit-log/keeping/orders-of-two.ts';
import { Retention } from '../../src/audit-log/keeping/retention.ts';
import type { StartedLog } from '../../src/audit-log/writing/start-log-writer.ts';
import type { EntryDraft, SubjectIdentifier } from '../../src/domain/audit-entry.ts';
import type { Keeping } from '../../src/domain/keeping.ts';
import { openErasuresFile } from '../../src/roof/log/erasures-file.ts';
import { badgeFacts, exchangeId, releasedDraft, sentDraft } from './drafts.ts';
import { type LocalLog, startLocalLog } from './local-log.ts';
import { type LogFolder, logFolder } from './log-folder.ts';

export const SHAH: OrderGiver = { assurance: 'unproved', name: 'R. Shah' };
export const OWUSU: OrderGiver = { assurance: 'unproved', name: 'T. Owusu' };
export const SIX_YEARS: Keeping = { of: () => ({ months: 72 }), least: { months: 72 } };

export function badge(id: string): SubjectIdentifier {
  return { namespace: 'badge number', id };
}

export interface KeptLog extends LocalLog {
  readonly folder: LogFolder;
  readonly reader: SqliteReader;
  /** For a test that changes the file itself. */
  closeReader(): void;
  readonly append: StartedLog['notes']['append'];
  readonly list: ErasureList;
  readonly orders: OrdersOfTwo;
  readonly holds: Holds;
  readonly erasing: Erasing;
  readonly retention: Retention;
  /** What time it is for orders and retention. */
  clock: number;
  keeping: Keeping | undefined;
  /** One exchange that found these people; its id. */
  exchange(found: readonly string[], options?: ExchangeOptions): Promise<string>;
}

export interface ExchangeOptions {
  readonly atMs?: number;
  readonly agreement?: string;
  readonly asked?: string;
  readonly screened?: readonly string[];
}

/** Starts a log in a fresh folder, or goes on in the one that is given. @param atMs instant of its `started` entry. */
export async function keptLog(t: TestContext, atMs = Date.now(), folder = logFolder()): Promise<KeptLog> {
  const local = await startLocalLog(folder, { now: () => atMs });
  const reader = openSqliteReader(folder.storeFile);
  let closed = false;
  t.after(() => {
    if (!closed) reader.close();
    folder.remove();
  });
  const append: StartedLog['notes']['append'] = (...note) => local.log.appendNote(...note);
  const own = { clock: Date.now(), keeping: SIX_YEARS as Keeping | undefined };
  const upkeep = upkeepOver(folder, reader, append, own);
  return Object.assign(own, {
    ...local,
    ...upkeep,
    ...{ folder, reader, append },
    closeReader() {
      closed = true;
      reader.close();
    },
    exchange: (found: readonly string[], options: ExchangeOptions = {}) => exchange(local, found, options),
  });
}

/** Erasing, holds and retention over a log that runs. */
export function upkeepOver(
  folder: LogFolder,
  reader: SqliteReader,
  append: StartedLog['notes']['append'],
  own: { readonly clock: number; readonly keeping: Keeping | undefined },
) {
  const tagKeys = [folder.keys.sealing.subjectTags];
  const [now, keeping] = [() => own.clock, () => own.keeping];
  const orders = new OrdersOfTwo({ tagKeys, fact: (kind, key) => reader.fact(kind, key), now });
  const holds = new Holds({ tagKeys, log: reader, append, orders, now });
  const list = openErasuresFile(join(folder.path, 'erasures'));
  const entriesAbout = new EntriesAbout({ log: reader, visit: everyEntry(reader), tagKeys });
  const parts = { holds, append, keeping, now };
  const erasing = new Erasing({ ...parts, entriesAbout, orders, list });
  const retention = new Retention({ ...parts, log: reader });
  return { list, orders, holds, erasing, retention };
}

export async function exchange(
  { log }: Pick<LocalLog, 'log'>,
  found: readonly string[],
  { atMs = Date.now(), agreement, asked = 'ZZ9Z99', screened }: ExchangeOptions = {},
): Promise<string> {
  const id = exchangeId(atMs);
  const facts = badgeFacts(id, atMs);
  const under: Pick<EntryDraft, 'facts'> = {
    facts:
      agreement === undefined
        ? facts
        : { ...facts, agreement: { id: agreement, version: 1, sha256: 'ab'.repeat(32) } },
  };
  const sent = sentDraft(id, atMs);
  const { leafHash } = await log.append({
    ...sent,
    ...under,
    sealed: { ...sent.sealed, asked: [badge(asked)] },
  });
  const released = releasedDraft(id, atMs, leafHash);
  const sealed = {
    named: { person: undefined, caseReference: undefined, token: undefined },
    subjects: found.map(badge),
    ...(screened === undefined ? {} : { screened: { conditions: 0, people: screened.map(badge) } }),
  };
  await log.append({ ...released, ...under, sealed });
  return id;
}

/** Runs retention with nothing else in turn. */
export function alone<Done>(work: () => Promise<Done>): Promise<Done> {
  return work();
}
