/** A real log with one exchange in it, and the parts that evidence about it is made of. */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { openSqliteReader } from '../../src/adapters/storage/sqlite/sqlite-reader.ts';
import type { EvidenceParts } from '../../src/audit-log/proving/evidence.ts';
import type { OpenRow } from '../../src/audit-log/proving/evidence-openings.ts';
import { openSealedRow, readSealedRow } from '../../src/audit-log/sealing/sealed-row.ts';
import { releasedDraft, sentDraft } from './drafts.ts';
import { startLocalLog } from './local-log.ts';
import { type LogFolder, logFolder } from './log-folder.ts';

export const AGREEMENT_TEXT = Buffer.from('agreement: DSA-2026-014\nversion: 3\n');
export const EXCHANGE = '0198c1f0-7b1c-7aaa-8000-5d1f0c8b2a11';
export const BODY = Buffer.from('{"badgeNumber":"ZZ9Z01"}');

export interface SampleEvidence {
  readonly folder: LogFolder;
  readonly parts: EvidenceParts;
  /** Header value of the receipt of the `released` entry. */
  readonly receipt: string;
  remove(): void;
}

function hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Two exchanges, of which one is `EXCHANGE`, sent and released. */
export async function sampleEvidence(): Promise<SampleEvidence> {
  const folder = logFolder();
  const local = await startLocalLog(folder, { publishDelayMs: 1 });
  const agreement = { id: 'DSA-2026-014', version: 3, sha256: hex(AGREEMENT_TEXT) };
  let receipt = '';
  for (const exchange of ['0198c1f0-7b1c-7aaa-8000-000000000001', EXCHANGE]) {
    const draft = sentDraft(exchange, Date.now());
    const sent = await local.log.append({ ...draft, facts: { ...draft.facts, agreement } });
    const answer = releasedDraft(exchange, Date.now(), sent.leafHash);
    const sealed = {
      ...{ subjects: answer.sealed.subjects ?? [], named: sent.commitments },
      bodySha256: createHash('sha256').update(BODY).digest(),
    };
    const released = await local.log.append({ ...answer, facts: { ...answer.facts, agreement }, sealed });
    receipt = released.header();
  }
  await wait(20);
  await local.close();
  const reader = openSqliteReader(folder.storeFile);
  const keys = [folder.keys.sealing.sealing, ...folder.keys.olderSealing];
  const openRow: OpenRow = ({ sealed, leaf }) => {
    if (sealed === undefined) return undefined;
    const row = readSealedRow(sealed);
    const words = openSealedRow(row, JSON.parse(Buffer.from(leaf).toString()), (id) =>
      keys.find((key) => key.id === id),
    );
    return { row, words };
  };
  const parts: EvidenceParts = {
    ...{ reader, sees: 'all', openRow, now: () => Date.parse('2026-11-23T12:00:00Z') },
    keys: { checkpoint: folder.keys.checkpoint.verifierKey, receipts: folder.keys.receipts.verifierKey },
    agreementFiles: async (_policies, sha256) =>
      sha256 === agreement.sha256 ? [{ sha256, bytes: AGREEMENT_TEXT }] : undefined,
  };
  return {
    ...{ folder, parts, receipt },
    remove() {
      reader.close();
      folder.remove();
    },
  };
}
