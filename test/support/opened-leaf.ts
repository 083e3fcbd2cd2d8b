/** Leaf and sealed row of a draft, as the gateway thread makes them. */

import type { Sealer } from '../../src/audit-log/sealing/sealer.ts';
import { LeafRenderer } from '../../src/audit-log/writing/leaf-text.ts';
import type { LogPlace } from '../../src/audit-log/writing/log-place.ts';
import type { EntryDraft } from '../../src/domain/audit-entry.ts';
import { ORIGIN } from './log-folder.ts';

export const PLACE: LogPlace = {
  origin: ORIGIN,
  instance: 'gateway-1',
  epoch: '0198c1f0-0000-4000-8000-000000000001',
};

export function sealedEntry(sealer: Sealer, draft: EntryDraft) {
  const bodySalt = sealer.seal(draft);
  const { head, tail } = new LeafRenderer(PLACE).render(draft, sealer.commitments);
  return {
    leaf: JSON.parse(`${head}1${tail}`),
    row: Buffer.from(sealer.row.subarray(0, sealer.rowBytes)),
    bodySalt,
  };
}
