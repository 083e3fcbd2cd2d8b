/** The stops that stand: taken up from signed orders, kept as facts of the store, read before anything is decided (docs/formats/stops.md). */

import type { StandingFact } from '../../audit-log/ports.ts';
import type { NoteMembers } from '../../audit-log/writing/note-leaf.ts';
import { isObject } from '../../domain/leaf-shape.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import type { ReadSignature } from '../../domain/signed-text.ts';
import type { PinnedKeys } from '../../domain/signing-key.ts';
import { isStanding, lifts, readStopText, type Stop, type StopOrder, stopName } from '../../domain/stop.ts';
import { sha256Hex } from '../../encoding/sha256.ts';

export interface StopsInForceOptions {
  readonly readSignature: ReadSignature;
  /** Read anew for each order. */
  readonly pins: () => PinnedKeys;
  /** The facts of one kind that the store holds. */
  readonly facts: (kind: string) => readonly StandingFact[] | Promise<readonly StandingFact[]>;
  /** Stores the entry and its facts; resolves when they are durable. */
  readonly append: (members: NoteMembers, facts: readonly StandingFact[]) => Promise<unknown>;
  readonly policies: () => PolicySet | undefined;
  readonly now: () => number;
  /** Told whenever what stands has changed. */
  readonly onChange: (stops: readonly Stop[]) => void;
}

/** What became of an order: in words for whoever gave it. */
export type Taken = { readonly taken: string } | { readonly wrong: string };

interface KeptStop {
  readonly stop: Stop;
  readonly signature: string;
  /** The order that took it back, if one did. */
  readonly lifted: string | undefined;
}

const STOP = 'stop';
const NOTHING = new Uint8Array(0);
/** Hash of no files: what an entry names where no policy set is in force. */
const NO_SET = sha256Hex('');
/** A clock that is this far ahead is wrong: an order from the future would outlast its own lifting. */
const MOST_AHEAD_MS = 300_000;

