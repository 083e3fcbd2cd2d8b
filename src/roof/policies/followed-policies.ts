/**
 * The policy set and the stops as another thread of the gateway enters them: read from the store once their entries are
 * durable, so that no thread judges by what the log does not say yet.
 */
import { readPolicySet } from '../../adapters/policies/policy-folder.ts';
import { rememberingSignatures } from '../../adapters/signing/signed-text.ts';
import type { Logger } from '../../adapters/telemetry/logger.ts';
import type { LogReader } from '../../audit-log/ports.ts';
import type { Config } from '../../config.ts';
import type { PolicySet } from '../../domain/policy-set.ts';
import { rehearsalOf } from '../../domain/rehearsal.ts';
import { keepFresh } from '../threads/kept-fresh.ts';
import { newestKeptSet, openKeptSet } from './kept-policies.ts';
import { readPinnedKeys } from './pinned-keys-file.ts';
import { type Loaded, PoliciesInForce } from './policies-in-force.ts';
import { StopsInForce } from './stops-in-force.ts';

export interface FollowedPoliciesParts {
  readonly config: Config;
  readonly reader: LogReader;
  readonly logger: Logger;
  readonly now: () => number;
  /** Told of each set that was taken up. */
  readonly onTaken: (policies: PolicySet) => void;
}

/** Sets and stops count here within this time after their entry. */
const LOOK_EVERY_MS = 500;

export class FollowedPolicies {
  readonly policies: PoliciesInForce;
  readonly stops: StopsInForce;
  readonly #parts: FollowedPoliciesParts;
  readonly #readSignature = rememberingSignatures();
  /** The newest set that was looked at, whether it could be taken up or not. */
  #tried: string | undefined;
  #stopLooking: () => void = () => undefined;

  constructor(parts: FollowedPoliciesParts) {
    this.#parts = parts;
    const { config, reader, now } = parts;
    this.policies = new PoliciesInForce({
      load: () => this.#load(),
      onNew: async ({ policies }) => parts.onTaken(policies),
      onMistakes: () => parts.logger.error({ message: 'a policy set of the store cannot be read' }),
    });
    this.stops = new StopsInForce({
      readSignature: this.#readSignature,
      pins: () => readPinnedKeys(config.pinnedKeysFile),
      facts: (kind) => reader.facts(kind),
      append: () =>
        Promise.reject(new Error('orders are taken by the thread that writes entries of policies')),
      policies: () => this.policies.current(),
      now,
      onChange: (stops) => this.policies.stopBy(stops),
    });
  }

  /** Takes up what stands in the store, stops first, and follows it from then on. */
  async start(): Promise<void> {
    await this.look();
    this.#stopLooking = keepFresh(() => this.look(), LOOK_EVERY_MS);
  }

  stop(): void {
    this.#stopLooking();
  }

  /** Takes up at once what has changed in the store; a store that cannot be asked now is asked again. */
  async look(): Promise<void> {
    // INVARIANT: what was stopped is stopped before anything is decided.
    await this.stops.refresh();
    const sha256 = await newestKeptSet(this.#read);
    if (sha256 === undefined || sha256 === this.#tried) return;
    this.#tried = sha256;
    await this.policies.reload();
  }

  readonly #read: LogReader['fact'] = (kind, key) => this.#parts.reader.fact(kind, key);

  async #load(): Promise<Loaded> {
    const { config } = this.#parts;
    const sha256 = await newestKeptSet(this.#read);
    if (sha256 === undefined) throw new Error('the store keeps no policy set');
    const trust = { pins: readPinnedKeys(config.pinnedKeysFile), read: this.#readSignature };
    const { policies, files } = await readPolicySet(await openKeptSet(sha256, this.#read), trust);
    return { policies: config.rehearsal ? rehearsalOf(policies) : policies, files };
  }
}
