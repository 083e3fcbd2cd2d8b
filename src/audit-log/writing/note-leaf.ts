/** Leaves of the gateway's own entries (docs/formats/leaf.md): starts, stops, policy changes, reads and the like. */
import type { EntryKind } from '../../domain/audit-entry.ts';
import { GatewayError } from '../../domain/gateway-error.ts';
import { leafFault } from '../../domain/leaf.ts';
import { canonicalJson, type Json } from '../../encoding/canonical-json.ts';
import { instantText } from './instant-text.ts';
import type { LeafText } from './leaf-text.ts';
import type { LogPlace } from './log-place.ts';

/** The members that the kind has beside those of every leaf. */
export type NoteMembers = Readonly<Record<string, Json | undefined>>;

/**
 * The leaf around its `seq`.
 *
 * @throws {GatewayError} `internal-error` for members that leaves of this kind do not have.
 */
export function noteLeaf(place: LogPlace, kind: EntryKind, atMs: number, members: NoteMembers): LeafText {
  const { origin, instance, epoch } = place;
  const own = { v: 1, kind, log: origin, instance, epoch, at: instantText(atMs) };
  const whole = canonicalJson({ ...members, ...own, seq: 1 });
  const fault = leafFault(JSON.parse(whole));
  if (fault !== undefined)
    throw new GatewayError('internal-error', `an entry cannot be written: its leaf ${fault}`);
  // A quote inside a text is escaped, so these characters stand only where the member itself does.
  const [head = '', tail = ''] = whole.split(SEQ);
  return { head: `${head}"seq":`, tail };
}

const SEQ = '"seq":1';