export class StopsInForce {
  readonly #options: StopsInForceOptions;
  #kept: ReadonlyMap<string, KeptStop> = new Map();
  /** As the store holds them: a change names what it takes the place of. */
  #values: ReadonlyMap<string, Uint8Array> = new Map();
  #shown = '';
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StopsInForceOptions) {
    this.#options = options;
  }

  standing(): readonly Stop[] {
    return [...this.#kept.values()].filter(({ lifted }) => lifted === undefined).map(({ stop }) => stop);
  }

  /** Reads from the store what stands, whoever wrote it there; after the orders that are being taken up. */
  refresh(): Promise<void> {
    return this.#inTurn(() => this.#refresh());
  }

  async #refresh(): Promise<void> {
    const facts = await this.#options.facts(STOP);
    const kept = facts.flatMap(readFact);
    this.#values = new Map(facts.map(({ key, value }) => [key, value ?? NOTHING]));
    const shown = kept.map(([name, { lifted }]) => `${name} ${lifted ?? ''}`).join('\n');
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#kept = new Map(kept);
    this.#options.onChange(this.standing());
  }

  /**
   * Takes up a signed order, one after the other. It is in force when this resolves to `taken`.
   *
   * @throws {GatewayError} `log-unavailable` where it cannot be entered: it is not in force then, and nothing is released.
   */
  take(signature: string): Promise<Taken> {
    return this.#inTurn(() => this.#take(signature.trim()));
  }

  #inTurn<Done>(work: () => Promise<Done>): Promise<Done> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #take(signature: string): Promise<Taken> {
    const signed = await this.#options.readSignature(signature, 'stop');
    const order = signed === undefined ? undefined : readStopText(signed.text);
    if (signed === undefined || order === undefined)
      return { wrong: 'this is not a signed order, or its signature does not hold; sign it again' };
    const wrong = this.#wrongWith(order, signed.fingerprint);
    if (wrong !== undefined) return { wrong };
    return isStanding(order) ? this.#stop(order, signature) : this.#resume(order, signature);
  }

  #wrongWith({ by, agreement, atMs }: StopOrder, fingerprint: string): string | undefined {
    if (this.#options.pins().get(by)?.has(fingerprint) !== true)
      return `the key ${fingerprint} is not pinned for ${by}; only a party's own key stops its agreement`;
    if (atMs > this.#options.now() + MOST_AHEAD_MS)
      return 'the order is dated in the future; set the clock of the machine that signs, and sign again';
    const known = this.#options.policies()?.agreements.find(({ id }) => id === agreement);
    // An agreement that no file holds now may come back: then the order counts if its giver is a party.
    if (known === undefined || known.provider === by || known.consumer === by) return undefined;
    return `${by} is not a party to ${agreement}`;
  }

  async #stop(stop: Stop, signature: string): Promise<Taken> {
    const name = stopName(stop);
    const known = this.#kept.get(name);
    if (known?.lifted !== undefined)
      return { wrong: 'this order was taken back already; sign a new one to stop the agreement again' };
    if (known !== undefined) return { taken: `the order stands already: ${inWords(stop)}` };
    await this.#enter(stop, [[name, { stop, signature, lifted: undefined }]]);
    return { taken: inWords(stop) };
  }

  async #resume(order: StopOrder, signature: string): Promise<Taken> {
    const lifted = [...this.#kept].filter(
      ([, { stop, lifted }]) => lifted === undefined && lifts(order, stop),
    );
    if (lifted.length === 0)
      return { wrong: `no suspension of ${order.agreement} by ${order.by} from before this order stands` };
    await this.#enter(
      order,
      lifted.map(([name, kept]) => [name, { ...kept, lifted: signature }]),
    );
    const left = this.standing().filter(({ agreement }) => agreement === order.agreement);
    const still = left.map((stop) => `; still ${inWords(stop)}`).join('');
    return { taken: `${order.by} took its suspension of ${order.agreement} back${still}` };
  }

  async #enter(order: StopOrder, changed: readonly (readonly [string, KeptStop])[]): Promise<void> {
    const { order: code, agreement, by } = order;
    const policies = this.#options.policies()?.sha256 ?? NO_SET;
    const values = changed.map(([name, kept]) => [name, Buffer.from(JSON.stringify(kept))] as const);
    await this.#options.append(
      { policies, code, agreement, by },
      // INVARIANT: an order takes the place only of what it was judged by; another instance may have taken one up meanwhile.
      values.map(([key, value]) => ({
        ...{ kind: STOP, key, value },
        replaces: this.#values.get(key) ?? 'nothing',
      })),
    );
    this.#values = new Map([...this.#values, ...values]);
    this.#kept = new Map([...this.#kept, ...changed]);
    this.#options.onChange(this.standing());
  }
}

const DONE = { suspend: 'suspended', end: 'ended', revoke: 'revoked' } as const;

function inWords({ order, agreement, by }: Stop): string {
  return `${agreement} is ${DONE[order]} by ${by}`;
}

/** INVARIANT: a fact that cannot be understood stops the start, since it may be a stop. */
function readFact({ key, value }: StandingFact): (readonly [string, KeptStop])[] {
  const kept: unknown = value === undefined ? undefined : JSON.parse(Buffer.from(value).toString());
  if (!isObject(kept) || !isObject(kept['stop']))
    throw new Error('the store holds a stop that cannot be read');
  const { order, agreement, by, reason, atMs } = kept['stop'];
  const text = {
    format: 'agreement-stop/1',
    order,
    agreement,
    by,
    reason,
    at: new Date(Number(atMs)).toISOString(),
  };
  const stop = readStopText(JSON.stringify(text));
  if (stop === undefined || !isStanding(stop)) throw new Error('the store holds a stop that cannot be read');
  const lifted = typeof kept['lifted'] === 'string' ? kept['lifted'] : undefined;
  return [[key, { stop, signature: String(kept['signature']), lifted }]];
}
