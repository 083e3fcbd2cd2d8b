/** `GET /exchanges/{id}/receipts`: what a caller can show of its own exchange, signed anew (docs/adr/0007). */
import type { LogReader, NoteSigner, StoredEntry } from '../../audit-log/ports.ts';
import { batchNoteText, receiptHeader } from '../../audit-log/proving/receipt.ts';
import type { Caller, ShownProof } from '../../domain/caller.ts';
import type { DurableReceipt } from '../../domain/receipt.ts';
import type { Authenticator, Clock, Credentials, NotProved } from '../../exchange/ports.ts';

const EXCHANGE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Kinds that end in an answer; the caller can prove these. */
const ANSWERED = ['released', 'refused', 'failed'];

export interface ReceiptSource {
  readonly authenticator: Authenticator;
  readonly reader: Pick<LogReader, 'entriesOfExchange'>;
  readonly signer: NoteSigner;
  readonly origin: string;
  readonly clock: Clock;
  /** Records that the log was read; rejects where it cannot. */
  readonly noteRead: (
    entries: number,
    proof: ShownProof | undefined,
  ) => Promise<Pick<DurableReceipt, 'stored'>>;
}

/**
 * The receipts of an exchange of the caller's own system, in the order of its entries; why the caller is not proved, or undefined for
 * anything else.
 */
export async function receiptsOfExchange(
  credentials: Credentials,
  exchange: string,
  source: ReceiptSource,
): Promise<readonly string[] | NotProved | undefined> {
  const caller = await source.authenticator.authenticate(credentials);
  if ('refused' in caller) return caller;
  if (!EXCHANGE_ID.test(exchange)) return undefined;
  const all = await source.reader.entriesOfExchange(exchange);
  const entries = all.filter((entry) => isAnswerTo(entry, caller));
  if (entries.length === 0) return undefined;
  const read = await source.noteRead(entries.length, caller.proof);
  if (read.stored !== 'as drafted') return { refused: 'proof-used', why: 'shown before', scheme: 'DPoP' };
  return entries.map((entry) => receiptOf(entry, source));
}

function isAnswerTo({ kind, leaf }: StoredEntry, { organisation, system }: Caller): boolean {
  if (!ANSWERED.includes(kind)) return false;
  const said: { consumer?: unknown; system?: unknown } = JSON.parse(Buffer.from(leaf).toString());
  return said.consumer === organisation && said.system === system;
}

/** A batch of one: the root of its tree is the leaf hash itself. */
function receiptOf({ index, leafHash }: StoredEntry, { origin, signer, clock }: ReceiptSource): string {
  const note = signer.sign(batchNoteText(origin, index, 1, leafHash, new Date(clock.now()).toISOString()));
  return receiptHeader({ size: 1, levels: Buffer.from(leafHash), note }, 0);
}
