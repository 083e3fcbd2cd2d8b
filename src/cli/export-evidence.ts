/** `export evidence EXCHANGE…`: one zip for a third party, with everything that it needs to check the entries alone. */
import type { Openable } from '../audit-log/proving/evidence-manifest.ts';
import { EVIDENCE_FILES, parseManifest } from '../audit-log/proving/evidence-manifest.ts';
import { fromBase64url } from '../encoding/base64.ts';
import { unzip, type ZippedFile, zip } from '../encoding/zip.ts';
import { leafHash } from '../merkle/hash.ts';
import { askLog, type LogAddress } from './ask-log.ts';
import type { CommandIo } from './command-io.ts';
import type { WriteNewFile } from './prove.ts';
import { checked, InputError } from './verify-verdict.ts';

export interface ExportEvidenceArgs extends LogAddress {
  readonly exchanges: readonly string[];
  readonly open: readonly Openable[];
  /** The file to write. */
  readonly out: string;
  /** Header values of receipts that the party holds, one a line. */
  readonly receipts?: string | undefined;
}

/** Resolves to the exit code. */
export function exportEvidenceCommand(
  { exchanges, open, out, receipts, ...address }: ExportEvidenceArgs,
  io: CommandIo,
  write: WriteNewFile,
): Promise<number> {
  return checked(io, async () => {
    const answer = await askLog(address, '/log/evidence', { exchanges, open });
    const archive = Buffer.from(await answer.arrayBuffer());
    const files = unzip(archive);
    if (files === undefined) throw new InputError('what the gateway sent is no bundle of evidence');
    const added = receipts === undefined ? [] : filesOfReceipts(files, receipts);
    write(out, added.length === 0 ? archive : zip([...files, ...added]));
    io.out(
      `${out}: ${files.length + added.length} files; README.txt in it says what they are and how to check them\n`,
    );
    return 0;
  });
}

/** Each receipt beside the entry that it is for. */
function filesOfReceipts(files: readonly ZippedFile[], receipts: string): ZippedFile[] {
  const hashes = new Map(entriesOf(files));
  const lines = receipts
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.map((line, nth) => {
    const hash = fromBase64url(line)?.subarray(1, 33).toString('hex') ?? '';
    const index = hashes.get(hash);
    if (index === undefined) throw new InputError(`receipt ${nth + 1} is for no entry of these exchanges`);
    return { name: EVIDENCE_FILES.receipt(index), bytes: Buffer.from(`${line}\n`) };
  });
}

function entriesOf(files: readonly ZippedFile[]): [string, number][] {
  const byName = new Map(files.map(({ name, bytes }) => [name, bytes]));
  const manifest = parseManifest(Buffer.from(byName.get(EVIDENCE_FILES.manifest) ?? '').toString());
  return (manifest?.entries ?? []).flatMap((index): [string, number][] => {
    const leaf = byName.get(EVIDENCE_FILES.leaf(index));
    return leaf === undefined ? [] : [[leafHash(leaf).toString('hex'), index]];
  });
}
