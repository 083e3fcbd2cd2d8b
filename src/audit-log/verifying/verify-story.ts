/** Checks for `verify` that entries tell one story: seq without gaps, time forwards, every answer after its request. */
import type { Findings } from './verify-findings.ts';
import type { ReadLeaf } from './verify-leaf.ts';

interface Epoch {
  readonly instance: string;
  readonly epoch: string;
  seq: number;
}

interface OpenExchange {
  readonly index: number;
  /** Leaf hash of its `sent` entry, standard base64. */
  readonly sent: string;
  readonly epoch: Epoch;
  parts: number;
}

/** Remembers the epochs and the exchanges that are open, and nothing of those that have ended. */
export class LogStory {
  readonly #findings: Findings;
  readonly #epochs = new Map<string, Epoch>();
  readonly #open = new Map<string, OpenExchange>();
  #current: Epoch | undefined;
  #newest = '';
  /** Entries that could not be read: so many numbers may be missing without a finding of their own. */
  #unread = 0;
  /** An epoch has begun and the exchanges left open by the one before it have not been looked for yet. */
  #begun = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Entries that are missing or cannot be read, which has been found already. */
  skip(entries: number): void {
    this.#unread += entries;
  }

  /** The next entry; `leafHash` is of its bytes as they are. */
  add(index: number, leaf: ReadLeaf, leafHash: Buffer): void {
    if (leaf.at < this.#newest) this.#findings.add(`entry ${index} is earlier than an entry before it`);
    else this.#newest = leaf.at;
    const epoch = this.#epochOf(leaf);
    this.#checkSeq(index, leaf.seq, epoch);
    if (leaf.exchange !== undefined) this.#addOfExchange(index, leaf, leaf.exchange, leafHash, epoch);
  }

  #epochOf({ instance, epoch }: ReadLeaf): Epoch {
    const current = this.#current;
    if (current?.epoch === epoch && current.instance === instance) return current;
    const key = `${instance}\n${epoch}`;
    const known = this.#epochs.get(key);
    this.#current = known ?? { instance, epoch, seq: 0 };
    if (known === undefined) {
      this.#epochs.set(key, this.#current);
      this.#begun = true;
    }
    return this.#current;
  }

  #checkSeq(index: number, seq: number, epoch: Epoch): void {
    const due = epoch.seq + 1;
    epoch.seq = seq;
    if (seq === due) return;
    const jump = seq - due;
    if (jump > 0 && jump <= this.#unread) this.#unread -= jump;
    else this.#findings.add(`entry ${index} has number ${seq} of its epoch where ${due} is due`);
  }

  #addOfExchange(index: number, leaf: ReadLeaf, exchange: string, leafHash: Buffer, epoch: Epoch): void {
    const open = this.#open.get(exchange);
    if (leaf.kind === 'sent') {
      if (open !== undefined) this.#findings.add(`entry ${index} is a second \`sent\` of its exchange`);
      if (this.#begun) this.#closeLeftOver(epoch);
      this.#open.set(exchange, { index, sent: leafHash.toString('base64'), epoch, parts: 0 });
      return;
    }
    if (open?.sent !== leaf.sent) {
      this.#findings.add(`entry ${index} does not name the \`sent\` entry of its exchange before it`);
      return;
    }
    if (open !== undefined) this.#answer(index, leaf, exchange, open);
  }

  #answer(index: number, leaf: ReadLeaf, exchange: string, open: OpenExchange): void {
    if (leaf.kind === 'released') {
      const due = open.parts + 1;
      if (leaf.part !== due)
        this.#findings.add(`entry ${index} is part ${leaf.part} where part ${due} is due`);
      open.parts = leaf.part ?? due;
      if (!leaf.last) return;
    }
    if (leaf.kind === 'recovered' && leaf.part !== open.parts) {
      this.#findings.add(`entry ${index} recovers ${leaf.part} parts where ${open.parts} were released`);
    }
    this.#open.delete(exchange);
  }

  /** A new run writes `recovered` for what the run before it left open, before it sends anything itself. */
  #closeLeftOver(epoch: Epoch): void {
    this.#begun = false;
    for (const [exchange, open] of this.#open) {
      if (open.epoch.instance !== epoch.instance || open.epoch.epoch === epoch.epoch) continue;
      this.#findings.add(`entry ${open.index} was sent and its exchange has no end`);
      this.#open.delete(exchange);
    }
  }
}
