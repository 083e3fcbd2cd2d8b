/** The operations port's orders against loss: a backup is entered in the log, and so are receipts of entries that an older log lost. */
import express, { Router } from 'express';

/** What was copied, as it came: nothing of it is checked yet. */
export interface CopiedLog {
  readonly origin: unknown;
  readonly entries: unknown;
  /** Base64 of the root over them. */
  readonly root: unknown;
}

/** `recorded` once the entry is durable; otherwise what is wrong, in words. */
export type BackupRecorded = { readonly recorded: true } | { readonly wrong: string };

export type RecordBackup = (copied: CopiedLog) => Promise<BackupRecorded>;

/** What became of the lines, or what is wrong with all of them. */
export type ReceiptsAnswer =
  | {
      readonly entered: number;
      readonly known: number;
      readonly wrong: readonly { readonly line: number; readonly why: string }[];
    }
  | { readonly fault: string };

export interface LogBackupParts {
  readonly record: RecordBackup;
  /** As they came: nothing of them is checked yet. */
  readonly enterReceipts: (receipts: unknown, by: unknown) => Promise<ReceiptsAnswer>;
}

const MOST_BYTES = 4096;
/** Some five hundred receipts, each with its leaf. */
const MOST_BYTES_OF_RECEIPTS = 2_097_152;

/** Makes the routes. A form of another site cannot send their type, so no browser can be made to give the orders. */
export function logBackups({ record, enterReceipts }: LogBackupParts): Router {
  const router = Router();
  router.post('/log/backups', express.json({ limit: MOST_BYTES }), async (request, response) => {
    const { origin, entries, root } = Object(request.body);
    const answer = await record({ origin, entries, root });
    response.status('wrong' in answer ? 400 : 200).json(answer);
  });
  router.post(
    '/log/lost-entries',
    express.json({ limit: MOST_BYTES_OF_RECEIPTS }),
    async (request, response) => {
      const { receipts, by } = Object(request.body);
      const answer = await enterReceipts(receipts, by);
      response.status('fault' in answer ? 400 : 200).json(answer);
    },
  );
  return router;
}
