/** Entries as JSON lines, as a party reads them and as they are exported: each holds the exact text that was hashed. */
import { toBase64 } from '../../encoding/base64.ts';
import type { LogReader, StoredEntry } from '../ports.ts';
import { partyEntries, type Sees } from './party-entries.ts';
import { proofOfEntry, type SignedCheckpoint } from './proofs.ts';

/** A page of what a reader may see, as lines without proofs. */
export async function linesOfEntries(
  reader: LogReader,
  { sees, from, most, upTo }: { sees: Sees; from: number; most: number; upTo: number },
): Promise<{ readonly lines: string; readonly next: number }> {
  const page = await partyEntries(reader, sees, from, most, upTo);
  let lines = '';
  for (const entry of page.entries) lines += await lineOf(entry, reader, undefined);
  return { lines, next: page.next };
}

/** One line: the leaf is the exact text that was hashed. */
export async function lineOf(
  { index, leaf, leafHash }: StoredEntry,
  reader: LogReader,
  signed: SignedCheckpoint | undefined,
): Promise<string> {
  const proof = signed && (await proofOfEntry(reader, index, signed));
  const line = { index, leaf_hash: toBase64(leafHash), leaf: Buffer.from(leaf).toString(), proof };
  return `${JSON.stringify(line)}\n`;
}
