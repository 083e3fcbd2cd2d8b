/** Compares what a log holds with what a party kept of its own exchanges, and names what is missing, extra, altered or late. */

/** One entry, as either side knows it. */
export interface ReconciledEntry {
  /** Id of the exchange: a UUID, of version 7 where the gateway made it. */
  readonly exchange: string;
  /** Standard base64; undefined where the party kept only ids. */
  readonly leafHash: string | undefined;
  /** Milliseconds since 1970 UTC; undefined where it was not kept. */
  readonly atMs: number | undefined;
}

export interface ReconcileOptions {
  /** An entry is late that the log recorded so many milliseconds after the party had its answer. */
  readonly lateMs: number;
  /** Exchanges of the log that began outside this time are not called extra; where undefined, from the party's first to its last. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

export interface Difference {
  readonly what: 'missing' | 'extra' | 'altered' | 'late';
  readonly exchange: string;
  /** The rest of the sentence, in plain words. */
  readonly why: string;
}

export interface Reconciliation {
  /** Ordered by exchange. */
  readonly differences: readonly Difference[];
  /** Exchanges that both sides know. */
  readonly agreed: number;
  /** Exchanges that the party names. */
  readonly theirs: number;
  /** Exchanges of the log that were compared. */
  readonly ours: number;
}

/** What one side knows of an exchange. */
interface Known {
  readonly hashes: Set<string>;
  first: number | undefined;
  last: number | undefined;
}

/**
 * @param ours entries of the log, those of the party alone where the log has more parties.
 * @param theirs what the party kept: of each exchange one entry or more.
 */
export function reconcile(
  ours: Iterable<ReconciledEntry>,
  theirs: Iterable<ReconciledEntry>,
  options: ReconcileOptions,
): Reconciliation {
  const log = byExchange(ours);
  const party = byExchange(theirs);
  const differences: Difference[] = [];
  for (const [exchange, kept] of party) {
    const logged = log.get(exchange);
    if (logged === undefined) differences.push(missing(exchange));
    else differences.push(...altered(exchange, kept, logged), ...late(exchange, kept, logged, options));
  }
  const within = windowOf(party, options);
  const compared = [...log.keys()].filter((exchange) => party.has(exchange) || within(exchange));
  for (const exchange of compared) if (!party.has(exchange)) differences.push(extra(exchange));
  differences.sort((one, other) =>
    one.exchange < other.exchange ? -1 : one.exchange > other.exchange ? 1 : 0,
  );
  const agreed = [...party.keys()].filter((exchange) => log.has(exchange)).length;
  return { differences, agreed, theirs: party.size, ours: compared.length };
}

function byExchange(entries: Iterable<ReconciledEntry>): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const { exchange, leafHash, atMs } of entries) {
    const one = known.get(exchange) ?? { hashes: new Set<string>(), first: undefined, last: undefined };
    known.set(exchange, one);
    if (leafHash !== undefined) one.hashes.add(leafHash);
    if (atMs === undefined) continue;
    one.first = Math.min(one.first ?? atMs, atMs);
    one.last = Math.max(one.last ?? atMs, atMs);
  }
  return known;
}

function missing(exchange: string): Difference {
  return {
    what: 'missing',
    exchange,
    why: 'the party has it, and the log does not: an entry was lost, or never written',
  };
}

function extra(exchange: string): Difference {
  return {
    what: 'extra',
    exchange,
    why: 'the log has it, and the party does not: its answer was never received, or not kept',
  };
}

/** Of each entry that the party names by its hash, the log must have just that one. */
function altered(exchange: string, kept: Known, logged: Known): readonly Difference[] {
  return [...kept.hashes]
    .filter((hash) => !logged.hashes.has(hash))
    .map((hash) => ({
      ...({ what: 'altered', exchange } as const),
      why: `the party has a receipt for an entry with the leaf hash ${hash}, and the log has other entries in its place`,
    }));
}

function late(
  exchange: string,
  kept: Known,
  logged: Known,
  { lateMs }: ReconcileOptions,
): readonly Difference[] {
  if (kept.last === undefined || logged.first === undefined) return [];
  // Nothing is released before it is durable: what the party had before its first entry went another way.
  const behind = logged.first - kept.last;
  if (behind <= lateMs) return [];
  const seconds = Math.round(behind / 1000);
  return [
    { what: 'late', exchange, why: `the log recorded it ${seconds} seconds after the party had its answer` },
  ];
}

/** Whether an exchange began in the time that is compared. Its id says when, where it is a UUID of version 7 (RFC 9562). */
function windowOf(
  party: ReadonlyMap<string, Known>,
  { fromMs, toMs }: ReconcileOptions,
): (exchange: string) => boolean {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const exchange of party.keys()) {
    const began = beganAt(exchange) ?? first;
    first = Math.min(first, began);
    last = Math.max(last, beganAt(exchange) ?? last);
  }
  const from = fromMs ?? first;
  const to = toMs ?? last;
  return (exchange) => {
    const began = beganAt(exchange);
    return began === undefined || (began >= from && began <= to);
  };
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Milliseconds since 1970 UTC, or undefined where the id does not say. */
export function beganAt(exchange: string): number | undefined {
  const [, high, low] = UUID_V7.exec(exchange) ?? [];
  return high === undefined || low === undefined ? undefined : Number.parseInt(high + low, 16);
}
